"""Clean: from what was found to the article, with a ledger row for all that was left out or mended."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from press_coverage.cleaning.language import languages
from press_coverage.cleaning.lines import verdicts as lines
from press_coverage.cleaning.lines.features import COLUMNS, Array
from press_coverage.cleaning.lines.headlines import plain
from press_coverage.cleaning.pages.page import page
from press_coverage.cleaning.repairs import mend, repair
from press_coverage.cleaning.splices.repeats import agency, dateline, repeated_pieces, splices
from press_coverage.tables import schema
from press_coverage.tables.columns import TABLES, Note
from press_coverage.tables.progress import bar
from press_coverage.text.edits import Edit, apply, chain, trace

LEAD_WORDS = 60  # a first paragraph up to this long is taken for the standfirst

_TOGETHER = 30_000  # characters of texts whose lines are judged at once; more would not stay in the processor's cache
_PAGE = re.compile(r"\s*<(!doctype\s+html|html|\?xml)\b", re.I)
_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_BLANK = re.compile(r"\n\n+")


class _Found(NamedTuple):
    """What an article was found as: its text, lines with their offsets, in numbers, and how likely each is the article's."""

    form: str
    text: str
    places: list[tuple[int, int]]
    lines: list[str]
    rows: Array | None
    likely: list[float]
    unwrapped: list[Edit]
    fields: dict[str, Any]


def clean(
    articles: pd.DataFrame, *, recall_first: bool = False, progress: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill body, title, lead, language, date and the like from what was found, and explain what was removed.

    Pages, scrapes and table cells lose their furniture line by line (see `press_coverage.cleaning.lines.verdicts` and `.pages`), then what
    was spliced into paragraphs (`.splices`); mojibake, soft hyphens and the like are mended (`.repair`). A field that is
    filled already stays, a body that differs from `raw` as well, so cleaning twice changes nothing. No article is dropped:
    one without a body keeps its row, with an empty body and a ledger row that says so. With `recall_first`, lines in doubt
    are kept: 99 % of the article stays, with more of the furniture. `articles` needs doc_id, and `raw` or `body`; without
    `format`, what begins as HTML does is a page. Raises SchemaError, see `press_coverage.tables.schema.check`.

    Returns (articles, ledger), see `press_coverage.tables.schema.describe`. The ledger's start and end count in `raw`; for pages in
    what could be seen, see `press_coverage.cleaning.explanation.found_text`. The raw text with the ledger's rows applied is the body.

    >>> scrape = "Talks resume\\nEnvoys of both sides met in the border village on Friday, officials said.\\nMost read"
    >>> articles, ledger = clean(pd.DataFrame({"doc_id": ["a"], "format": ["text"], "raw": [scrape]}))
    >>> articles.loc[0, ["title", "body", "language"]].tolist()
    ['Talks resume', 'Envoys of both sides met in the border village on Friday, officials said.', 'en']
    >>> ledger[["action", "rule", "text"]].values.tolist()
    [['filled', 'title', 'Talks resume'], ['dropped', 'heading', 'Most read']]
    """
    if isinstance(articles, pd.DataFrame) and not {"raw", "body"} & set(articles):
        raise schema.SchemaError(
            f"articles: no column 'raw' or 'body' (columns: {', '.join(map(str, articles))}); rename the one with the text"
        )
    articles = schema.check(articles, "articles")
    known = [column.name for column in TABLES["articles"]]
    records = [
        {str(k): v for k, v in record.items() if v is not None and v == v}
        for record in articles[known].to_dict("records")
    ]
    found = list(_numbered(map(_found, bar(records, "read", "article", show=progress))))
    by_publisher: defaultdict[str, list[_Found]] = defaultdict(list)
    titles: defaultdict[str, set[str]] = defaultdict(set)
    for given, one in zip(records, found, strict=True):
        if publisher := given.get("publisher") or one.fields.get("publisher"):
            by_publisher[publisher].append(one)
            if given.get("title"):
                titles[publisher].add(plain(given["title"]))
    copies = {
        publisher: lines.copies(one.lines for one in group)
        for publisher, group in by_publisher.items()
    }
    pieces = {
        publisher: repeated_pieces(one.text for one in group if one.form == "table")
        if len(group) > 3
        else set()
        for publisher, group in by_publisher.items()
    }
    rows: list[dict[str, Any]] = []
    ledger: list[tuple[Any, ...]] = []
    for given, one in bar(
        list(zip(records, found, strict=True)), "clean", "article", show=progress
    ):
        publisher = str(given.get("publisher") or one.fields.get("publisher"))
        keep = (
            min(lines.KEEP[_kind(one)], lines.KEEP["recall first"])
            if recall_first
            else lines.KEEP[_kind(one)]
        )
        fields, notes = _filled(
            given,
            one,
            copies.get(publisher, {}),
            pieces.get(publisher, set()),
            keep,
            titles.get(publisher, set()),
        )
        rows.append({**dict.fromkeys(known), **given, **fields})
        ledger += [("clean", given["doc_id"], given.get("source_file"), *note) for note in notes]
    unsaid = [row for given, row in zip(records, rows, strict=True) if "language" not in given]
    for row, told in zip(unsaid, languages([row["body"] or "" for row in unsaid]), strict=True):
        row["language"] = told or row["language"]
    out = (
        articles.assign(**{str(name): [row[name] for row in rows] for name in known})
        if rows
        else articles
    )
    columns = ("step", "doc_id", "source_file", *Note._fields)
    return schema.check(out, "articles"), schema.of_rows(ledger, columns, "ledger")


def _found(given: dict[str, Any]) -> _Found:
    raw = given.get("raw", given.get("body", ""))
    form = given.get("format") or ("html" if _PAGE.match(raw) else "table")
    if form == "html":
        seen = page(raw)
        text = "\n".join(seen.lines)
        places = [m.span() for m in _LINE.finditer(text)]
        return _Found(
            form, text, places, seen.lines, _own_numbers(seen.rows), seen.likely, [], seen.fields
        )
    raw = raw.replace("\r\n", " \n").replace("\r", "\n")  # as long as before
    unwrapped = lines.unwrap(raw)
    text = apply(raw, unwrapped)
    places = [m.span() for m in _LINE.finditer(text)]
    return _Found(
        form, text, places, [text[start:end] for start, end in places], None, [], unwrapped, {}
    )


def _numbered(articles: Iterable[_Found]) -> Iterator[_Found]:
    """The articles in their order, with their lines in numbers; texts are taken some together, as each alone would take twice the time."""
    waiting: list[_Found] = []
    size = 0
    for one in articles:
        waiting.append(one)
        size += len(one.text)
        if size > _TOGETHER:
            yield from _together(waiting)
            waiting, size = [], 0
    yield from _together(waiting)


def _together(articles: list[_Found]) -> Iterator[_Found]:
    texts = [one.lines if one.rows is None else [] for one in articles]
    for one, (rows, likely) in zip(articles, lines.numbered(texts), strict=True):
        yield one._replace(rows=_own_numbers(rows), likely=likely.tolist()) if len(rows) else one


def _own_numbers(rows: Array | None) -> Array | None:
    """What the signs are read from; the rest would fill the memory until all articles are read."""
    return None if rows is None else rows[:, : len(COLUMNS)].copy()


def _kind(one: _Found) -> str:
    """How the lines are judged; see `lines.KEEP`."""
    if one.form != "table" or one.rows is None:
        return "brief" if one.form == "text" and len(one.lines) < lines.BRIEF else one.form
    told = [
        p < 0.5 and lines.sign(row) not in lines.PLAIN
        for row, p in zip(one.rows.tolist(), one.likely, strict=True)
    ]
    furniture = sum(len(line) for line, sure in zip(one.lines, told, strict=True) if sure)
    return "scraped cell" if furniture > lines.SCRAPED * sum(map(len, one.lines)) else "table"


def _filled(
    given: dict[str, Any],
    one: _Found,
    copies: Mapping[str, int],
    pieces: Collection[str],
    keep: lines.Needed,
    titles: Collection[str],
) -> tuple[dict[str, Any], list[Note]]:
    title = (
        lines.title_of(one.lines, one.rows, one.likely)
        if one.form == "text" and one.rows is not None
        else None
    )
    own = plain(given.get("title", ""))
    verdicts = (
        lines.judged(one.lines, one.rows, one.likely, copies, keep, title, titles, own)
        if one.rows is not None
        else []
    )
    notes: list[Note] = []
    glue, at = [], 0
    places = np.array(one.places, dtype=np.int64).reshape(-1, 2)
    came = zip(
        trace(one.unwrapped, places[:, 0]).tolist(),
        trace(one.unwrapped, places[:, 1], "end").tolist(),
        strict=True,
    )
    for (start, end), (raw_start, raw_end), line, (kept, rule, score) in zip(
        one.places, came, one.lines, verdicts, strict=True
    ):
        if kept:
            glue.append(Edit(at, start, "\n" if at else "", "layout"))
            at = end
            continue
        sure = None if score is None else 1 - score
        notes.append(
            Note(
                "filled" if rule == "title" else "dropped",
                REASONS[rule],
                rule,
                sure,
                raw_start,
                raw_end,
                line,
            )
        )
    glue.append(Edit(at, len(one.text), "", "layout"))
    body, more = _mended(apply(one.text, glue), chain(one.unwrapped, glue), pieces)
    fields = {**one.fields, "body": body, "lead": _lead(body.split("\n"))}
    if title is not None:
        fields["title"] = one.lines[title]
    if fields.get("title"):
        fields["title"] = " ".join(mend(fields["title"])[0].split())
    place, wire, _ = dateline(body[:400].split("\n")[0]) if body else (None, None, 0)
    if not place and "\n" in body:
        place, wire, _ = dateline(body.split("\n", 2)[1][:400])
    fields |= {"dateline": place, "agency": wire or agency(body)}
    declared = fields.pop("language", None)
    filled = {k: v for k, v in fields.items() if v is not None and k not in given}
    if given.get("body", given.get("raw")) == given.get("raw", given.get("body")):
        filled["body"] = body
        notes = sorted([*notes, *more], key=lambda note: note.start or 0)
    else:
        notes = []  # cleaned before, or by hand
    body = filled.get("body", given.get("body", ""))
    if "language" not in given:
        filled["language"] = declared
    if not body:
        notes.append(Note("empty", REASONS["body"], "body"))
    return filled, notes


REASONS = {
    "title": "taken for the headline",
    "heading": "opens a list, a box or an advert",
    "credit": "a caption, a credit or a copyright line",
    "meta": "a date or byline",
    "support": "asks readers for money, an address or a click",
    "address": "speaks to the reader of us and you",
    "link": "the headline of another article",
    "site": "the site's own navigation",
    "repeated": "stands in several texts of the same publisher",
    "short": "a short line without an end mark, outside the article",
    "outside": "reads and stands unlike the article's prose",
    "body": "no article was found; look at the source: it may be a list, a video, a paywall, or have its text in one line",
    "link_list": "headlines of other articles, spliced in",
    "read_more": "leads to another article",
    "advert": "marks an advert",
    "continues": "says that the text goes on",
    "call": "asks readers to subscribe, follow, share or install",
    "player": "residue of a player or an embedded post",
    "bio": "about the author",
    "copyright": "a copyright line",
    "contributors": "says who contributed",
    "notice": "a note about the text",
    "repeated_paragraph": "a copy of an earlier paragraph",
    "publisher_repeats": "stands in several texts of the same publisher",
}


def _mended(text: str, edits: list[Edit], pieces: Collection[str]) -> tuple[str, list[Note]]:
    """The text repaired and without splices, and the notes, with offsets into the text that `edits` were made on."""
    mends = repair(text)
    told: dict[bool, list[Edit]] = {True: [], False: []}
    for found in mends:
        told[bool((found.new + text[found.start : found.end]).strip())].append(found)
    notes, spaces = _notes(text, edits, told[True], "repaired"), told[False]
    if spaces:  # one row for all of them
        notes += _notes(
            text, edits, [Edit(spaces[0].start, spaces[-1].end, "", "spaces")], "repaired"
        )
        notes[-1] = notes[-1]._replace(reason=f"made {len(spaces)} odd spaces plain", text=None)
    edits, text = chain(edits, mends), apply(text, mends)
    cuts = [Edit(found.start, found.end, "", found.rule) for found in splices(text, pieces)]
    return _BLANK.sub("\n", apply(text, cuts)).strip("\n"), notes + _notes(
        text, edits, cuts, "dropped"
    )


def _notes(text: str, edits: list[Edit], found: list[Edit], action: str) -> list[Note]:
    if not found:
        return []
    starts, ends = (
        trace(edits, [f.start for f in found]).tolist(),
        trace(edits, [f.end for f in found], "end").tolist(),
    )
    return [
        Note(
            action,
            REASONS.get(f.rule, f"mended {f.rule}"),
            f.rule,
            None,
            start,
            max(start, end),
            text[f.start : f.end],
            f.new or None,
        )
        for f, start, end in zip(found, starts, ends, strict=True)
    ]


def _lead(paragraphs: list[str]) -> str | None:
    first = paragraphs[0]
    return first if len(paragraphs) > 1 and 0 < len(first.split()) <= LEAD_WORDS else None

"""Clean: from what was loaded to the article, with a ledger row for all that goes or is mended."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from press_coverage.cleaning.datelines import agency, dateline
from press_coverage.cleaning.language import languages
from press_coverage.cleaning.lines import verdicts as lines
from press_coverage.cleaning.lines.features import COLUMNS, Array
from press_coverage.cleaning.pages.page import page
from press_coverage.cleaning.repairs import mend, repair
from press_coverage.cleaning.splices.repeats import repeated_pieces, splices
from press_coverage.tables import schema
from press_coverage.tables.columns import TABLES, Note
from press_coverage.tables.progress import bar
from press_coverage.text.edits import Edit, apply, chain, trace
from press_coverage.text.words import squeeze

LEAD_WORDS = 60  # a first paragraph up to this long is taken for the standfirst

# characters of texts whose lines are judged at once; more leave the processor's cache
_TOGETHER = 30_000
_PAGE = re.compile(r"\s*<(!doctype\s+html|html|\?xml)\b", re.I)
_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_BLANK = re.compile(r"\n\n+")
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
    "body": "no article was found; look at the source: it may be a list, a video, a paywall, "
    "or have its text in one line",
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

_Record = Mapping[str, Any]


class _Source(NamedTuple):
    """An article as it came: its text, its lines with their offsets and numbers, what it declares.

    `likely` is how likely each line is the article's.
    """

    form: str
    text: str
    places: list[tuple[int, int]]
    lines: list[str]
    fields: _Record
    rows: Array | None = None
    likely: Sequence[float] = ()
    unwrapped: Sequence[Edit] = ()


class _Publisher(NamedTuple):
    """What the articles of a publisher share: lines, pieces of boilerplate; and their titles."""

    copies: Mapping[str, int]
    pieces: Collection[str]
    titles: Collection[str]


def clean(
    articles: pd.DataFrame, *, recall_first: bool = False, progress: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame]:
    r"""Fill body, title, lead, language, date and the like, and explain what was removed.

    Pages, scrapes and table cells lose their boilerplate line by line (see
    `press_coverage.cleaning.lines.verdicts` and `.pages`), then what was spliced into paragraphs
    (`.splices`); mojibake, soft hyphens and the like are mended (`.repairs`). A field that is
    filled already stays, a body that differs from `raw` as well, so cleaning twice changes nothing.
    No article is dropped: one without a body keeps its row, with an empty body and a ledger row
    that says so.

    Args:
        articles: a table with doc_id, and raw or body; without `format`, what begins as HTML does
            is a page.
        recall_first: keep lines in doubt: 99 % of the article stays, with more of the boilerplate.
        progress: show a bar.

    Returns:
        (articles, ledger), see `press_coverage.tables.schema.describe`. The ledger's start and end
        count in `raw`; for pages in what could be seen, see
        `press_coverage.cleaning.explanation.found_text`. The raw text with the ledger's rows
        applied is the body.

    Raises:
        SchemaError: see `press_coverage.tables.schema.check`.

    Examples:
        >>> prose = "Envoys of both sides met in the border village on Friday, officials said."
        >>> scrape = f"Talks resume\n{prose}\nMost read"
        >>> table = pd.DataFrame({"doc_id": ["a"], "format": ["text"], "raw": [scrape]})
        >>> articles, ledger = clean(table)
        >>> articles.loc[0, ["title", "language"]].tolist(), articles.loc[0, "body"] == prose
        (['Talks resume', 'en'], True)
        >>> ledger[["action", "rule", "text"]].values.tolist()
        [['filled', 'title', 'Talks resume'], ['dropped', 'heading', 'Most read']]
    """
    if isinstance(articles, pd.DataFrame) and not {"raw", "body"} & set(articles):
        has = ", ".join(map(str, articles))
        raise schema.SchemaError(
            f"articles: no column 'raw' or 'body' (columns: {has}); rename the one with the text"
        )
    articles = schema.check(articles, "articles")
    known = [column.name for column in TABLES["articles"]]
    records = list(map(_filled, articles[known].to_dict("records")))
    sources = list(_numbered(map(_source, bar(records, "read", "article", show=progress))))
    pairs = list(zip(records, sources, strict=True))
    publishers = _publishers(pairs)
    rows: list[dict[str, Any]] = []
    ledger: list[tuple[Any, ...]] = []
    for record, source in bar(pairs, "clean", "article", show=progress):
        keep = lines.KEEP[_kind(source)]
        if recall_first:
            keep = min(keep, lines.KEEP["recall first"])
        publisher = publishers.get(_name(record, source), _Publisher({}, (), ()))
        fields, notes = _cleaned(record, source, publisher, keep)
        rows.append({**dict.fromkeys(known), **record, **fields})
        ledger += [("clean", record["doc_id"], record.get("source_file"), *note) for note in notes]
    if rows:
        articles = articles.assign(**{name: [row[name] for row in rows] for name in known})
    columns = ("step", "doc_id", "source_file", *Note._fields)
    return schema.check(articles, "articles"), schema.of_rows(ledger, columns, "ledger")


def _filled(record: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(k): v for k, v in record.items() if v is not None and v == v}


def _source(record: _Record) -> _Source:
    """What a record holds; only the lines of pages are in numbers yet."""
    raw = record.get("raw", record.get("body", ""))
    form = record.get("format") or ("html" if _PAGE.match(raw) else "table")
    if form == "html":
        seen = page(raw)
        text = "\n".join(seen.lines)
        places = [line.span() for line in _LINE.finditer(text)]
        rows = None if seen.rows is None else _of_line(seen.rows)
        return _Source(form, text, places, seen.lines, seen.fields, rows, seen.likely)
    raw = raw.replace("\r\n", " \n").replace("\r", "\n")  # as long as before
    unwrapped = lines.unwrap(raw)
    text = apply(raw, unwrapped)
    matches = list(_LINE.finditer(text))
    places, texts = [line.span() for line in matches], [line[0] for line in matches]
    return _Source(form, text, places, texts, {}, unwrapped=unwrapped)


def _of_line(rows: Array) -> Array:
    """The numbers that signs are read from; the rest would fill the memory until all are read."""
    return rows[:, : len(COLUMNS)].copy()


def _numbered(sources: Iterable[_Source]) -> Iterator[_Source]:
    """The articles in their order, with their lines in numbers.

    Texts are taken some together, as each alone would take twice the time.
    """
    waiting: list[_Source] = []
    size = 0
    for source in sources:
        waiting.append(source)
        size += len(source.text)
        if size > _TOGETHER:
            yield from _together(waiting)
            waiting, size = [], 0
    yield from _together(waiting)


def _together(sources: list[_Source]) -> Iterator[_Source]:
    texts = [source.lines if source.rows is None else [] for source in sources]
    for source, (rows, likely) in zip(sources, lines.numbered(texts), strict=True):
        if len(rows):
            source = source._replace(rows=_of_line(rows), likely=likely.tolist())
        yield source


def _name(record: _Record, source: _Source) -> str:
    """The article's publisher as given, else as its page declares it."""
    return record.get("publisher") or source.fields.get("publisher") or ""


def _publishers(pairs: Iterable[tuple[_Record, _Source]]) -> dict[str, _Publisher]:
    groups: defaultdict[str, list[tuple[_Record, _Source]]] = defaultdict(list)
    for record, source in pairs:
        if name := _name(record, source):
            groups[name].append((record, source))
    return {name: _publisher(group) for name, group in groups.items()}


def _publisher(group: list[tuple[_Record, _Source]]) -> _Publisher:
    copies = lines.copies(source.lines for _, source in group)
    cells = [source.text for _, source in group if source.form == "table"]
    pieces = repeated_pieces(cells) if len(group) > 3 else set()
    titles = {squeeze(record["title"]) for record, _ in group if record.get("title")}
    return _Publisher(copies, pieces, titles)


def _kind(source: _Source) -> str:
    """How the lines are judged; see `lines.KEEP`."""
    if source.form == "text" and len(source.lines) < lines.BRIEF:
        return "brief"
    if source.form != "table" or source.rows is None:
        return source.form
    marked = zip(source.lines, source.likely, lines.signs(source.rows), strict=True)
    boilerplate = sum(len(line) for line, p, sign in marked if p < 0.5 and sign not in lines.PLAIN)
    scraped = boilerplate > lines.SCRAPED * sum(map(len, source.lines))
    return "scraped cell" if scraped else "table"


def _cleaned(
    record: _Record, source: _Source, publisher: _Publisher, keep: lines.Needed
) -> tuple[dict[str, Any], list[Note]]:
    """The fields that the article gets, and the notes on what went or was mended."""
    title, judged = None, []
    if source.rows is not None:
        text = (source.lines, source.rows, source.likely)
        title = lines.title_of(*text) if source.form == "text" else None
        headline = squeeze(record.get("title", ""))
        judged = lines.judged(*text, publisher.copies, keep, title, publisher.titles, headline)
    layout, notes = _layout(source, judged)
    edits = chain(source.unwrapped, layout)
    body, mended = _mended(apply(source.text, layout), edits, publisher.pieces)
    fields = _fields(source, body, title)
    declared = fields.pop("language", None)
    filled = {k: v for k, v in fields.items() if v is not None and k not in record}
    if record.get("body", record.get("raw")) == record.get("raw", record.get("body")):
        filled["body"] = body
        notes = sorted([*notes, *mended], key=lambda note: note.start or 0)
    else:
        notes = []  # cleaned before, or by hand
    body = str(filled.get("body", record.get("body", "")))
    if "language" not in record:
        filled["language"] = languages([body])[0] or declared
    if not body:
        notes.append(Note("empty", REASONS["body"], "body"))
    return filled, notes


def _layout(
    source: _Source, judged: Sequence[tuple[bool, str, float | None]]
) -> tuple[list[Edit], list[Note]]:
    """The edits that leave the lines kept, a paragraph each, and a note on each other line."""
    edits, notes, at = [], [], 0
    places = np.array(source.places, dtype=np.int64).reshape(-1, 2)
    starts = trace(source.unwrapped, places[:, 0]).tolist()
    ends = trace(source.unwrapped, places[:, 1], "end").tolist()
    for (start, end), raw_start, raw_end, line, (kept, rule, score) in zip(
        source.places, starts, ends, source.lines, judged, strict=True
    ):
        if kept:
            edits.append(Edit(at, start, "\n" if at else "", "layout"))
            at = end
            continue
        action = "filled" if rule == "title" else "dropped"
        sure = None if score is None else 1 - score
        notes.append(Note(action, REASONS[rule], rule, sure, raw_start, raw_end, line))
    edits.append(Edit(at, len(source.text), "", "layout"))
    return edits, notes


def _fields(source: _Source, body: str, title: int | None) -> dict[str, Any]:
    """What the article's page declares and its text says."""
    paragraphs = body.split("\n")
    lead = paragraphs[0] if len(paragraphs) > 1 else ""
    fields = {**source.fields, "body": body}
    fields["lead"] = lead if 0 < len(lead.split()) <= LEAD_WORDS else None
    if title is not None:
        fields["title"] = source.lines[title]
    if fields.get("title"):
        fields["title"] = " ".join(mend(fields["title"])[0].split())
    for paragraph in paragraphs[:2]:
        place, wire, _ = dateline(paragraph[:400])
        if place:
            break
    return {**fields, "dateline": place, "agency": wire or agency(body)}


def _mended(text: str, edits: list[Edit], pieces: Collection[str]) -> tuple[str, list[Note]]:
    """The text repaired and without splices, and the notes on it.

    The notes' offsets count in the text that `edits` were made on.
    """
    mends = repair(text)
    visible: list[Edit] = []
    spaces: list[Edit] = []
    for edit in mends:
        (visible if (edit.new + text[edit.start : edit.end]).strip() else spaces).append(edit)
    notes = _notes(text, edits, visible, "repaired")
    if spaces:  # one row for all of them
        stretch = Edit(spaces[0].start, spaces[-1].end, "", "spaces")
        [note] = _notes(text, edits, [stretch], "repaired")
        notes.append(note._replace(reason=f"made {len(spaces)} odd spaces plain", text=None))
    edits, text = chain(edits, mends), apply(text, mends)
    cuts = list(splices(text, pieces))
    notes += _notes(text, edits, cuts, "dropped")
    return _BLANK.sub("\n", apply(text, cuts)).strip("\n"), notes


def _notes(text: str, edits: list[Edit], changes: list[Edit], action: str) -> list[Note]:
    """A note on each change of a text; its offsets count in what `edits` were made on."""
    if not changes:
        return []
    starts = trace(edits, [change.start for change in changes]).tolist()
    ends = trace(edits, [change.end for change in changes], "end").tolist()
    notes = []
    for (at, to, new, rule), start, end in zip(changes, starts, ends, strict=True):
        reason = REASONS.get(rule, f"mended {rule}")
        place = start, max(start, end)
        notes.append(Note(action, reason, rule, None, *place, text[at:to], new or None))
    return notes

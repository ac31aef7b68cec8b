"""Clean: from what was found to the article, with a ledger row for all that was left out or mended."""

import re
from collections.abc import Callable
from typing import Any

import ftfy
import pandas as pd
import py3langid

from press_coverage import lines, pages, schema
from press_coverage.pages import squeeze
from press_coverage.progress import bar

LEAD_WORDS = 60  # a first paragraph up to this long is taken for the standfirst

_REPAIR = ftfy.TextFixerConfig(unescape_html=True, uncurl_quotes=False, fix_latin_ligatures=True, normalization="NFC", explain=False)
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_PAGE = re.compile(r"\s*<(!doctype\s+html|html|\?xml)\b", re.I)
_SPACES = re.compile(r"[^\S\n]+")
_MENDS: dict[str, Callable[[str], str]] = {
    "mojibake": lambda text: ftfy.fix_text(text, _REPAIR),
    "invisible": lambda text: _INVISIBLE.sub("", text),
    "spaces": lambda text: _SPACES.sub(" ", re.sub(r"\r\n?", "\n", text)),
}
_SPLICE = re.compile(r"[^\S\n]?(ADVERTISEMENT|(Story|Article) continues below( advertisement)?)\b[^\S\n]?")


def clean(articles: pd.DataFrame, *, progress: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill body, title, lead, language, date and the like from what was found, and explain what was removed.

    Pages go through trafilatura; scrapes and table cells lose their furniture line by line. Mojibake, soft hyphens
    and odd spaces are mended. A field that is filled already stays, a body that differs from `raw` as well, so cleaning
    twice changes nothing. No article is dropped: one without a body keeps its row, with an empty body and a ledger row
    that says so. `articles` needs doc_id, and `raw` or `body`; without `format`, what begins as HTML does is a page.
    Raises SchemaError, see `press_coverage.schema.check`.

    Returns (articles, ledger), see `press_coverage.schema.describe`.

    >>> scrape = "Talks resume\\nEnvoys of both sides met in the border village on Friday, officials said.\\nMost read"
    >>> articles, ledger = clean(pd.DataFrame({"doc_id": ["a"], "format": ["text"], "raw": [scrape]}))
    >>> articles.loc[0, ["title", "body", "language"]].tolist()
    ['Talks resume', 'Envoys of both sides met in the border village on Friday, officials said.', 'en']
    >>> ledger[["action", "rule", "text"]].values.tolist()
    [['dropped', 'heading', 'Most read']]
    """
    if isinstance(articles, pd.DataFrame) and not {"raw", "body"} & set(articles):
        raise schema.SchemaError(
            f"articles: no column 'raw' or 'body' (columns: {', '.join(map(str, articles))}); rename the one with the text"
        )
    articles = schema.check(articles, "articles")
    rows: list[dict[str, Any]] = []
    ledger: list[dict[str, Any]] = []
    scraped = articles[articles["format"].ne("html")]
    texts = scraped["raw"].fillna(scraped["body"]).dropna().groupby(scraped["publisher"])
    repeated = {publisher: lines.repeats(group) for publisher, group in texts}
    known = [column.name for column in schema.TABLES["articles"]]
    for record in bar(articles[known].to_dict("records"), "clean", "article", show=progress):
        given = {str(k): v for k, v in record.items() if pd.notna(v)}
        fields, notes = _clean_one(given, repeated.get(given.get("publisher"), set()))
        rows.append({**dict.fromkeys(known), **given, **fields})
        ledger += [{"step": "clean", "doc_id": given["doc_id"], "source_file": given.get("source_file"), **note} for note in notes]
    out = articles.assign(**{str(name): [row[name] for row in rows] for name in known}) if rows else articles
    return schema.check(out, "articles"), schema.table(ledger, "ledger")


def repair(text: str) -> tuple[str, list[str]]:
    """The text with mojibake, entities, invisible characters and odd spaces mended, and what was done.

    Quotation marks stay as they are.

    >>> repair("PjÃ¶ngjang &amp; Seoul\\u00a0\\u2013 \\u201eein Zei\\u00adchen\\u201c")
    ('Pjöngjang & Seoul – „ein Zeichen“', ['mojibake', 'invisible', 'spaces'])
    """
    done = []
    for name, mend in _MENDS.items():
        new = mend(text)
        if new != text:
            done.append(name)
        text = new
    return text, done


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the text's language; None for a text too short to tell (under 40 letters).

    >>> language_of("Die Delegation reiste am Freitag nach Washington weiter."), language_of("Seoul")
    ('de', None)
    """
    if sum(c.isalpha() for c in text) < 40:
        return None
    code = str(py3langid.classify(text[:2000])[0])
    return code if len(code) == 2 else None  # 'zxx': no language


def _clean_one(given: dict[str, Any], repeated: set[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    raw = given.get("raw", given.get("body", ""))
    form = given.get("format") or ("html" if _PAGE.match(raw) else "table")
    fields, notes = _from_page(raw) if form == "html" else _from_text(raw, repeated, has_title=form == "text")
    fields = {k: v for k, v in fields.items() if v is not None}
    declared = fields.pop("declared_language", None)
    filled = {k: v for k, v in fields.items() if k not in given}
    if given.get("body", raw) == raw:
        filled["body"] = fields.get("body", "")
    elif "body" in given:
        notes = []  # cleaned before, or by hand
    body = filled.get("body", given.get("body", ""))
    if "language" not in given:
        filled["language"] = language_of(body) or declared
    if not body:
        notes.append(
            {
                "action": "empty",
                "reason": "no article was found; look at the source: it may be a list, a video, a paywall, or have its text in one line",
                "rule": "body",
            }
        )
    return filled, notes


def _from_page(html: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    fields = pages.article(html)
    extracted = fields["body"] or ""
    dropped = {line: rule for line in extracted.split("\n") if (rule := lines.judge(line)[0]) in ("heading", "credit")}
    body, notes = _mended("\n".join(line for line in extracted.split("\n") if line not in dropped))
    for line, rule in dropped.items():
        notes.append({"action": "dropped", "reason": _REASONS[rule], "rule": rule, "score": lines.RIGHT[rule], "text": line})
    fields["body"], fields["lead"] = body, _lead(body.split("\n"))
    if fields["title"]:
        fields["title"] = repair(fields["title"])[0]
    kept = squeeze(extracted) + squeeze(fields["title"] or "")
    gone: list[str] = []
    for line in [*pages.visible_lines(html), ""]:
        if line and squeeze(line) not in kept:
            gone.append(line)
        elif gone:
            notes.append(
                {
                    "action": "dropped",
                    "reason": "outside what the extractor (trafilatura) takes for the article",
                    "rule": "page",
                    "text": "\n".join(gone),
                }
            )
            gone = []
    return fields, notes


_REASONS = {
    "heading": "opens a list, a box or an advert",
    "list": "stands in a list under such a heading",
    "credit": "a caption, a credit or a copyright line",
    "meta": "a date or byline",
    "support": "asks readers for money, an address or a click",
    "repeated": "stands in several texts of the same publisher",
    "short": "a short line without an end mark, outside the article",
    "outside": "stands outside the stretch where the article's prose is",
}


def _from_text(raw: str, repeated: set[str], *, has_title: bool) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    kept: list[str] = []
    title, notes = None, []
    for line in lines.label(raw, has_title=has_title, repeated=repeated):
        if line.rule == "title":
            title = repair(line.text)[0].strip()
        elif line.keep:
            kept.append(line.text)
        else:
            reason = _REASONS[line.rule]
            notes.append(
                {
                    "action": "dropped",
                    "reason": reason,
                    "rule": line.rule,
                    "score": line.score,
                    "start": line.start,
                    "end": line.end,
                    "text": line.text,
                }
            )
    body, mended = _mended("\n".join(kept))
    return {"title": title, "body": body, "lead": _lead(body.split("\n"))}, notes + mended


def _mended(body: str) -> tuple[str, list[dict[str, Any]]]:
    body, done = repair(body)
    notes: list[dict[str, Any]] = [{"action": "repaired", "reason": f"mended {name}", "rule": name} for name in done]
    spliced = [found[0].strip() for found in _SPLICE.finditer(body)]
    if spliced:
        notes += [{"action": "dropped", "reason": "spliced into a sentence", "rule": "splice", "text": text} for text in spliced]
        body = re.sub(r" (?=[,.;:!?])", "", _SPLICE.sub(" ", body))
    return "\n".join(line.strip() for line in body.split("\n") if line.strip()), notes


def _lead(paragraphs: list[str]) -> str | None:
    first = paragraphs[0]
    return first if len(paragraphs) > 1 and 0 < len(first.split()) <= LEAD_WORDS else None

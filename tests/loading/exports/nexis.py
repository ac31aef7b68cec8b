"""LexisNexis exports made from articles, as TXT, RTF, DOCX or HTML.

In the layouts of Nexis Uni, the older Nexis and LexisNexis Academic.
"""

import datetime
import io
import re
import textwrap
from html import escape
from typing import Any, NamedTuple

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH

MONTHS = {
    "en": "January February March April May June "
    "July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni "
    "Juli August September Oktober November Dezember".split(),
}
DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(),
}
KEYS = (
    "section length authors dateline highlight body graphic class language load end title rights "
    "words page by and"
).split()
LABELS = {
    "en": "Section|Length|Byline|Dateline|Highlight|Body|Graphic|Classification|Language|Load-Date"
    "|End of Document|Headline|All Rights Reserved|words|Pg.|By|and",
    "de": "Rubrik|Länge|Autor|Dateline|Highlight|Text|Grafik|Klassifizierung|Sprache|Ladedatum"
    "|Ende des Dokuments|Überschrift|Alle Rechte vorbehalten|Wörter|S.|Von|und",
}
TONGUES = {"en": "ENGLISH", "de": "GERMAN; DEUTSCH"}
ORDER = {
    "uni": "section length authors dateline highlight",
    "old": "authors section length dateline highlight",
}
ORDER["academic"] = "section length title authors dateline highlight"
UNI = "User Name: Reading Room|Date and Time: Thursday, 31 May 2018 10:12:00 AM CEST"
UNI += "|Job Number: 123456789"
OLD = "Download Request: Selected Items|Time Of Request: Thursday, May 31, 2018  10:12:00|Send To: "
OLD += "|Terms: (envoys)|Source: Papers|Project ID: None"
FOOT = "| About LexisNexis | Privacy Policy | Terms & Conditions | Copyright © 2018 LexisNexis"


class Par(NamedTuple):
    """A paragraph: text, bold label before it, blank lines above it in a TXT, and its place."""

    text: str
    label: str = ""
    gap: int = 1
    centred: bool = False
    cells: bool = False  # the table of the front page: rows divided by line breaks, cells by tabs


SEARCH = [
    Par("-None-", "Client/Matter:", 0),
    Par("envoys", "Search Terms:", 0),
    Par("Terms and Connectors", "Search Type:", 0),
]
SEARCH += [
    Par("", "Narrowed by:", 0),
    Par("Content Type\tNarrowed by\nNews\tTimeline: 01 Jan 2018 to 31 Dec 2018", gap=0, cells=True),
]


def dates(article: dict[str, Any], interface: str) -> tuple[str, str]:
    """The day, and the day with the weekday and, if there is one, the time, as printed."""
    date, _, time = article["publishing_date"].partition("T")
    day = datetime.date.fromisoformat(date)
    month, weekday = MONTHS[interface][day.month - 1], DAYS[interface][day.weekday()]
    if interface == "de":
        text = f"{day.day}. {month} {day.year}"
        return text, f"{text} {weekday}" + (f" {time[:5]} Uhr" if time else "")
    hour = int(time[:2] or 0)
    text = f"{month} {day.day}, {day.year}"
    return text, f"{text} {weekday}" + (
        f" {hour % 12 or 12}:{time[3:5]} {'PM' if hour > 11 else 'AM'} GMT" if time else ""
    )


def document(article: dict[str, Any], n: int, of: int, layout: str, interface: str) -> list[Par]:
    """The paragraphs of one article."""
    uni, names = layout == "uni", dict(zip(KEYS, LABELS[interface].split("|"), strict=True))
    day, dated = dates(article, interface)
    count = sum(any(char.isalnum() for char in token) for token in article["body"].split())
    authors = f" {names['and']} ".join((article.get("authors") or "").split("; "))
    values = {
        key: article.get(key) or ""
        for key in ("title", "section", "dateline", "highlight", "graphic")
    }
    values |= {
        "length": f"{count} {names['words']}",
        "authors": f"{names['by']} {authors}" if uni and authors else authors,
    }
    values["section"] += f"; {names['page']} 3" if values["section"] else ""

    def field(label: str, value: str, gap: int = 1) -> Par:
        return Par(value, f"{label if uni else label.upper()}:", gap)

    head = [
        field(names[key], values[key], int(not (uni and key in ("length", "authors"))))
        for key in ORDER[layout].split()
        if values[key]
    ]
    body = [Par(text) for text in article["body"].split("\n") if text.strip()]
    edition = [Par(article["edition"], gap=0, centred=not uni)] if article.get("edition") else []
    language, kind = (
        field(names["language"], TONGUES[article["language"]]),
        "Zeitung" if interface == "de" and not uni else "Newspaper",
    )
    rights = f"Copyright {article['publishing_date'][:4]} {article['publisher']}"
    if uni:
        top = [
            Par(article["title"], gap=3),
            Par(article["publisher"], gap=0),
            Par(dated, gap=0),
            *edition,
        ]
        picture = [Par("", names["graphic"]), Par(values["graphic"])] if values["graphic"] else []
        tail = [
            language,
            field("Publication-Type", kind),
            field(names["load"], day),
            Par("", names["end"], 2),
        ]
        top.append(Par(f"{rights} {names['rights']}"))
        return [
            *top,
            *head,
            Par("", names["body"]),
            *body,
            *picture,
            Par("", names["class"]),
            *tail,
        ]
    start = Par(
        f"Dokument {n} von {of}" if interface == "de" else f"{n} of {of} DOCUMENTS",
        gap=3,
        centred=True,
    )
    source = [Par(article["publisher"], gap=2, centred=True), Par(dated, centred=True), *edition]
    both = [Par(rights, gap=3, centred=True), Par(names["rights"], gap=0, centred=True)]
    picture = [field(names["graphic"], values["graphic"])] if values["graphic"] else []
    tail = [*picture, field("Update" if interface == "de" else "Load-Date", day), language]
    if layout == "academic":
        return [start, *both, *source, *head, Par("", f"{names['body'].upper()}:"), *body, *tail]
    return [
        start,
        *source,
        Par(article["title"]),
        *head,
        *body,
        *tail,
        field("Publication-Type", kind),
        *both,
    ]


def paragraphs(articles: list[dict[str, Any]], layout: str, interface: str) -> list[Par]:
    """The front page and all articles."""
    uni = layout == "uni"
    found = [
        Par(text, f"{label}:", 0)
        for label, _, text in (line.partition(": ") for line in (UNI if uni else OLD).split("|"))
    ]
    found += [Par(f"Documents ({len(articles)})")] if uni else []
    for n, article in enumerate(articles if uni else [], 1):
        found += [Par(f"{n}. {article['title']}"), *SEARCH]
    found += [Par(FOOT)] if uni else []
    return found + [
        par
        for n, article in enumerate(articles, 1)
        for par in document(article, n, len(articles), layout, interface)
    ]


def render(articles: list[dict[str, Any]], form: str, layout: str, interface: str) -> bytes:
    """An export.

    form is "txt", "rtf", "docx" or "html", layout "uni", "old" or "academic", interface "en" or
    "de".
    """
    found = paragraphs(articles, layout, interface)
    if form == "txt":
        return "".join("\n" * par.gap + _txt(par, layout != "uni") + "\n" for par in found).encode()
    if form == "docx":
        return _docx(found)
    parts = [
        part
        for par in found
        for part in ([Par(cell) for cell in re.split("[\t\n]", par.text)] if par.cells else [par])
    ]
    if form == "rtf":
        bold = [rf"{{\b {_rtf(p.label)}}}" if p.label else "" for p in parts]
        pars = "".join(
            rf"\pard\q{'lc'[p.centred]} {b}{_rtf(_rest(p))}\par "
            for p, b in zip(parts, bold, strict=True)
        )
        return (r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}" + pars + "}").encode("ascii")
    spans = [(f"<b>{escape(p.label)}</b>" if p.label else "") + escape(_rest(p)) for p in parts]
    rows = "".join(
        f'<div class="c0"><p class="c1"><span class="c2">{span}</span></p></div>\n'
        for span in spans
    )
    head = '<head><meta charset="utf-8"><title>LexisNexis</title></head>'
    return f"<html>{head}<body>{rows}</body></html>".encode()


def _rest(par: Par) -> str:
    """The text behind the label."""
    return f" {par.text}" if par.label and par.text else par.text


def _txt(par: Par, wrapped: bool) -> str:
    """The lines of a paragraph; the older layouts wrap them at 78 columns, not inside a word."""
    lines = [par.label + _rest(par)]
    if wrapped:
        lines = textwrap.wrap(lines[0], 78, break_on_hyphens=False, break_long_words=False)
    return "\n".join(line.center(78).rstrip() if par.centred else line for line in lines)


def _docx(found: list[Par]) -> bytes:
    file = docx.Document()
    for par in found:
        if par.cells:
            lines = par.text.split("\n")
            table = file.add_table(len(lines), 2)
            for row, line in zip(table.rows, lines, strict=True):
                row.cells[0].text, row.cells[1].text = line.split("\t")
            continue
        paragraph = file.add_paragraph()
        if par.centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if par.label:
            paragraph.add_run(par.label).bold = True
        paragraph.add_run(_rest(par))
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def _rtf(text: str) -> str:
    """Text with RTF's escapes: \\u takes a signed 16-bit number."""
    units = text.encode("utf-16-le")
    numbers = [
        int.from_bytes(units[n : n + 2], "little", signed=True) for n in range(0, len(units), 2)
    ]
    return "".join(chr(n) if 31 < n < 127 and chr(n) not in "\\{}" else rf"\u{n}?" for n in numbers)

"""LexisNexis exports made from articles: Nexis Uni, the older Nexis and LexisNexis Academic, as TXT, RTF, DOCX or HTML."""

import datetime
import io
import textwrap
from html import escape
from typing import Any

import docx

MONTHS = {"en": {4: "April", 5: "May", 6: "June"}, "de": {4: "April", 5: "Mai", 6: "Juni"}}
DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(),
}
LABELS = {
    "en": {"section": "Section", "length": "Length", "authors": "Byline", "body": "Body", "graphic": "Graphic", "load": "Load-Date"}
    | {"class": "Classification", "language": "Language", "end": "End of Document", "title": "Headline", "rights": "All Rights Reserved"},
    "de": {"section": "Rubrik", "length": "Länge", "authors": "Autor", "body": "Text", "graphic": "Grafik", "load": "Ladedatum"}
    | {"class": "Klassifizierung", "language": "Sprache", "end": "Ende des Dokuments", "title": "Überschrift"}
    | {"rights": "Alle Rechte vorbehalten"},
}
TONGUES = {"en": "ENGLISH", "de": "GERMAN; DEUTSCH"}
FRONT = {
    "uni": ["User Name: Reading Room", "Date and Time: Thursday, 31 May 2018 10:12:00 AM CEST", "Job Number: 7654321", "Documents ({n})"],
    "old": ["Download Request: Selected Items", "Time Of Request: Thursday, May 31, 2018  10:12:00", "Send To:", "Terms: (envoys)"],
}
Paragraph = tuple[str, str]  # its kind ("", "centred" or "under": directly below the line before), and its text


def printed_date(article: dict[str, Any], interface: str) -> str:
    """The date as the interface prints it, with the day of the week and, if there is one, the time."""
    date, _, time = article["publishing_date"].partition("T")
    day = datetime.date.fromisoformat(date[:10])
    week, month = DAYS[interface][day.weekday()], MONTHS[interface].get(day.month) or day.strftime("%B")
    if interface == "de":
        return f"{day.day}. {month} {day.year} {week}" + (f" {time[:5]} Uhr" if time else "")
    return f"{month} {day.day}, {day.year} {week}" + (f" {time[:5]} GMT" if time else "")


def document(article: dict[str, Any], n: int, of: int, layout: str, interface: str) -> list[Paragraph]:
    """The paragraphs of one article."""
    names = LABELS[interface]
    words = sum(any(char.isalnum() for char in token) for token in article["body"].split())
    rights = f"Copyright 2018 {article['publisher']}"
    fields = {
        "section": f"{names['section']}: {article['section']}; {'S.' if interface == 'de' else 'Pg.'} {n}",
        "length": f"{names['length']}: {words} {'Wörter' if interface == 'de' else 'words'}",
        "authors": f"{names['authors']}: {'Von' if interface == 'de' else 'By'} "
        + (" und " if interface == "de" else " and ").join(article["authors"].split("; "))
        if article.get("authors")
        else "",
        "dateline": f"Dateline: {article['dateline']}" if article.get("dateline") else "",
        "highlight": f"Highlight: {article['highlight']}" if article.get("highlight") else "",
        "title": f"{names['title']}: {article['title']}",
    }
    order = {"uni": "section length authors dateline highlight", "old": "authors section length dateline highlight"}
    order["academic"] = "section length title authors dateline highlight"
    head = [("", fields[name]) for name in order[layout].split() if fields[name]]
    body = [("", paragraph) for paragraph in article["body"].split("\n")]
    language = f"{names['language']}: {TONGUES[article['language']]}"
    load = f"{printed_date(article, interface).split(' 20')[0]} 2018"
    date = [("centred", article["publisher"]), ("centred", printed_date(article, interface))]
    date += [("under", article["edition"])] if article.get("edition") else []
    if layout == "uni":
        picture = [("", names["graphic"]), ("", article["graphic"])] if article.get("graphic") else []
        tail = [("", x) for x in (names["class"], language, "Publication-Type: Newspaper", f"{names['load']}: {load}", names["end"])]
        return [("", article["title"]), *date, ("", f"{rights} {names['rights']}"), *head, ("", names["body"]), *body, *picture, *tail]
    start = [("centred", f"Dokument {n} von {of}" if interface == "de" else f"{n} of {of} DOCUMENTS")]
    picture = [("", f"{names['graphic']}: {article['graphic']}")] if article.get("graphic") else []
    tail = [
        *picture,
        ("", f"{'UPDATE' if interface == 'de' else 'Load-Date'}: {load}"),
        ("", language),
        ("", "Publication-Type: Newspaper"),
    ]
    both = [("centred", rights), ("centred", names["rights"])]
    capitals = [(kind, f"{text.split(':')[0].upper()}:{text.split(':', 1)[1]}") for kind, text in head]
    tail = [(kind, f"{text.split(':')[0].upper()}:{text.split(':', 1)[1]}") for kind, text in tail]
    if layout == "academic":
        return [*start, *both, *date, *capitals, ("", f"{names['body'].upper()}:"), *body, *tail]
    return [*start, *date, ("", article["title"]), *capitals, *body, *tail, *both]


def paragraphs(articles: list[dict[str, Any]], layout: str, interface: str) -> list[Paragraph]:
    """The front page and all articles."""
    found = [("", line.format(n=len(articles))) for line in FRONT["uni" if layout == "uni" else "old"]]
    for n, article in enumerate(articles if layout == "uni" else [], 1):
        found += [("", f"{n}. {article['title']}"), ("", "Client/Matter: -None-"), ("", "Search Terms: envoys"), ("", "Content Type")]
        found += [("", "Narrowed by"), ("", "News"), ("", "Timeline: 01 Jan 2018 to 31 Dec 2018")]
    for n, article in enumerate(articles, 1):
        found += document(article, n, len(articles), layout, interface)
    return found


def render(articles: list[dict[str, Any]], form: str, layout: str, interface: str) -> bytes:
    """An export; form is "txt", "rtf", "docx" or "html", layout "uni", "old" or "academic", interface "en" or "de"."""
    found = paragraphs(articles, layout, interface)
    if form == "txt":
        parts = []
        for kind, text in found:
            lines = [text] if layout == "uni" else textwrap.wrap(text, 78, break_on_hyphens=False, break_long_words=False)
            lines = [line.center(78).rstrip() for line in lines] if kind and layout != "uni" else lines
            parts.append(("\n" if kind == "under" else "\n\n\n" if kind else "\n\n") + "\n".join(lines))
        return "".join(parts).encode()
    texts = [text for _, text in found]
    if form == "docx":
        file = docx.Document()
        for text in texts:
            label, colon, rest = text.partition(": ")
            paragraph = file.add_paragraph()
            paragraph.add_run(label + colon).bold = bool(colon)
            paragraph.add_run(rest)
        written = io.BytesIO()
        file.save(written)
        return written.getvalue()
    if form == "rtf":
        units = ("".join(rf"\u{n}?" if n > 126 or n < 0 or chr(n) in "\\{}" else chr(n) for n in _utf16(text)) for text in texts)
        return (r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}" + "".join(rf"\pard {text}\par " for text in units) + "}").encode(
            "ascii"
        )
    rows = "".join(f'<div class="c0"><p class="c1"><span class="c2">{escape(text)}</span></p></div>\n' for text in texts)
    return f'<html><head><meta charset="utf-8"><title>LexisNexis</title></head><body>{rows}</body></html>'.encode()


def _utf16(text: str) -> list[int]:
    """Signed 16-bit numbers, as RTF counts."""
    data = text.encode("utf-16-le")
    return [int.from_bytes(data[n : n + 2], "little", signed=True) for n in range(0, len(data), 2)]

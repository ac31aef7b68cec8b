"""Factiva exports made from articles, in the layout that Factiva documents.

Coded fields as TXT, RTF or HTML.
"""

from html import escape
from typing import Any

WORDS = {"en": "words", "de": "Wörter"}
MONTHS = {"en": {5: "May", 6: "June"}, "de": {5: "Mai", 6: "Juni"}}
LANGUAGES = {"en": {"en": "English", "de": "German"}, "de": {"en": "Englisch", "de": "Deutsch"}}


def fields(article: dict[str, Any], n: int, interface: str) -> list[tuple[str, list[str]]]:
    """The codes of an article in the order of an export, each with its lines."""
    date, _, time = article["publishing_date"].partition("T")
    year, month, day = date.split("-")
    paragraphs = article["body"].split("\n")
    count = sum(any(char.isalnum() for char in token) for token in article["body"].split())
    dot = "." if interface == "de" else ""
    return [
        ("SE", [article["section"]] if article.get("section") else []),
        ("HD", [article["title"]]),
        ("BY", [article["authors"]] if article.get("authors") else []),
        ("WC", [f"{count} {WORDS[interface]}"]),
        ("PD", [f"{int(day)}{dot} {MONTHS[interface].get(int(month), 'Mai')} {year}"]),
        ("ET", [time[:5]] if time else []),
        ("SN", [article["publisher"]]),
        ("SC", ["XXX"]),
        ("LA", [LANGUAGES[interface][article["language"]]]),
        ("CY", [f"Copyright {year} {article['publisher']}"]),
        ("LP", paragraphs[:1]),
        ("TD", paragraphs[1:]),
        ("NS", ["gdip : International Relations | ncat : Content Types"]),
        ("AN", [f"{'Dokument' if interface == 'de' else 'Document'} {accession(n)}"]),
    ]


def accession(n: int) -> str:
    return f"XXX0000020180531ee5v{n:05d}"


def rows(articles: list[dict[str, Any]], interface: str) -> list[list[tuple[str, list[str]]]]:
    return [
        [field for field in fields(article, n, interface) if field[1]]
        for n, article in enumerate(articles, 1)
    ]


def display(articles: list[dict[str, Any]], interface: str) -> str:
    """The layout without codes, as text."""
    return "\n\n".join(
        "\n".join(line for code, lines in record if code != "NS" for line in lines)
        for record in rows(articles, interface)
    )


def render(articles: list[dict[str, Any]], form: str, interface: str) -> bytes:
    """An export with codes; form is "txt", "rtf" or "html", interface "en" or "de"."""
    records = rows(articles, interface)
    if form == "txt":
        parts = [
            "\n".join(f"{code}\t" + "\n\n".join(lines) for code, lines in record)
            for record in records
        ]
        return (
            "\n\n".join(parts) + "\n\nPage 1 of 1 © 2018 Factiva, Inc. All rights reserved.\n"
        ).encode()
    if form == "rtf":
        pars = "".join(
            rf"\pard {{\b {code}\b0}}\par " + "".join(_rtf(x) + r"\par " for x in v)
            for r in records
            for code, v in r
        )
        return (r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}" + pars + "}").encode("ascii")
    tables = (
        "<div class='article'><table>"
        + "".join(
            f"<tr><td><b>{c}</b></td><td>{''.join(f'<p>{escape(x)}</p>' for x in v)}</td></tr>"
            for c, v in record
        )
        + "</table></div>"
        for record in records
    )
    head = "<head><meta charset='utf-8'><title>Factiva</title></head>"
    return f"<html>{head}<body>{''.join(tables)}</body></html>".encode()


def _rtf(text: str) -> str:
    """Text with RTF's escapes: \\u takes a signed 16-bit number."""
    units = text.encode("utf-16-le")
    numbers = [
        int.from_bytes(units[n : n + 2], "little", signed=True) for n in range(0, len(units), 2)
    ]
    return "".join(chr(n) if 31 < n < 127 and chr(n) not in "\\{}" else rf"\u{n}?" for n in numbers)

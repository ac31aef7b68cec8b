"""Build the specimen corpus and its gold from the marked-up sources:
`python data/specimens/build.py`.

Every article is one XML file under sources/, with its actors, quotations and frames marked by its
author. This renders it as the page, scrape or table row that a researcher would hold (corpus/),
boilerplate and all, and writes down what is true of it (gold/), with character offsets into the
clean body.
"""

import json
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from lxml import etree

from press_coverage.codebooks import terms

HERE = Path(__file__).parent
PERSONS = {row.label for row in terms.read("actors") if row.kind == "person"}


@dataclass
class Article:
    """One source file: attributes, outlet, blocks in order, and the marks in its clean body."""

    meta: dict[str, str]
    outlet: dict[str, Any]
    title: str = ""
    kicker: str = ""
    lead: str = ""
    blocks: list[dict[str, Any]] = field(
        default_factory=list
    )  # kind p, subhead or x; text (clean), raw, x_kind, lines
    body: str = ""
    marks: list[dict[str, Any]] = field(
        default_factory=list
    )  # tag, start, end and the mark's own attributes

    @property
    def doc_id(self) -> str:
        name = self.meta["id"]
        if self.meta["format"] == "html":
            return f"pages/{name}.html"
        return (
            f"scrapes/{folder(self.outlet)}/{name}.txt" if self.meta["format"] == "text" else name
        )


def folder(outlet: dict[str, Any]) -> str:
    return (
        unicodedata.normalize("NFKD", outlet["publisher"].replace("ü", "ue"))
        .encode("ascii", "ignore")
        .decode()
    )


def read(path: Path) -> Article:
    root = etree.parse(str(path)).getroot()
    outlet = json.loads(
        (HERE / "outlets" / f"{root.get('outlet')}.json").read_text(encoding="utf-8")
    )
    article = Article(dict(root.attrib), outlet)
    for element in root.iterchildren("kicker", "title", "lead", "p", "subhead", "x"):
        if element.tag in ("kicker", "title"):
            setattr(article, element.tag, "".join(element.itertext()))
        elif element.tag == "x":
            shared = outlet["furniture"].get(element.get("ref"))
            lines = shared["lines"] if shared else [line.text for line in element]
            kind = shared["kind"] if shared else element.get("kind")
            article.blocks.append({"kind": "x", "text": "", "x_kind": kind, "lines": lines})
        else:
            article.body += "\n" if article.body else ""
            start = len(article.body)
            walk(element, article)
            text = article.body[start:]
            raw = "".join(element.itertext())
            if element.tag == "lead":
                article.lead = text
            article.blocks.append(
                {"kind": element.tag, "text": text, "raw": raw, "x_kind": "", "lines": []}
            )
    return article


def walk(element: etree._Element, article: Article) -> None:
    """Append an element's text to the body, noting the marks; what was spliced in is left out."""

    def add(text: str | None) -> None:
        if text:
            article.body += (
                text[1:] if text.startswith(" ") and article.body.endswith((" ", "\n")) else text
            )

    add(element.text)
    for child in element.iterchildren(tag=etree.Element):
        start = len(article.body)
        if child.tag != "splice":
            walk(child, article)
            article.marks.append(
                {"tag": child.tag, "start": start, "end": len(article.body), **child.attrib}
            )
        add(child.tail)
    article.body = article.body.rstrip(" ") if element.tag in ("lead", "p") else article.body


def page(article: Article, templates: jinja2.Environment) -> str:
    shown = {
        **{k: article.meta[k] for k in ("section", "url", "language")},
        **{k: getattr(article, k) for k in ("title", "kicker", "lead")},
        "published": datetime.fromisoformat(article.meta["published"]),
        "authors": [a for a in article.meta["authors"].split(";") if a],
        "blocks": [b for b in article.blocks if b["kind"] != "lead"],
    }
    template = templates.get_template(f"{article.outlet['slug']}.html.j2")
    return (
        template.render(a=shown, outlet=article.outlet, furniture=article.outlet["furniture"])
        + "\n"
    )


def scrape(article: Article, *, with_title: bool) -> tuple[str, list[str]]:
    """The text as a scraper leaves it, and its furniture, line by line."""
    lines = [headline(article)] if with_title else []
    furniture: list[str] = []
    for block in article.blocks:
        new = block["lines"] if block["kind"] == "x" else [block["raw"]]
        furniture += new if block["kind"] == "x" else []
        lines += new
        if block["kind"] == "lead" and with_title:
            lines.append("")
    return "\n".join(lines), furniture


def headline(article: Article) -> str:
    """The title as the form prints it: a scrape has the kicker in the same line."""
    return (
        f"{article.kicker}: {article.title}"
        if article.kicker and article.meta["format"] == "text"
        else article.title
    )


def gold_quotes(article: Article) -> list[dict[str, Any]]:
    """Quotations with cue and source.

    One that is nested in another, or follows it up, has that one's source.
    """
    actors = [m for m in article.marks if m["tag"] == "a"]
    parts = {(m["tag"], m["n"]): m for m in article.marks if m["tag"] in ("cue", "src")}
    rows: list[dict[str, Any]] = []
    for quote in sorted(
        (m for m in article.marks if m["tag"] == "q"), key=lambda m: (m["start"], -m["end"])
    ):
        cue, source = parts.get(("cue", quote["n"]), {}), parts.get(("src", quote["n"]), {})
        if (
            not source
            and rows
            and (quote["end"] <= rows[-1]["end"] or quote["form"] == "indirect_free_indirect")
        ):
            source = {"start": rows[-1]["source_start"], "end": rows[-1]["source_end"]}
        inside = [
            m
            for m in actors
            if source.get("end") and source["start"] <= m["start"] and m["end"] <= source["end"]
        ]
        # a person within the phrase speaks; a place or a state does only where it is the whole
        # phrase, not in "a diplomat in Seoul"
        named = [
            m["id"]
            for m in inside
            if m["id"] in PERSONS or (m["start"], m["end"]) == (source["start"], source["end"])
        ]
        rows.append(
            {
                "doc_id": article.doc_id,
                **{k: quote[k] for k in ("start", "end", "form", "mood")},
                "cue_start": cue.get("start"),
                "cue_end": cue.get("end"),
                "source_start": source.get("start"),
                "source_end": source.get("end"),
                "actor_id": named[-1] if named else None,
            }
        )
    return rows


def main(out: Path = HERE) -> None:
    articles = [read(path) for path in sorted((HERE / "sources").glob("*/*.xml"))]
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "outlets"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    gold: dict[str, list[dict[str, Any]]] = {
        "articles": [],
        "mentions": [],
        "quotes": [],
        "frames": [],
    }
    tables: dict[str, list[dict[str, Any]]] = {}
    for article in articles:
        form = article.meta["format"]
        furniture: list[str] = []
        if form == "html":
            write(out / "corpus" / article.doc_id, page(article, templates))
            furniture = [line for b in article.blocks for line in b["lines"]]
        elif form == "text":
            text, furniture = scrape(article, with_title=True)
            write(out / "corpus" / article.doc_id, text + "\n")
        else:
            text, furniture = scrape(article, with_title=False)
            tables.setdefault(article.outlet["slug"], []).append(
                {"id": article.doc_id, "text": text, "article": article}
            )
        known = form != "text"  # a scrape says neither date nor address
        gold["articles"].append(
            {
                "doc_id": article.doc_id,
                "publisher": article.outlet["publisher"] if known else folder(article.outlet),
                "outlet": article.outlet["slug"],
                **{k: article.meta[k] for k in ("format", "register", "language")},
                "title": headline(article),
                "lead": article.lead or None,
                "body": article.body,
                "publishing_date": article.meta["published"]
                if known
                else None,  # an export may give the day alone
                "written_for": article.meta["published"],
                "section": article.meta["section"] or None,
                "agency": article.meta["agency"] or None,
                "story": article.meta["story"] or None,
                "furniture": furniture,
                "splices": [s.strip() for b in article.blocks for s in spliced(b)],
            }
        )
        for mark in sorted(article.marks, key=lambda m: (m["start"], -m["end"])):
            span = {"doc_id": article.doc_id, "start": mark["start"], "end": mark["end"]}
            if mark["tag"] == "a":
                gold["mentions"] += [{**span, "actor_id": actor} for actor in mark["id"].split("+")]
            elif mark["tag"] == "f":
                gold["frames"].append({**span, "frame": mark["id"]})
        gold["quotes"] += gold_quotes(article)
    export(tables, out)
    write(
        out / "gold" / "articles.jsonl",
        "".join(json.dumps(a, ensure_ascii=False) + "\n" for a in gold["articles"]),
    )
    for name in ("mentions", "quotes", "frames"):
        frame = pd.DataFrame(gold[name]).convert_dtypes()
        write(out / "gold" / f"{name}.csv", frame.to_csv(index=False, lineterminator="\n"))
    print(
        f"{len(articles)} articles of {len({a.outlet['slug'] for a in articles})} outlets,",
        *(f"{len(gold[k])} {k}" for k in list(gold)[1:]),
    )


def spliced(block: dict[str, Any]) -> list[str]:
    """What was spliced into a block: the part of its raw text that the clean text lacks."""
    raw, clean = block.get("raw", ""), block["text"]
    if len(raw) == len(clean):
        return []
    start = next(i for i in range(len(raw)) if i >= len(clean) or raw[i] != clean[i])
    return [raw[start : start + len(raw) - len(clean)]]


def export(tables: dict[str, list[dict[str, Any]]], out: Path) -> None:
    """Each outlet's table as another kind of export, with the column names of such exports."""
    for slug, rows in tables.items():
        shape, names = {
            "donaublatt-wien": ("csv", ("ID", "Titel", "Datum", "Zeitung", "Ressort", "Text")),
            "meridian-wire": ("jsonl", ("id", "headline", "date", "source", "section", "content")),
        }.get(
            slug,
            ("parquet", ("doc_id", "title", "publishing_date", "publisher", "section", "body")),
        )
        records = []
        for row in rows:
            a: Article = row["article"]
            date = (
                a.meta["published"]
                if shape != "csv"
                else datetime.fromisoformat(a.meta["published"]).strftime("%d.%m.%Y")
            )
            records.append(
                dict(
                    zip(
                        names,
                        (
                            row["id"],
                            a.title,
                            date,
                            a.outlet["publisher"],
                            a.meta["section"],
                            row["text"],
                        ),
                        strict=True,
                    )
                )
            )
        path = out / "corpus" / "tables" / f"{slug}.{shape}"
        if shape == "csv":
            write(path, pd.DataFrame(records).to_csv(index=False, sep=";", lineterminator="\n"))
        elif shape == "jsonl":
            write(path, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            pd.DataFrame(records).to_parquet(path, index=False)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(re.sub(r"\r\n?", "\n", text), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

"""Site: the HTML of the report's pages, which load nothing and can be read without seeing them."""

import html
from importlib import resources
from string import Template

import lxml.html
import pandas as pd

SHOWN = 1_000  # rows behind a figure on a page; all of them are in the CSV file
LONG = 60  # characters of a cell that is set in lines
# tokens of code, by Pygments, that report.css leaves as they are
PLAIN = "n p o w fm mi mf nb nc nf nn bp sd"


def page(title: str, body: str) -> str:
    """A whole page: page.html with report.css and the body."""
    files = resources.files(__package__)
    frame, style = ((files / name).read_text("utf-8") for name in ("page.html", "report.css"))
    parts = {"title": html.escape(title), "style": style, "main": _accessible(body)}
    return Template(frame).substitute(parts)


def note(text: str) -> str:
    """A paragraph that stands out.

    >>> note("A & B")
    '<p class="note">A &amp; B</p>'
    """
    return f'<p class="note">{html.escape(text)}</p>'


def heading(notebooks: int, corpus: str) -> str:
    """The top of the index."""
    executed = f"{notebooks} notebooks, executed on {html.escape(corpus)}."
    return f"<h1>Press coverage</h1>\n<p>{executed}</p>\n"


def notebook_page(title: str, body: str, remark: str = "") -> str:
    """The page of a notebook, from its cells as HTML, with a note above them where there is one."""
    back = '<a href="index.html">All questions</a>'
    above = f"{note(remark)}\n" if remark else ""
    return page(title, f'<nav>{back}</nav>\n{above}{body}\n<p class="back">{back}</p>')


def card(
    name: str, title: str, answer: str, figure: str, seconds: float, problem: str | None
) -> str:
    """What the index says of a notebook: question, answer, first figure, and how the run went."""
    run = f"{seconds:.1f} s"
    if problem:
        run = f'<span class="failed">failed: {html.escape(problem)}</span>'
    link = f'<a href="{name}.html">{html.escape(title)}</a>'
    shown = f'<a href="{name}.html">{figure}</a>' if figure else ""
    return (
        f'<div class="card"><h2>{link}</h2><p>{html.escape(answer)}</p>{shown}'
        f'<p class="time">{name}, {run}</p></div>'
    )


def moves_table(moves: list[tuple[str, str, str]]) -> str:
    """The numbers that are not those committed, as a table of notebook, committed, now."""
    rows = ""
    for move in moves:
        rows += "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in move) + "</tr>"
    return (
        "<h2>What moved against the committed answers</h2>\n<table><thead><tr>"
        "<th>notebook</th><th>committed</th><th>now</th>"
        f"</tr></thead><tbody>{rows}</tbody></table>\n"
    )


def rows_link(number: int, name: str, rows: int) -> str:
    """The way from a figure to the page of the rows behind it."""
    few = {0: "No row stands behind this figure", 1: "The row behind this figure"}
    label = few.get(rows, f"The {rows:,} rows behind this figure")
    return f'<p class="rows" id="rows-{number}"><a href="rows/{name}.html">{label}</a></p>'


def rows_page(table: pd.DataFrame, title: str, stem: str, number: int) -> str:
    """The page of the rows behind a figure; spans show their words, articles lead to their address.

    Args:
        table: the rows, all cells text.
        title: of the notebook.
        stem: of the notebook's file.
        number: of the figure among those of the notebook that have rows.
    """
    cells = table.head(SHOWN).map(html.escape)
    if {"pre", "keyword", "post"} <= {*cells}:  # of `kwic`
        words = cells["pre"] + " <b>" + cells["keyword"] + "</b> " + cells["post"]
        cells.insert(1, "words", words)
        cells = cells.drop(columns=["pre", "keyword", "post"])
    if {"doc_id", "url"} <= {*cells}:
        link = '<a href="' + cells["url"] + '">' + cells["doc_id"] + "</a>"
        cells["doc_id"] = link.where(table["url"].str.match("https?://"), cells["doc_id"])
        cells = cells.drop(columns="url")
    shown = cells.map(_in_lines).to_html(index=False, escape=False, border=0)
    name = f"{stem}-{number}"
    some = f"{len(table):,} rows, also as"
    if len(table) > SHOWN:
        some = f"The first {SHOWN:,} of {len(table):,} rows; all are in"
    return page(
        f"Rows: {title}",
        f"<h1>Rows behind a figure of “{html.escape(title)}”</h1>\n"
        f'<p><a href="../{stem}.html#rows-{number}">Back to the figure</a>. '
        f'{some} <a href="{name}.csv">{name}.csv</a>.</p>\n'
        f'<div class="wide" tabindex="0" role="region" aria-label="Rows">{shown}</div>',
    )


def _in_lines(cell: str) -> str:
    """A long cell in a box in which it is set in lines."""
    return cell if len(cell) < LONG or cell.startswith("<a ") else f"<span>{cell}</span>"


def _accessible(body: str) -> str:
    """The page's `main`: header cells say what they head; what is wide scrolls, also by key."""
    main = lxml.html.fragment_fromstring(body, create_parent="main")
    for cell in list(main.iter("th")):
        if cell.text_content().strip():
            cell.set("scope", "row" if next(cell.iterancestors("thead"), None) is None else "col")
        else:  # pandas leaves header cells empty, which head nothing
            cell.tag = "td"
    for span in main.xpath(f"//pre//span[contains(' {PLAIN} ', concat(' ', @class, ' '))]"):
        span.drop_tag()  # most of the page's elements, and they look like what is around them
    wide = "//table[not(ancestor::*[@tabindex])] | //*[contains(@class, 'output_png')]//img"
    for element in main.xpath(wide):
        label = "Figure" if element.tag == "img" else "Table"
        attributes = {"class": "scroll", "tabindex": "0", "role": "group", "aria-label": label}
        box = lxml.html.Element("div", attributes)
        element.getparent().replace(element, box)
        box.tail, element.tail = element.tail, None
        box.append(element)
    return str(lxml.html.tostring(main, encoding="unicode"))

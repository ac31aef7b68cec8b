"""Report: execute the notebooks on a corpus and bind them into a site that opens from a file, without a network."""

import html
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import lxml.html
import nbconvert
import nbformat
import pandas as pd
import papermill
from jupyter_core.utils import ensure_event_loop
from traitlets.config import Config

_NUMBER = r"-?\d[\d.,]*(?<![.,])"
KERNELS = 2  # notebooks at a time; each takes a core and up to a gigabyte
KEPT = "kept"  # the tag of a cell that the report adds, and takes out again
LONG = 60  # characters of a cell that is set in lines
SHOWN = 1_000  # rows behind a figure on a page; all of them are in the CSV file
PLAIN = "n p o w fm mi mf nb nc nf nn bp sd"  # tokens of code, by Pygments, that report.css leaves as they are
FOLDED = """{%- extends 'basic/index.html.j2' -%}
{%- block input -%}<details><summary>Code</summary>{{ super() }}</details>{%- endblock input -%}"""


def build(notebooks: Path, out: Path, *, corpus: Path | None = None) -> int:
    """Execute every notebook in `notebooks` and write one page each, with an index, into `out`.

    `corpus` replaces the notebooks' own parameter `corpus`; without it they run on their own data, and the index says which
    numbers of their answers are no longer those committed. Says where it is and how long each took. A notebook that fails is
    shown as far as it came, and the others still run. A cell tagged `rows` gives the rows behind the figure before it: they are
    written into `out/rows`, as CSV and as a page that the figure leads to. Returns the exit status: 0, or 1 when a notebook failed.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name in ("executed", "rows"):
        (out / name).mkdir(exist_ok=True)
    os.environ["TQDM_DISABLE"] = "1"  # a bar inside a notebook would be an output of its own
    paths = sorted(path.resolve() for path in notebooks.glob("*.ipynb"))
    shown, out, corpus = (
        out / "index.html",
        out.resolve(),
        None if corpus is None else corpus.resolve(),
    )
    cards, moves, warned, failed = [], list[tuple[str, str, str]](), set[str](), 0
    with (
        chdir(notebooks),
        ThreadPoolExecutor(KERNELS) as pool,
    ):  # where the kernels start; papermill would change it under the others
        running = [
            pool.submit(_timed, path, out / "executed" / path.name, corpus) for path in paths
        ]
        for number, (path, run) in enumerate(zip(paths, running, strict=True), start=1):
            print(f"[{number}/{len(paths)}] {path.stem} ... ", end="", flush=True)
            seconds, problem = run.result()
            print(f"{seconds:.1f} s{'' if problem is None else ': FAILED, ' + problem}", flush=True)
            failed += problem is not None
            cards.append(_page(out / "executed" / path.name, out, seconds, problem, corpus))
            executed = _read(out / "executed" / path.name)
            warned |= _warnings(executed)
            if corpus is None:
                moves += [(path.stem, *pair) for pair in moved(_read(path), executed)]
    of = "their own data" if corpus is None else corpus.name
    index = (
        f"<h1>Press coverage</h1>\n<p>{len(paths)} notebooks, executed on {html.escape(of)}.</p>\n"
    )
    for warning in sorted(warned):
        print(warning)
        index += f'<p class="note">{html.escape(warning)}</p>\n'
    if moves:
        print(f"{len(moves)} numbers of the answers are not those committed; see the index")
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in moves
        )
        index += "<h2>What moved against the committed answers</h2>\n<table><thead><tr><th>notebook</th><th>committed</th><th>now</th></tr></thead>"
        index += f"<tbody>{rows}</tbody></table>\n"
    index += "\n".join(cards)
    (out / "index.html").write_text(_wrap("Press coverage", index), encoding="utf-8")
    print(f"{shown}: {len(paths) - failed} of {len(paths)} notebooks")
    return 1 if failed else 0


def moved(
    committed: nbformat.NotebookNode, executed: nbformat.NotebookNode
) -> list[tuple[str, str]]:
    """The numbers of a notebook's answer that differ, as committed and as executed; the whole answers where their words differ.

    >>> def answering(text):
    ...     output = nbformat.v4.new_output("execute_result", {"text/markdown": text})
    ...     return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output], metadata={"tags": ["answer"]})])
    >>> moved(answering("41 of 120 articles"), answering("43 of 120 articles"))
    [('41', '43')]
    """
    before, after = _answer(committed) or "", _answer(executed) or ""
    if re.sub(_NUMBER, "", before) != re.sub(_NUMBER, "", after):
        return [(before, after)]
    return [
        pair
        for pair in zip(re.findall(_NUMBER, before), re.findall(_NUMBER, after), strict=True)
        if pair[0] != pair[1]
    ]


def _warnings(notebook: nbformat.NotebookNode) -> set[str]:
    """What the package warned of in a notebook, such as tables that were made with another codebook."""
    said = [
        output.get("text", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.get("name") == "stderr"
    ]
    return {found for text in said for found in re.findall(r"UserWarning: (.+)", text)}


def _read(path: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def _timed(path: Path, target: Path, corpus: Path | None) -> tuple[float, str | None]:
    begun = time.perf_counter()
    try:
        problem = _execute(path, target, corpus)
        return time.perf_counter() - begun, problem
    finally:
        ensure_event_loop().close()  # this thread's, which the kernel's client leaves open


def _execute(path: Path, target: Path, corpus: Path | None) -> str | None:
    """None, or what went wrong, in a line."""
    parameters = {} if corpus is None else {"corpus": str(corpus)}
    config = Config()
    config.NotebookClient.extra_arguments = [
        "--IPKernelApp.log_level=CRITICAL"
    ]  # it takes being shut down for an error
    sockets = TemporaryDirectory(prefix="kernel")
    nbformat.write(_keeping(_read(path), target.parents[1] / "rows", path.stem), target)  # type: ignore[no-untyped-call]
    if os.name == "posix":  # over TCP the kernel warns that others on the machine could listen
        config.KernelManager.transport, config.KernelManager.ip = "ipc", f"{sockets.name}/k"
    try:
        papermill.execute_notebook(
            target,
            target,
            parameters,
            progress_bar=False,
            kernel_name="python3",
            language="python",
            config=config,
        )
    except papermill.PapermillExecutionError as error:
        said = error.evalue or (
            "a number that the notebook states is not what came out"
            if error.ename == "AssertionError"
            else ""
        )
        return f"cell {error.exec_count}: {error.ename}: {said}".split("\n")[0]
    except (
        Exception
    ) as error:  # the kernel died, say, for want of memory: the other notebooks still run
        return f"{type(error).__name__}: {error}".split("\n")[0]
    finally:
        sockets.cleanup()
        executed = _read(target)
        executed.cells = [
            cell for cell in executed.cells if KEPT not in cell.metadata.get("tags", [])
        ]
        nbformat.write(executed, target)  # type: ignore[no-untyped-call]
    return None


def _keeping(notebook: nbformat.NotebookNode, rows: Path, stem: str) -> nbformat.NotebookNode:
    """The notebook with a cell behind each one tagged `rows` that writes what it shows, whole, into the folder `rows`."""
    cells = list[nbformat.NotebookNode]()
    for old in rows.glob(f"{stem}-*"):
        old.unlink()
    for cell in notebook.cells:
        cells.append(cell)
        if "rows" in cell.metadata.get("tags", []):
            target = (
                rows / f"{stem}-{sum(KEPT in c.metadata.get('tags', []) for c in cells) + 1}.csv"
            )
            source, tags = f"_.to_csv({str(target)!r}, index=False)", {"tags": [KEPT]}
            cells.append(nbformat.v4.new_code_cell(source, metadata=tags))  # type: ignore[no-untyped-call]
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)  # type: ignore[no-untyped-call, no-any-return]


def _linked(notebook: nbformat.NotebookNode, rows: Path, stem: str, title: str) -> None:
    """Put in place of each cell tagged `rows` the way to a page of the rows that it gave, and write that page."""
    tagged = [
        number
        for number, cell in enumerate(notebook.cells)
        if "rows" in cell.metadata.get("tags", [])
    ]
    for number, at in enumerate(tagged, start=1):
        name = f"{stem}-{number}"
        path = rows / f"{name}.csv"
        if (
            not path.exists() or not path.read_bytes().strip()
        ):  # the notebook did not come this far, or the table has no column
            continue
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
        few = {0: "No row stands behind this figure", 1: "The row behind this figure"}
        said = few.get(len(table), f"The {len(table):,} rows behind this figure")
        link = f'<p class="rows" id="rows-{number}"><a href="rows/{name}.html">{said}</a></p>'
        notebook.cells[at] = nbformat.v4.new_markdown_cell(link)  # type: ignore[no-untyped-call]
        some = (
            f"The first {SHOWN:,} of {len(table):,} rows; all are in"
            if len(table) > SHOWN
            else f"{len(table):,} rows, also as"
        )
        page = f"<h1>Rows behind a figure of “{html.escape(title)}”</h1>\n"
        page += f'<p><a href="../{stem}.html#rows-{number}">Back to the figure</a>. {some} <a href="{name}.csv">{name}.csv</a>.</p>\n'
        cells = table.head(SHOWN).map(html.escape)
        if {"pre", "keyword", "post"} <= {*cells}:  # of `kwic`
            cells.insert(
                1, "words", cells["pre"] + " <b>" + cells["keyword"] + "</b> " + cells["post"]
            )
            cells = cells.drop(columns=["pre", "keyword", "post"])
        if {"doc_id", "url"} <= {*cells}:
            to = '<a href="' + cells["url"] + '">' + cells["doc_id"] + "</a>"
            cells["doc_id"] = to.where(table["url"].str.match("https?://"), cells["doc_id"])
            cells = cells.drop(columns="url")
        cells = cells.map(
            lambda cell: (
                cell if len(cell) < LONG or cell.startswith("<a ") else f"<span>{cell}</span>"
            )
        )
        page += f'<div class="wide" tabindex="0" role="region" aria-label="Rows">{cells.to_html(index=False, escape=False, border=0)}</div>'
        (rows / f"{name}.html").write_text(_wrap(f"Rows: {title}", page), encoding="utf-8")


def _page(
    executed: Path, out: Path, seconds: float, problem: str | None, corpus: Path | None
) -> str:
    """Write the notebook's page; returns its card for the index: question, answer, first figure."""
    notebook = _read(executed)
    first = next(
        (
            c.source
            for c in notebook.cells
            if c.cell_type == "markdown" and c.source.startswith("# ")
        ),
        executed.stem,
    )
    title, _, rest = first.partition("\n")
    title = title.removeprefix("# ").strip()
    _linked(notebook, out / "rows", executed.stem, title)
    exporter = nbconvert.HTMLExporter(
        template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True
    )  # type: ignore[no-untyped-call]
    exporter.raw_template = FOLDED
    body, _ = exporter.from_notebook_node(notebook)
    name = f"{executed.stem}.html"
    stated = rest.strip().split("\n\n")[0] if corpus is None else "no answer on this corpus"
    answer = html.escape(re.sub(r"[*`]", "", _answer(notebook) or stated))
    if corpus is not None:
        note = f"Executed on {html.escape(corpus.name)}. The answer at the top is that on the notebook's own data; on this corpus: {answer}"
        body = f'<p class="note">{note}</p>\n{body}'
    page = f'<nav><a href="index.html">All questions</a></nav>\n{body}\n<p class="back"><a href="index.html">All questions</a></p>'
    (out / name).write_text(_wrap(title, page), encoding="utf-8")
    said = (
        f"{seconds:.1f} s"
        if problem is None
        else f'<span class="failed">failed: {html.escape(problem)}</span>'
    )
    figure = re.search(r'<img\b[^>]*src="data:image/png[^>]*>', body)
    link = f'<a href="{name}">{html.escape(title)}</a>'
    shown = f'<a href="{name}">{figure[0]}</a>' if figure else ""
    return f'<div class="card"><h2>{link}</h2><p>{answer}</p>{shown}<p class="time">{executed.stem}, {said}</p></div>'


def _answer(notebook: nbformat.NotebookNode) -> str | None:
    """The notebook's answer on this corpus: the output of the cell tagged `answer`."""
    for cell in notebook.cells:
        if "answer" in cell.metadata.get("tags", []) and cell.get("outputs"):
            data = cell.outputs[0].get("data", {})
            return str(data.get("text/markdown") or data.get("text/plain") or "") or None
    return None


def _wrap(title: str, body: str) -> str:
    style = (resources.files(__package__) / "report.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{_accessible(body)}\n</body>\n</html>\n"
    )


def _accessible(body: str) -> str:
    """The page's `main`: a header cell says what it heads, and what is wide scrolls in a box of its own, which the keyboard reaches."""
    main = lxml.html.fragment_fromstring(body, create_parent="main")
    for cell in list(main.iter("th")):
        if cell.text_content().strip():
            cell.set("scope", "row" if next(cell.iterancestors("thead"), None) is None else "col")
        else:  # pandas leaves header cells empty, which head nothing
            cell.tag = "td"
    for span in main.xpath(f"//pre//span[contains(' {PLAIN} ', concat(' ', @class, ' '))]"):
        span.drop_tag()  # most of the page's elements, and they look like what is around them
    wide = "//table[not(ancestor::*[@tabindex])] | //*[contains(@class, 'output_png')]//img"
    for thing in main.xpath(wide):
        label = "Figure" if thing.tag == "img" else "Table"
        box = lxml.html.Element(
            "div", {"class": "scroll", "tabindex": "0", "role": "group", "aria-label": label}
        )
        thing.getparent().replace(thing, box)
        box.tail, thing.tail = thing.tail, None
        box.append(thing)
    return str(lxml.html.tostring(main, encoding="unicode"))

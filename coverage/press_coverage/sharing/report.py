"""Report: execute the notebooks on a corpus and bind them into a site that opens from a file."""

from __future__ import annotations

import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from press_coverage.sharing import site
from press_coverage.tables.extras import extra_module

if TYPE_CHECKING:
    from nbformat import NotebookNode

_NUMBER = r"-?\d[\d.,]*(?<![.,])"
KERNELS = 2  # notebooks at a time; each takes a core and up to a gigabyte
KEPT = "kept"  # the tag of a cell that the report adds, and takes out again
FOLDED = """{%- extends 'basic/index.html.j2' -%}
{%- block input -%}<details><summary>Code</summary>{{ super() }}</details>{%- endblock input -%}"""


class _Bound(NamedTuple):
    """What the index says of a notebook."""

    card: str
    warnings: set[str]
    moves: list[tuple[str, str, str]]  # notebook, number as committed, and as executed


def build(notebooks: Path, out: Path, *, corpus: Path | None = None) -> int:
    """Execute every notebook in a folder and write one page each, with an index.

    Says where it is and how long each took. A notebook that fails is shown as far as it came, and
    the others still run. A cell tagged `rows` gives the rows behind the figure before it: they are
    written into `out/rows`, as CSV and as a page that the figure leads to.

    Args:
        notebooks: the folder of notebooks.
        out: the folder to write into.
        corpus: replaces the notebooks' parameter `corpus`; without it they run on their data, and
            the index says which numbers of their answers are no longer those committed.

    Returns:
        The exit status: 0, or 1 when a notebook failed.
    """
    for module in ("nbconvert", "nbformat", "papermill"):
        _load(module)
    for name in ("executed", "rows"):
        (out / name).mkdir(parents=True, exist_ok=True)
    os.environ["TQDM_DISABLE"] = "1"  # a bar inside a notebook would be an output of its own
    paths = sorted(path.resolve() for path in notebooks.glob("*.ipynb"))
    index, executed = out / "index.html", (out / "executed").resolve()
    corpus = corpus.resolve() if corpus else None
    bound, failed = [], 0
    # where the kernels start; papermill would change it under the others
    with chdir(notebooks), ThreadPoolExecutor(KERNELS) as pool:
        running = [pool.submit(_timed, path, executed / path.name, corpus) for path in paths]
        for number, (path, run) in enumerate(zip(paths, running, strict=True), start=1):
            print(f"[{number}/{len(paths)}] {path.stem} ... ", end="", flush=True)
            seconds, problem = run.result()
            print(f"{seconds:.1f} s{f': FAILED, {problem}' if problem else ''}", flush=True)
            failed += bool(problem)
            bound.append(_bind(path, executed / path.name, seconds, problem, corpus))
    index.write_text(site.page("Press coverage", _index(bound, corpus)), encoding="utf-8")
    print(f"{index}: {len(paths) - failed} of {len(paths)} notebooks")
    return 1 if failed else 0


def moved(committed: NotebookNode, executed: NotebookNode) -> list[tuple[str, str]]:
    """The numbers of a notebook's answer that differ, as committed and as executed.

    The whole answers where their words differ.

    >>> from nbformat.v4 import new_code_cell, new_notebook, new_output
    >>> def answering(text):
    ...     output = new_output("execute_result", {"text/markdown": text})
    ...     answer = new_code_cell(outputs=[output], metadata={"tags": ["answer"]})
    ...     return new_notebook(cells=[answer])
    >>> moved(answering("41 of 120 articles"), answering("43 of 120 articles"))
    [('41', '43')]
    """
    before, after = _answer(committed), _answer(executed)
    if re.sub(_NUMBER, "", before) != re.sub(_NUMBER, "", after):
        return [(before, after)]
    pairs = zip(re.findall(_NUMBER, before), re.findall(_NUMBER, after), strict=True)
    return [pair for pair in pairs if pair[0] != pair[1]]


def _load(module: str) -> Any:
    return extra_module(module, "a report", "notebooks")


def _read(path: Path) -> NotebookNode:
    text = path.read_text(encoding="utf-8")
    notebook: NotebookNode = _load("nbformat").reads(text, as_version=4)
    return notebook


def _tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _timed(path: Path, target: Path, corpus: Path | None) -> tuple[float, str | None]:
    """How long a notebook took, and what went wrong."""
    begun = time.perf_counter()
    try:
        problem = _execute(path, target, corpus)
        return time.perf_counter() - begun, problem
    finally:  # this thread's, which the kernel's client leaves open
        _load("jupyter_core.utils").ensure_event_loop().close()


def _execute(path: Path, target: Path, corpus: Path | None) -> str | None:
    """None, or what went wrong, in a line."""
    papermill, nbformat = _load("papermill"), _load("nbformat")
    config = _load("traitlets.config").Config()
    # a kernel takes being shut down for an error
    config.NotebookClient.extra_arguments = ["--IPKernelApp.log_level=CRITICAL"]
    sockets = TemporaryDirectory(prefix="kernel")
    nbformat.write(_keeping(_read(path), target.parents[1] / "rows", path.stem), target)
    if os.name == "posix":  # over TCP the kernel warns that others on the machine could listen
        config.KernelManager.transport, config.KernelManager.ip = "ipc", f"{sockets.name}/k"
    parameters = {"corpus": str(corpus)} if corpus else {}
    kernel = {"kernel_name": "python3", "language": "python", "config": config}
    try:
        papermill.execute_notebook(target, target, parameters, progress_bar=False, **kernel)
    except papermill.PapermillExecutionError as error:
        reason = error.evalue or ""
        if not reason and error.ename == "AssertionError":
            reason = "a number that the notebook states is not what came out"
        return f"cell {error.exec_count}: {error.ename}: {reason}".split("\n")[0]
    except Exception as error:  # the kernel died, for want of memory: the others still run
        return f"{type(error).__name__}: {error}".split("\n")[0]
    finally:
        sockets.cleanup()
        executed = _read(target)
        executed.cells = [cell for cell in executed.cells if KEPT not in _tags(cell)]
        nbformat.write(executed, target)
    return None


def _keeping(notebook: NotebookNode, rows: Path, stem: str) -> Any:
    """The notebook with a cell behind each one tagged `rows` that writes what it shows, whole."""
    new, cells, number = _load("nbformat").v4, [], 0
    for old in rows.glob(f"{stem}-*"):
        old.unlink()
    for cell in notebook.cells:
        cells.append(cell)
        if "rows" in _tags(cell):
            number += 1
            source = f"_.to_csv({str(rows / f'{stem}-{number}.csv')!r}, index=False)"
            cells.append(new.new_code_cell(source, metadata={"tags": [KEPT]}))
    return new.new_notebook(cells=cells, metadata=notebook.metadata)


def _bind(
    path: Path, executed: Path, seconds: float, problem: str | None, corpus: Path | None
) -> _Bound:
    """Write the page of an executed notebook; what the index says of it."""
    notebook, out = _read(executed), executed.parents[1]
    warnings = _warnings(notebook)
    moves = [] if corpus else [(path.stem, *pair) for pair in moved(_read(path), notebook)]
    title, stated = _question(notebook, path.stem)
    _link_rows(notebook, out / "rows", path.stem, title)
    exporter = _load("nbconvert").HTMLExporter(
        template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True
    )
    exporter.raw_template = FOLDED
    body, _ = exporter.from_notebook_node(notebook)
    answer = _answer(notebook) or ("no answer on this corpus" if corpus else stated)
    answer, remark = re.sub(r"[*`]", "", answer), ""
    if corpus:
        above = "The answer at the top is that on the notebook's own data"
        remark = f"Executed on {corpus.name}. {above}; on this corpus: {answer}"
    written = site.notebook_page(title, body, remark)
    (out / f"{path.stem}.html").write_text(written, encoding="utf-8")
    figure = re.search(r'<img\b[^>]*src="data:image/png[^>]*>', body)
    card = site.card(path.stem, title, answer, figure[0] if figure else "", seconds, problem)
    return _Bound(card, warnings, moves)


def _index(bound: list[_Bound], corpus: Path | None) -> str:
    """The index: what was warned of, what moved, and a card for each notebook."""
    body = site.heading(len(bound), corpus.name if corpus else "their own data")
    for warning in sorted(set().union(*(notebook.warnings for notebook in bound))):
        print(warning)
        body += f"{site.note(warning)}\n"
    moves = [move for notebook in bound for move in notebook.moves]
    if moves:
        print(f"{len(moves)} numbers of the answers are not those committed; see the index")
        body += site.moves_table(moves)
    return body + "\n".join(notebook.card for notebook in bound)


def _warnings(notebook: NotebookNode) -> set[str]:
    """What the package warned of, such as tables that were made with another codebook."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    texts = [output.get("text", "") for output in outputs if output.get("name") == "stderr"]
    return {warning for text in texts for warning in re.findall(r"UserWarning: (.+)", text)}


def _question(notebook: NotebookNode, stem: str) -> tuple[str, str]:
    """The title of a notebook, and the paragraph below it."""
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    first = next((text for text in texts if text.startswith("# ")), stem)
    title, _, rest = first.partition("\n")
    return title.removeprefix("# ").strip(), rest.strip().split("\n\n")[0]


def _answer(notebook: NotebookNode) -> str:
    """The answer on this corpus: the output of the cell tagged `answer`; '' where it has none."""
    for cell in notebook.cells:
        if "answer" in _tags(cell) and cell.get("outputs"):
            data = cell.outputs[0].get("data", {})
            return str(data.get("text/markdown") or data.get("text/plain") or "")
    return ""


def _link_rows(notebook: NotebookNode, rows: Path, stem: str, title: str) -> None:
    """Put the way to a page of its rows in place of each cell tagged `rows`; write that page."""
    tagged = [at for at, cell in enumerate(notebook.cells) if "rows" in _tags(cell)]
    for number, at in enumerate(tagged, start=1):
        path = rows / f"{stem}-{number}.csv"
        # where the notebook did not come this far, or the table has no column
        if not path.exists() or not path.read_bytes().strip():
            continue
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
        link = site.rows_link(number, path.stem, len(table))
        notebook.cells[at] = _load("nbformat").v4.new_markdown_cell(link)
        page = site.rows_page(table, title, stem, number)
        path.with_suffix(".html").write_text(page, encoding="utf-8")

"""The report and the command line."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from press_coverage.__main__ import main
from press_coverage.sharing import site as pages
from press_coverage.sharing.report import build

ROOT = Path(__file__).parents[2]
SPECIMENS = ROOT / "data" / "specimens"


def notebook(path: Path, *sources: str, tag: str = "answer") -> None:
    cells = [nbformat.v4.new_markdown_cell("# Is it so?\n\n**Answer.** Yes & no.")]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    cells[1].metadata["tags"] = ["parameters"]
    cells[-1].metadata["tags"] = [tag]
    path.parent.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def test_a_failing_notebook_is_shown_and_the_others_still_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook(tmp_path / "nb" / "00_bad.ipynb", "corpus = 'none'", "1 / 0")
    notebook(
        tmp_path / "nb" / "01_good.ipynb",
        "corpus = 'none'",
        "import pathlib; pathlib.Path(corpus).name + ' <read>'",
    )
    (tmp_path / "my corpus").mkdir()
    assert build(tmp_path / "nb", tmp_path / "out", corpus=tmp_path / "my corpus") == 1
    said = capsys.readouterr().out
    assert re.search(
        r"\[1/2\] 00_bad \.\.\. \d+\.\d s: FAILED, cell \d: ZeroDivisionError: division by zero",
        said,
    )
    assert re.search(r"\[2/2\] 01_good \.\.\. \d+\.\d s\n", said)
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "my corpus &lt;read&gt;" in index, "the answer on this corpus, escaped"
    assert "ZeroDivisionError" in index
    assert "ZeroDivisionError" in (tmp_path / "out" / "00_bad.html").read_text(encoding="utf-8")


def test_the_index_says_which_numbers_of_the_answers_moved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook(tmp_path / "nb" / "00_same.ipynb", "corpus = 'none'", "41")
    notebook(
        tmp_path / "nb" / "01_moved.ipynb",
        "corpus = 'none'",
        "import warnings; warnings.warn('2 terms are new')",
        "'43 of 120'",
    )
    for name, text in (("00_same", "41"), ("01_moved", "'41 of 120'")):
        path = tmp_path / "nb" / f"{name}.ipynb"
        committed = nbformat.read(path, 4)
        committed.cells[-1].outputs = [
            nbformat.v4.new_output("execute_result", {"text/plain": text}, execution_count=2)
        ]
        nbformat.write(committed, path)
    assert build(tmp_path / "nb", tmp_path / "out") == 0
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert index.count("<tr><td>") == 1
    assert "<tr><td>01_moved</td><td>41</td><td>43</td></tr>" in index
    assert '<p class="note">2 terms are new</p>' in index
    said = capsys.readouterr().out
    assert "2 terms are new\n1 numbers of the answers are not those committed" in said


def test_a_figure_leads_to_the_rows_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SHOWN", 2)
    many = (
        "import pandas as pd; pd.DataFrame({'doc_id': ['a', 'b', 'c'], "
        "'url': 'https://example.org/1', 'term': '<b>', 'actor_id': None})"
    )
    sources = [
        "corpus = 'none'",
        many,
        "pd.DataFrame({'doc_id': ['a'], 'pre': 'in', 'keyword': 'A&B', 'post': '.'})",
        "'41'",
        "1 / 0",
        "pd.DataFrame({'doc_id': ['never']})",
    ]
    notebook(tmp_path / "nb" / "00_rows.ipynb", *sources)
    made = nbformat.read(tmp_path / "nb" / "00_rows.ipynb", 4)
    for at in (2, 3, 6):
        made.cells[at].metadata["tags"] = ["rows"]
    nbformat.write(made, tmp_path / "nb" / "00_rows.ipynb")
    assert build(tmp_path / "nb", tmp_path / "out") == 1
    rows = tmp_path / "out" / "rows"
    assert [path.name for path in sorted(rows.iterdir())] == [
        "00_rows-1.csv",
        "00_rows-1.html",
        "00_rows-2.csv",
        "00_rows-2.html",
    ]
    assert pd.read_csv(rows / "00_rows-1.csv")["doc_id"].tolist() == ["a", "b", "c"]
    page = (rows / "00_rows-1.html").read_text(encoding="utf-8")
    assert "The first 2 of 3 rows; all are in" in page
    assert page.count('<td><a href="https://example.org/1">') == 2
    assert "&lt;b&gt;" in page
    whole = (tmp_path / "out" / "00_rows.html").read_text(encoding="utf-8")
    assert re.findall(r'<p class="rows" id="(.*?)"><a href="(.*?)">(.*?)</a></p>', whole) == [
        ("rows-1", "rows/00_rows-1.html", "The 3 rows behind this figure"),
        ("rows-2", "rows/00_rows-2.html", "The row behind this figure"),
    ]
    assert "<td>in <b>A&amp;B</b> .</td>" in (rows / "00_rows-2.html").read_text(encoding="utf-8")
    assert "to_csv" not in whole + (tmp_path / "out" / "executed" / "00_rows.ipynb").read_text(
        encoding="utf-8"
    )


def test_the_report_opens_from_a_file_without_a_network(site: Path) -> None:
    """Of the notebooks as committed: nbval replays them, `make report` executes them all."""
    assert {path.stem for path in site.glob("*.html")} == {
        "index",
        *(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")),
    }
    for path in site.rglob("*.html"):
        name, page = path.name, path.read_text(encoding="utf-8")
        assert not re.search(r"<(script|link|iframe)\b|\bsrc=\"(?!data:)|@import|url\(", page), (
            f"{name} would load something"
        )
        for image in re.findall(r"<img\b[^>]*>", page):
            assert re.search(r'alt="[^"]{20,}"', image), f"{name}: a figure without a description"
        for link in re.findall(r'href="([^"#]+)', page):
            assert link.startswith(("http://", "https://")) or (path.parent / link).is_file(), (
                f"{name}: {link}"
            )
        assert '<html lang="en">' in page
        assert 'name="viewport"' in page


def test_the_shell_has_the_same_verbs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotate", str(SPECIMENS / "corpus"), "--out", str(tmp_path)]) == 0
    articles = pd.read_parquet(tmp_path / "articles.parquet")
    said = capsys.readouterr().out
    assert f"articles: {len(articles)}, 0 of them without a body" in said
    assert "files: 46 read" in said
    assert set(pd.read_csv(tmp_path / "mentions.csv")["doc_id"]) <= set(articles["doc_id"])
    assert {"load", "clean"} <= set(pd.read_csv(tmp_path / "ledger.csv")["step"])
    assert set(pd.read_csv(tmp_path / "roles.csv")["resolved"].dropna()) == {"date", "named"}
    assert len(pd.read_parquet(tmp_path / "annotated" / "annotated.parquet")) == len(
        articles
    )  # what a further run goes on from


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("press_coverage.__main__", {"numpy", "pandas", "lxml", "spacy"}),
        ("press_coverage.sharing.report", {"nbconvert", "nbformat", "papermill", "jupyter_core"}),
        ("press_coverage.coding.coder", {"anywidget", "ipywidgets", "traitlets"}),
    ],
)
def test_what_only_some_need_is_loaded_only_where_it_is_used(module: str, never: set[str]) -> None:
    """So `press-coverage --help` answers at once, and the extras may be missing."""
    source = f"import sys, {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert never.isdisjoint(run.stdout.split())


def test_a_report_without_its_extra_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "papermill", None)
    with pytest.raises(
        ImportError, match=r"a report needs papermill; .*'press-coverage\[notebooks"
    ):
        build(tmp_path, tmp_path / "out")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["clean", "no/such/folder"], "no/such/folder: no such file or folder"),
        (["report", "--notebooks", "data"], "data: no notebooks here"),
        ([], "required: command"),
    ],
)
def test_bad_arguments_are_named(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_a_corpus_without_an_article_is_refused_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0 and so on")
    with pytest.raises(SystemExit):
        main(["report", str(tmp_path), "--notebooks", str(ROOT / "notebooks")])
    assert (
        "no article could be read; photo.jpg: the file is a JPEG image" in capsys.readouterr().err
    )

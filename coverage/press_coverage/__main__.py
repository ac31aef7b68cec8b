"""The command line: `press-coverage report|clean|annotate|derive|hydrate`, the verbs of Python.

Everything heavy is imported where a command needs it, so that --help answers at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import press_coverage as pc
from press_coverage.tables.extras import extra_module

if TYPE_CHECKING:
    import pandas as pd


class CommandError(Exception):
    """What was asked cannot be done; the message says why."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: of the command line, without the program's name; by default those given.

    Returns:
        0 when it did what it was asked, 1 when a notebook failed. For bad arguments it exits
        with 2.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.corpus is not None and not given.corpus.exists():
        parser.error(f"{given.corpus}: no such file or folder")
    try:
        status: int = given.run(given)
    except (CommandError, ImportError) as problem:
        parser.error(str(problem))
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="press-coverage",
        description="Load, clean and annotate press coverage, and report on it.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for run, explained in _COMMANDS.items():
        name = run.__name__
        command = commands.add_parser(name, help=explained, description=explained)
        command.set_defaults(run=run)
        command.add_argument(
            "corpus",
            type=Path,
            nargs="?" if run is report else None,
            help="a file or folder of pages, scrapes, tables, exports or lists",
        )
        if run is report:
            explained = "folder of notebooks (default: notebooks)"
            folder = Path("notebooks")
            command.add_argument("--notebooks", type=Path, default=folder, help=explained)
        explained = "folder to write into"
        if run is derive:
            command.add_argument("out", type=Path, help=explained)
            explained = "columns of your own to write, too"
            command.add_argument("--keep", metavar="COLUMN", nargs="+", default=[], help=explained)
            explained = "names of more than three words that are no text"
            command.add_argument("--known", metavar="NAME", nargs="+", default=[], help=explained)
        else:
            folder = Path("report" if run is report else "out")
            command.add_argument("--out", type=Path, default=folder, help=explained)
    return parser


def report(given: argparse.Namespace) -> int:
    """Execute the notebooks on a corpus."""
    from press_coverage.sharing.report import build

    if not sorted(given.notebooks.glob("*.ipynb")):
        remedy = "run from the project's folder, or name them with --notebooks"
        raise CommandError(f"{given.notebooks}: no notebooks here; {remedy}")
    if given.corpus is not None:
        articles, loaded = pc.load(given.corpus)
        if articles.empty:
            files = loaded[["source_file", "reason"]].head(3).agg(": ".join, axis=1).tolist()
            reasons = "; ".join(files or ["it holds no file"])
            raise CommandError(f"{given.corpus}: no article could be read; {reasons}")
    return build(given.notebooks, given.out, corpus=given.corpus)


def clean(given: argparse.Namespace) -> int:
    """Write the cleaned articles and the ledger."""
    articles, ledger = _cleaned(given)
    return _summarize(articles, ledger, given.out)


def annotate(given: argparse.Namespace) -> int:
    """Write the cleaned articles, what is annotated in them, and the ledger."""
    articles, ledger = _cleaned(given)
    notes = pc.annotate(articles, out=given.out / "annotated")
    for name in ("mentions", "roles", "quotes", "frames", "events"):
        getattr(notes, name).to_csv(given.out / f"{name}.csv", index=False)
    return _summarize(articles, [*ledger, notes.ledger], given.out)


def _cleaned(given: argparse.Namespace) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Load and clean a corpus and write its articles; the articles, and what the ledger is of."""
    articles, loaded = pc.load(given.corpus)
    articles, removed = pc.clean(articles)
    given.out.mkdir(parents=True, exist_ok=True)
    mixed = [name for name in articles.columns if articles[name].dtype == object]
    typed = articles.astype(dict.fromkeys(mixed, "str"))
    extra_module("pyarrow", "press-coverage clean", "parquet")
    typed.to_parquet(given.out / "articles.parquet", index=False)
    return articles, [loaded, removed]


def _summarize(articles: pd.DataFrame, parts: list[pd.DataFrame], out: Path) -> int:
    """Write the whole ledger, and say what became of files, articles and pieces of text."""
    import pandas as pd

    ledger = pd.concat(parts, ignore_index=True)
    ledger.to_csv(out / "ledger.csv", index=False)
    files = ledger[ledger["row"].isna() & ledger["rule"].ne("doc_id") & ledger["step"].eq("load")]
    actions = files.drop_duplicates("source_file")["action"].value_counts()
    print("files:", _listed((n, str(name).replace("_", " ")) for name, n in actions.items()))
    print(f"articles: {len(articles)}, {int(articles['body'].eq('').sum())} of them without a body")
    dropped = int((ledger["action"] == "dropped").sum())
    print(f"pieces left out: {dropped}, each with its reason in {out / 'ledger.csv'}")
    return 0


def derive(given: argparse.Namespace) -> int:
    """All verbs up to the tables that may be shared."""
    from press_coverage.sharing.corpus import steps

    articles, _ = pc.load(given.corpus)
    if articles.empty:
        remedy = "press-coverage clean says why"
        raise CommandError(f"{given.corpus}: no article could be read; {remedy}")
    made = steps(articles)
    try:
        manifest = pc.sharing.derive(
            made.articles,
            made.notes,
            given.out,
            policy=made.policy,
            removed=made.removed,
            before=made.before,
            keep=given.keep,
            known=given.known,
        )
    except ValueError as problem:
        raise CommandError(str(problem)) from problem
    rows = zip(manifest["rows"], manifest["file"], strict=True)
    print("rows:", _listed((n, Path(file).stem) for n, file in rows))
    reader = f"press_coverage.sharing.read_compendium({str(given.out)!r}) reads them"
    print(f"in {given.out}, without titles, authors and texts; {reader}")
    return 0


def hydrate(given: argparse.Namespace) -> int:
    """Fetch the pages of a list of addresses."""
    articles, _ = pc.load(given.corpus)
    if articles["url"].isna().all():
        remedy = "a list has one address a line, or a table a column url"
        raise CommandError(f"{given.corpus}: no address was found; {remedy}")
    pages = pc.fetching.hydrate(articles["url"].dropna().unique(), given.out)
    print("pages:", _listed((n, status) for status, n in pages["status"].value_counts().items()))
    further = f"now: press-coverage report {given.out}"
    print(f"each with its reason in {given.out / 'hydrated.csv'}; {further}")
    return 0


def _listed(numbers: Iterable[tuple[int, object]]) -> str:
    return ", ".join(f"{number} {name}" for number, name in numbers) or "none"


_COMMANDS = {
    report: "execute the notebooks on a corpus and write report/index.html",
    clean: "write articles.parquet and ledger.csv of a corpus into a folder",
    annotate: "clean, then write mentions.csv, roles.csv, quotes.csv, frames.csv and events.csv, "
    "too; goes on where it stopped",
    derive: "write what may be shared of a corpus into a folder: codes, places and counts, no text",
    hydrate: "fetch the pages of a list of URLs, a feed or a sitemap into a folder",
}

if __name__ == "__main__":
    sys.exit(main())

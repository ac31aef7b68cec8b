"""The command line: `press-coverage report|clean|annotate|derive|hydrate`, the same verbs as in Python."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pandas as pd

import press_coverage
from press_coverage.sharing import report
from press_coverage.sharing.corpus import steps


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it did what it was asked, 1 when a notebook failed, 2 for bad arguments."""
    parser = argparse.ArgumentParser(
        prog="press-coverage",
        description="Load, clean and annotate press coverage, and report on it.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, explained in (
        ("report", "execute the notebooks on a corpus and write report/index.html"),
        ("clean", "write articles.parquet and ledger.csv of a corpus into a folder"),
        (
            "annotate",
            "clean, then write mentions.csv, roles.csv, quotes.csv, frames.csv and events.csv, too; goes on where it stopped",
        ),
        (
            "derive",
            "write what may be shared of a corpus into a folder: codes, places and counts, no text",
        ),
        ("hydrate", "fetch the pages of a list of URLs, a feed or a sitemap into a folder"),
    ):
        command = commands.add_parser(name, help=explained, description=explained)
        command.add_argument(
            "corpus",
            type=Path,
            nargs="?" if name == "report" else None,
            help="a file or folder of pages, scrapes, tables, exports or lists",
        )
        if name == "report":
            command.add_argument(
                "--notebooks",
                type=Path,
                default=Path("notebooks"),
                help="folder of notebooks (default: notebooks)",
            )
        if name == "derive":
            command.add_argument("out", type=Path, help="folder to write into")
            command.add_argument(
                "--keep",
                metavar="COLUMN",
                nargs="+",
                default=[],
                help="columns of your own to write, too",
            )
            command.add_argument(
                "--known",
                metavar="NAME",
                nargs="+",
                default=[],
                help="names of more than three words that are no text",
            )
            continue
        command.add_argument(
            "--out",
            type=Path,
            default=Path("report" if name == "report" else "out"),
            help="folder to write into",
        )
    given = parser.parse_args(arguments)
    if given.corpus is not None and not given.corpus.exists():
        parser.error(f"{given.corpus}: no such file or folder")
    if given.command == "report":
        if not sorted(given.notebooks.glob("*.ipynb")):
            parser.error(
                f"{given.notebooks}: no notebooks here; run from the project's folder, or name them with --notebooks"
            )
        if given.corpus is not None:
            articles, loaded = press_coverage.load(given.corpus)
            if articles.empty:
                first = loaded[["source_file", "reason"]].head(3).agg(
                    ": ".join, axis=1
                ).tolist() or ["it holds no file"]
                parser.error(f"{given.corpus}: no article could be read; " + "; ".join(first))
        return report.build(given.notebooks, given.out, corpus=given.corpus)
    articles, loaded = press_coverage.load(given.corpus)
    if given.command == "hydrate":
        if articles["url"].isna().all():
            parser.error(
                f"{given.corpus}: no address was found; a list has one address a line, or a table a column url"
            )
        pages = press_coverage.fetching.hydrate(articles["url"].dropna().unique(), given.out)
        print(
            "pages:",
            ", ".join(f"{n} {status}" for status, n in pages["status"].value_counts().items()),
        )
        print(
            f"each with its reason in {given.out / 'hydrated.csv'}; now: press-coverage report {given.out}"
        )
        return 0
    if given.command == "derive":
        return _derive(articles, given, parser.error)
    articles, cleaned = press_coverage.clean(articles)
    ledger = [loaded, cleaned]
    given.out.mkdir(parents=True, exist_ok=True)
    mixed = [c for c in articles.columns if articles[c].dtype == object]
    articles.astype(dict.fromkeys(mixed, "str")).to_parquet(
        given.out / "articles.parquet", index=False
    )
    if given.command == "annotate":
        notes = press_coverage.annotate(articles, out=given.out / "annotated")
        for name in ("mentions", "roles", "quotes", "frames", "events"):
            getattr(notes, name).to_csv(given.out / f"{name}.csv", index=False)
        ledger.append(notes.ledger)
    whole = pd.concat(ledger, ignore_index=True)
    whole.to_csv(given.out / "ledger.csv", index=False)
    files = (
        whole[whole["row"].isna() & whole["rule"].ne("doc_id")]
        .query("step == 'load'")
        .drop_duplicates("source_file")["action"]
        .value_counts()
    )
    print(
        "files:",
        ", ".join(f"{n} {str(action).replace('_', ' ')}" for action, n in files.items()) or "none",
    )
    print(f"articles: {len(articles)}, {int(articles['body'].eq('').sum())} of them without a body")
    print(
        f"pieces left out: {int((whole['action'] == 'dropped').sum())}, each with its reason in {given.out / 'ledger.csv'}"
    )
    return 0


def _derive(
    articles: pd.DataFrame, given: argparse.Namespace, refuse: Callable[[str], NoReturn]
) -> int:
    """All verbs up to the tables that may be shared."""
    if articles.empty:
        refuse(f"{given.corpus}: no article could be read; press-coverage clean says why")
    made = steps(articles)
    try:
        manifest = press_coverage.sharing.derive(
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
        refuse(str(problem))
    print(
        "rows:",
        ", ".join(f"{row.rows} {Path(str(row.file)).stem}" for row in manifest.itertuples()),
    )
    print(
        f"in {given.out}, without titles, authors and texts; press_coverage.compendium({str(given.out)!r}) reads them"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Corpus: from whatever a researcher has to the tables that the measures take, in one verb."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from press_coverage.annotation.frames.policy import policy_frames
from press_coverage.annotation.notes import Notes, annotate
from press_coverage.cleaning.articles import clean
from press_coverage.cleaning.explanation import found_text
from press_coverage.copies.clusters import stories
from press_coverage.copies.duplicates import dedupe
from press_coverage.loading.folder import load
from press_coverage.sharing.compendium import Compendium, read_compendium
from press_coverage.sharing.derivation import MANIFEST, cleaning_counts, code_counts


class Steps(NamedTuple):
    """What the verbs gave one after the other; `before` are the notes of the texts as found."""

    articles: pd.DataFrame
    removed: pd.DataFrame
    before: Notes
    notes: Notes
    policy: pd.DataFrame


def steps(articles: pd.DataFrame) -> Steps:
    """All verbs on loaded articles: clean, dedupe, stories, annotate and policy_frames."""
    articles, removed = clean(articles)
    articles = stories(dedupe(articles))
    raw = articles.assign(body=[found_text(article) for _, article in articles.iterrows()])
    return Steps(articles, removed, annotate(raw), annotate(articles), policy_frames(articles)[0])


def read_corpus(path: str | Path) -> Compendium:
    """A corpus as the verbs give it, so that the same lines work on tables and on texts.

    Args:
        path: a folder that `derive` wrote, or a folder of pages, exports and tables.

    Returns:
        articles (with a body in the latter case alone), notes, policy_frames, cleaning, counts.

    Raises:
        FileNotFoundError: where the path does not exist.
        ValueError: where no article could be read, and as `read_compendium`.

    Examples:
        >>> read_corpus("no-such-folder")
        Traceback (most recent call last):
        FileNotFoundError: no-such-folder: no such file or folder
    """
    if (Path(path) / MANIFEST).exists():
        return read_compendium(path)
    if not Path(path).exists():
        raise FileNotFoundError(f"{path}: no such file or folder")
    articles, ledger = load(path)
    if articles.empty:
        reasons = "; ".join(ledger["source_file"].astype("str") + ": " + ledger["reason"])
        why = reasons or "it holds no file"
        raise ValueError(f"{path}: no article could be read; {why[:500]}")
    made = steps(articles)
    annotated = ~made.articles["doc_id"].isin(made.notes.unread)
    articles = made.articles.assign(annotated=annotated)
    cleaning, counts = cleaning_counts(made.removed), code_counts(made.before, made.notes)
    return Compendium(articles, made.notes, made.policy, cleaning, counts)

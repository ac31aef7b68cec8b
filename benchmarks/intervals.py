"""How often intervals hold what they promise: `make simulate`,
or `python benchmarks/intervals.py [--draws N]`.

Corpora are drawn with stories and outlets that differ in how likely an article has a code; the
truth is known. For each kind of corpus, estimator and interval: in what share of the draws the 95 %
interval covers the truth, and how wide it is on average. `naive` takes articles (or words, or
quotations) as independent, and the program's codes as right. Differences, regressions and keyness
are between two groups of outlets that report the same stories. The program that is corrected misses
a quarter of what there is and sees 15 % of what is not; a third of the articles, 100 at most, are
coded by hand. The table is written to data/press/simulated.csv.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from tqdm import tqdm

from press_coverage import rates
from press_coverage.measures import cooccurrence, differences, keyness, regression, share_of_voice

OUT = Path(__file__).parents[1] / "data" / "press" / "simulated.csv"
# stories, outlets, share of stories an outlet reports, logit of the share, spread of stories and
# outlets
CORPORA = {
    "60 stories, 12 outlets": (60, 12, 0.3, -1.0, 0.8, 0.6),
    "150 stories, 22 outlets": (150, 22, 0.15, -1.0, 0.8, 0.6),
    "30 stories, 8 outlets": (30, 8, 0.4, -1.0, 0.8, 0.6),
    "rare code": (60, 12, 0.3, -2.5, 0.8, 0.6),
    "nothing clustered": (60, 12, 0.3, -1.0, 0.0, 0.0),
}
SEEN, INVENTED, CODED = 0.75, 0.15, 100


class Corpus(NamedTuple):
    """The articles and what is coded in them; two more codes; quotations; words.

    Articles are coded rightly, by a program, and by hand in a sample.
    """

    articles: pd.DataFrame
    codes: pd.DataFrame
    program: pd.DataFrame
    coded: pd.DataFrame
    pair: pd.DataFrame
    quotes: pd.DataFrame
    words: pd.DataFrame


def drawn(
    random: np.random.Generator,
    stories: int = 60,
    outlets: int = 12,
    cover: float = 0.3,
    mean: float = -1.0,
    of_story: float = 0.8,
    of_outlet: float = 0.6,
) -> Corpus:
    """One corpus; outlets of even and odd number are the two groups."""
    story, outlet = np.nonzero(random.random((stories, outlets)) < cover)
    likely = 1 / (
        1
        + np.exp(
            -(
                mean
                + random.normal(0, of_story, stories)[story]
                + random.normal(0, of_outlet, outlets)[outlet]
            )
        )
    )
    ids = np.arange(len(story)).astype(str)
    articles = pd.DataFrame(
        {
            "doc_id": ids,
            "story": story.astype(str),
            "publisher": outlet.astype(str),
            "body": "Words.",
        }
    )
    articles["group"] = np.where(outlet % 2, "odd", "even")
    has = random.random(len(ids)) < likely
    told = np.where(has, random.random(len(ids)) < SEEN, random.random(len(ids)) < INVENTED)
    number = min(len(ids) // 3, CODED)
    some = random.choice(len(ids), number, replace=False)
    coded = pd.DataFrame({"doc_id": ids[some], "frame": "x", "present": has[some]})
    pair = [table(ids[random.random(len(ids)) < likely], "actor_id", name) for name in "ab"]
    said = np.repeat(np.arange(len(ids)), 1 + random.poisson(2, len(ids)))
    quotes = table(
        ids[said], "country", np.where(random.random(len(said)) < likely[said], "x", "y")
    )
    words = np.repeat(np.arange(len(ids)), 1 + random.poisson(20, len(ids)))
    terms = table(
        ids[words], "term", np.where(random.random(len(words)) < likely[words] / 2, "x", "y")
    )
    return Corpus(
        articles,
        table(ids[has], "frame", "x"),
        table(ids[told], "frame", "x"),
        coded,
        pd.concat(pair),
        quotes,
        terms,
    )


def table(ids: np.ndarray, column: str, values: object) -> pd.DataFrame:
    """Codes, one a row."""
    return pd.DataFrame({"doc_id": ids, column: values}).astype("str")


def truths(
    random: np.random.Generator, mean: float, of_story: float, of_outlet: float
) -> tuple[float, float]:
    """The true share, and the true association of two codes of one article, in bits."""
    likely = 1 / (1 + np.exp(-random.normal(mean, np.hypot(of_story, of_outlet), 2_000_000)))
    return float(likely.mean()), float(np.log2((likely**2).mean() / likely.mean() ** 2))


def intervals(
    corpus: Corpus, share: float, tie: float
) -> Iterator[tuple[str, str, float, float, float]]:
    """what, interval, low, high and truth of every estimator on one corpus."""
    articles, odd = corpus.articles, corpus.articles["group"].eq("odd")
    has, ends = articles["doc_id"].isin(corpus.codes["doc_id"]), ["low", "high"]

    yield "share", "clustered", *rates(articles, corpus.codes).loc[0, ends], share
    yield "share", "naive", *proportion_confint(has.sum(), len(has), method="wilson"), share
    yield (
        "difference",
        "clustered",
        *differences(articles, corpus.codes, between="group").loc[0, ends],
        0.0,
    )
    counts = has[~odd].sum(), (~odd).sum(), has[odd].sum(), odd.sum()
    yield "difference", "naive", *confint_proportions_2indep(*counts), 0.0
    yield "regression", "clustered", *regression(articles, corpus.codes, "group").loc[1, ends], 0.0
    yield (
        "corrected share",
        "clustered",
        *rates(articles, corpus.program, gold=corpus.coded).loc[0, ends],
        share,
    )
    yield (
        "corrected share",
        "naive",
        *rates(articles, corpus.program).loc[0, ends],
        share,
    )  # clustered, but the program's errors stay
    yield (
        "corrected difference",
        "clustered",
        *differences(articles, corpus.program, between="group", gold=corpus.coded).loc[0, ends],
        0.0,
    )
    yield (
        "corrected regression",
        "clustered",
        *regression(articles, corpus.program, "group", gold=corpus.coded).loc[1, ends],
        0.0,
    )
    voice = share_of_voice(articles, corpus.quotes).loc[0]
    yield "share of voice", "clustered", voice["low"], voice["high"], share
    yield (
        "share of voice",
        "naive",
        *proportion_confint(voice["counted"], voice["of"], method="wilson"),
        share,
    )
    key = keyness(articles, odd, codes=corpus.words, progress=False).set_index("feature").loc["x"]
    yield "keyness", "clustered", key["low"], key["high"], 0.0
    half = (
        norm.ppf(0.975)
        * np.hypot(1 / np.sqrt(key["n_target"]), 1 / np.sqrt(key["n_reference"]))
        / np.log(2)
    )
    yield "keyness", "naive", key["log_ratio"] - half, key["log_ratio"] + half, 0.0
    pair = cooccurrence(articles, corpus.pair, min_count=1).loc[0]
    yield "cooccurrence", "clustered", pair["low"], pair["high"], tie


def coverage(
    draws: int = 120, corpora: tuple[str, ...] = ("60 stories, 12 outlets",), seed: int = 1
) -> pd.DataFrame:
    """what, corpus, interval, draws, covers, width."""
    rows = []
    for name in corpora:
        random = np.random.default_rng(seed)
        share, tie = truths(random, *CORPORA[name][3:])
        for _ in tqdm(range(draws), name, disable=draws < 500):
            for what, interval, low, high, truth in intervals(
                drawn(random, *CORPORA[name]), share, tie
            ):
                rows.append(
                    {
                        "what": what,
                        "corpus": name,
                        "interval": interval,
                        "covers": low <= truth <= high,
                        "width": high - low,
                    }
                )
    table = pd.DataFrame(rows).groupby(["what", "corpus", "interval"], sort=False)
    return table.agg(
        draws=("covers", "size"), covers=("covers", "mean"), width=("width", "median")
    ).reset_index()


def main() -> None:
    """The full simulation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000)
    table = coverage(parser.parse_args().draws, tuple(CORPORA)).round(3)
    table.to_csv(OUT, index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()

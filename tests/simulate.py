"""How often intervals hold what they promise: `make simulate`, or `python tests/simulate.py [--draws N]`.

Corpora are drawn with stories and outlets that differ in how likely an article has a code; the true share is known. For each kind of
corpus and interval: in what share of the draws the 95 % interval covers the truth, and how wide it is on average. `naive` takes
articles as independent. A difference is between two groups of outlets that report the same stories. The table is written to
data/press/simulated.csv.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from tqdm import tqdm

from press_coverage import differences, rates

OUT = Path(__file__).parents[1] / "data" / "press" / "simulated.csv"
CORPORA = {  # stories, outlets, share of stories an outlet reports, logit of the share, spread of stories and outlets
    "60 stories, 12 outlets": (60, 12, 0.3, -1.0, 0.8, 0.6),
    "150 stories, 22 outlets": (150, 22, 0.15, -1.0, 0.8, 0.6),
    "30 stories, 8 outlets": (30, 8, 0.4, -1.0, 0.8, 0.6),
    "rare code": (60, 12, 0.3, -2.5, 0.8, 0.6),
    "nothing clustered": (60, 12, 0.3, -1.0, 0.0, 0.0),
}


def drawn(
    random: np.random.Generator, stories: int = 60, outlets: int = 12, cover: float = 0.3, mean: float = -1.0, of_story: float = 0.8,
    of_outlet: float = 0.6,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Codes and articles of one corpus; outlets of even and odd number are the two groups."""
    story, outlet = np.nonzero(random.random((stories, outlets)) < cover)
    likely = mean + random.normal(0, of_story, stories)[story] + random.normal(0, of_outlet, outlets)[outlet]
    ids = np.arange(len(story)).astype(str)
    articles = pd.DataFrame({"doc_id": ids, "story": story.astype(str), "publisher": outlet.astype(str), "body": "Words."})
    articles["group"] = np.where(outlet % 2, "odd", "even")
    return pd.DataFrame({"doc_id": ids[random.random(len(ids)) < 1 / (1 + np.exp(-likely))], "frame": "x"}).astype("str"), articles


def coverage(draws: int = 120, corpora: tuple[str, ...] = ("60 stories, 12 outlets",), seed: int = 1) -> pd.DataFrame:
    """what, corpus, interval, draws, covers, width."""
    rows = []
    for name in corpora:
        random = np.random.default_rng(seed)
        settings = CORPORA[name]
        true = float((1 / (1 + np.exp(-random.normal(settings[3], np.hypot(*settings[4:]), 2_000_000)))).mean())
        for _ in tqdm(range(draws), name, disable=draws < 500):
            codes, articles = drawn(random, *settings)
            has = articles["doc_id"].isin(codes["doc_id"])
            share, gap = rates(codes, articles).loc[0], differences(codes, articles, between="group").loc[0]
            odd = articles["group"].eq("odd")
            counts = has[~odd].sum(), (~odd).sum(), has[odd].sum(), odd.sum()
            for what, interval, low, high, truth in (
                ("share", "clustered", share["low"], share["high"], true),
                ("share", "naive", *proportion_confint(has.sum(), len(has), method="wilson"), true),
                ("difference", "clustered", gap["low"], gap["high"], 0.0),
                ("difference", "naive", *confint_proportions_2indep(*counts), 0.0),
            ):
                rows.append({"what": what, "corpus": name, "interval": interval, "covers": low <= truth <= high, "width": high - low})
    table = pd.DataFrame(rows).groupby(["what", "corpus", "interval"], sort=False)
    return table.agg(draws=("covers", "size"), covers=("covers", "mean"), width=("width", "mean")).reset_index()


def main() -> None:
    """The full simulation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000)
    table = coverage(parser.parse_args().draws, tuple(CORPORA)).round(3)
    table.to_csv(OUT, index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()

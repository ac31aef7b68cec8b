"""Press coverage: load, clean and annotate what the press wrote, in tables that explain themselves.

>>> import press_coverage
>>> articles, ledger = press_coverage.load("folder-or-file")  # doctest: +SKIP
>>> articles, removed = press_coverage.clean(articles)  # doctest: +SKIP
>>> articles = press_coverage.stories(press_coverage.dedupe(articles))  # doctest: +SKIP
>>> notes = press_coverage.annotate(articles)  # doctest: +SKIP
"""

from press_coverage.agreement import agreement, confusion
from press_coverage.annotate import Notes, annotate
from press_coverage.clean import clean
from press_coverage.dedupe import dedupe, passages
from press_coverage.derive import compendium, derive
from press_coverage.explain import explain
from press_coverage.hydrate import hydrate
from press_coverage.kwic import kwic
from press_coverage.load import batches, load
from press_coverage.policy import policy_frames
from press_coverage.rates import differences, rates
from press_coverage.show import show
from press_coverage.stories import stories
from press_coverage.voices import agency_share, weights

__all__ = [
    "Notes",
    "agency_share",
    "agreement",
    "annotate",
    "batches",
    "clean",
    "compendium",
    "confusion",
    "dedupe",
    "derive",
    "differences",
    "explain",
    "hydrate",
    "kwic",
    "load",
    "passages",
    "policy_frames",
    "rates",
    "show",
    "stories",
    "weights",
]

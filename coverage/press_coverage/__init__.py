"""Press coverage: load, clean and annotate what the press wrote, in tables that explain themselves.

>>> import press_coverage
>>> articles, ledger = press_coverage.load("folder-or-file")  # doctest: +SKIP
>>> articles, removed = press_coverage.clean(articles)  # doctest: +SKIP
>>> articles = press_coverage.stories(press_coverage.dedupe(articles))  # doctest: +SKIP
>>> notes = press_coverage.annotate(articles)  # doctest: +SKIP
"""

from press_coverage.agreement import agreement, confusion
from press_coverage.annotate import Notes, annotate
from press_coverage.around import around, placebo
from press_coverage.clean import clean
from press_coverage.coding import Coding, read_codebook
from press_coverage.compendium import compendium
from press_coverage.cooccurrence import cooccurrence
from press_coverage.corpus import read_corpus
from press_coverage.dedupe import dedupe, passages
from press_coverage.derive import derive
from press_coverage.draw import blind, draw, units, within
from press_coverage.exchange import (
    label_studio_interface,
    read_doccano,
    read_inception,
    read_label_studio,
    write_doccano,
    write_inception,
    write_label_studio,
)
from press_coverage.explain import explain
from press_coverage.gold import adjudicate, disagreements, gold, read_codes
from press_coverage.hydrate import hydrate
from press_coverage.keyness import keyness
from press_coverage.kwic import kwic
from press_coverage.load import batches, load
from press_coverage.multiverse import multiverse, robustness, specification_curve
from press_coverage.policy import policy_frames
from press_coverage.rates import differences, rates, share_of_voice
from press_coverage.regression import regression, sample_size
from press_coverage.sheets import read_sheet, write_sheet
from press_coverage.show import show
from press_coverage.stories import stories
from press_coverage.timeline import timeline
from press_coverage.voices import agency_share, weights

__all__ = [
    "Coding",
    "Notes",
    "adjudicate",
    "agency_share",
    "agreement",
    "annotate",
    "around",
    "batches",
    "blind",
    "clean",
    "compendium",
    "confusion",
    "cooccurrence",
    "dedupe",
    "derive",
    "differences",
    "disagreements",
    "draw",
    "explain",
    "gold",
    "hydrate",
    "keyness",
    "kwic",
    "label_studio_interface",
    "load",
    "multiverse",
    "passages",
    "placebo",
    "policy_frames",
    "rates",
    "read_codebook",
    "read_codes",
    "read_corpus",
    "read_doccano",
    "read_inception",
    "read_label_studio",
    "read_sheet",
    "regression",
    "robustness",
    "sample_size",
    "share_of_voice",
    "show",
    "specification_curve",
    "stories",
    "timeline",
    "units",
    "weights",
    "within",
    "write_doccano",
    "write_inception",
    "write_label_studio",
    "write_sheet",
]

"""Press coverage: load, clean and annotate what the press wrote, in tables that explain themselves.

>>> import press_coverage
>>> articles, ledger = press_coverage.load("folder-or-file")  # doctest: +SKIP
>>> articles, removed = press_coverage.clean(articles)  # doctest: +SKIP
>>> articles = press_coverage.stories(press_coverage.dedupe(articles))  # doctest: +SKIP
>>> notes = press_coverage.annotate(articles)  # doctest: +SKIP
"""

from press_coverage.annotation.concordance import kwic
from press_coverage.annotation.frames.policy import policy_frames
from press_coverage.annotation.marked import show
from press_coverage.annotation.notes import Notes, annotate
from press_coverage.cleaning.articles import clean
from press_coverage.cleaning.explanation import explain
from press_coverage.coding.adjudication import adjudicate, disagreements, gold, read_codes
from press_coverage.coding.coder import Coding, read_codebook
from press_coverage.coding.exchange import (
    label_studio_interface,
    read_doccano,
    read_inception,
    read_label_studio,
    write_doccano,
    write_inception,
    write_label_studio,
)
from press_coverage.coding.reliability import agreement, confusion
from press_coverage.coding.sampling import blind, draw, units, within
from press_coverage.coding.sheets import read_sheet, write_sheet
from press_coverage.copies.clusters import stories
from press_coverage.copies.duplicates import dedupe, passages
from press_coverage.copies.weighting import agency_share, weights
from press_coverage.fetching.pages import hydrate
from press_coverage.loading.folder import batches, load
from press_coverage.measures.keywords import keyness
from press_coverage.measures.logistic import regression, sample_size
from press_coverage.measures.pairs import cooccurrence
from press_coverage.measures.series import timeline
from press_coverage.measures.shares import differences, rates, share_of_voice
from press_coverage.measures.specifications import multiverse, robustness, specification_curve
from press_coverage.measures.turning_points import around, placebo
from press_coverage.sharing.compendium import compendium
from press_coverage.sharing.corpus import read_corpus
from press_coverage.sharing.derivation import derive

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

from .agencies import agency_share as agency_share
from .interrupted import around as around
from .interrupted import placebo as placebo
from .keywords import keyness as keyness
from .linear import regression as regression
from .pairs import cooccurrence as cooccurrence
from .series import timeline as timeline
from .shares import differences as differences
from .shares import rates as rates
from .shares import sample_size as sample_size
from .shares import share_of_voice as share_of_voice
from .specifications import multiverse as multiverse
from .specifications import robustness as robustness

__all__ = [
    "agency_share",
    "around",
    "cooccurrence",
    "differences",
    "keyness",
    "multiverse",
    "placebo",
    "rates",
    "regression",
    "robustness",
    "sample_size",
    "share_of_voice",
    "timeline",
]

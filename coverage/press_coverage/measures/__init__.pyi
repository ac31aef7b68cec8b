from .agencies import agency_share as agency_share
from .keywords import keyness as keyness
from .logistic import regression as regression
from .logistic import sample_size as sample_size
from .pairs import cooccurrence as cooccurrence
from .series import timeline as timeline
from .shares import differences as differences
from .shares import rates as rates
from .shares import share_of_voice as share_of_voice
from .specifications import multiverse as multiverse
from .specifications import robustness as robustness
from .turning_points import around as around
from .turning_points import placebo as placebo

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

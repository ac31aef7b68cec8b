from .clusters import stories as stories
from .duplicates import dedupe as dedupe
from .duplicates import passages as passages
from .weighting import is_agency as is_agency
from .weighting import weights as weights

__all__ = [
    "dedupe",
    "is_agency",
    "passages",
    "stories",
    "weights",
]

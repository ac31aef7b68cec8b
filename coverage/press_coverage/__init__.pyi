from . import codebooks as codebooks
from . import coding as coding
from . import fetching as fetching
from . import measures as measures
from . import plots as plots
from . import sharing as sharing
from .annotation import annotate as annotate
from .annotation import kwic as kwic
from .annotation import show as show
from .cleaning import clean as clean
from .cleaning import explain as explain
from .copies import dedupe as dedupe
from .copies import stories as stories
from .loading import load as load
from .measures import rates as rates
from .tables import describe as describe

__version__: str
__all__ = [
    "annotate",
    "clean",
    "codebooks",
    "coding",
    "dedupe",
    "describe",
    "explain",
    "fetching",
    "kwic",
    "load",
    "measures",
    "plots",
    "rates",
    "sharing",
    "show",
    "stories",
]

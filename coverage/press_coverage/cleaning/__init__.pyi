from .articles import clean as clean
from .explanation import explain as explain
from .explanation import found_text as found_text

__all__ = [
    "clean",
    "explain",
    "found_text",
]

from .compendium import Compendium as Compendium
from .compendium import read_compendium as read_compendium
from .corpus import read_corpus as read_corpus
from .derivation import derive as derive

__all__ = [
    "Compendium",
    "derive",
    "read_compendium",
    "read_corpus",
]

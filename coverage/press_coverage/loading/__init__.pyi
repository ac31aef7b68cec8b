from .folder import batches as batches
from .folder import load as load

__all__ = [
    "batches",
    "load",
]

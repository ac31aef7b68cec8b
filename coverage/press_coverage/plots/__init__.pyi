from .curves import specification_curve as specification_curve

__all__ = [
    "specification_curve",
]

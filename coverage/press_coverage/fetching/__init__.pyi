from .pages import hydrate as hydrate

__all__ = [
    "hydrate",
]

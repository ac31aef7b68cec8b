"""Cleaned articles in; mentions, roles, quotes, frames and events out, as offsets into the body.

Each table has a step of its own; kwic and show lead back to the words.
Read first: notes.py.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

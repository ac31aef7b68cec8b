"""Readable CSVs of actors, offices, frames, cues, outlets and word lists, and who reads them.

In: a codebook's name or a file of your own. Out: its rows, and a matcher of its terms.
Read first: terms.py.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

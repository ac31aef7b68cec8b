"""A corpus in; tables without its text, and a report of the notebooks, out.

Read first: derivation.py.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

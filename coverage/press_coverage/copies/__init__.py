"""Articles in, the same with their copies and stories out, and weights that count each once.

Copies share words, stories share an event.
Read first: duplicates.py.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Units of text in; codes by readers, their agreement and a gold sample out; needs [coding].

Readers see neither what the program found nor the outlet.
Read first: coder.py.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

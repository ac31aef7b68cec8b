"""Units of text in; codes by coders, their agreement and a gold sample out; needs [coding].

Coders see neither what the program codes nor the outlet; a guide says what each code means.
Read first: coder.py.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

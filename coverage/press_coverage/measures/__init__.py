"""Articles and codes in, estimates with n and interval out.

Intervals are clustered by story and outlet. Regression, agency shares and series need [stats].
Read first: shares.py.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

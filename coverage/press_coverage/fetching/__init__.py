"""Addresses in, a folder of saved pages and their ledger out; needs the extra [fetch].

Every host is asked politely, and nothing is asked twice.
Read first: pages.py.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Articles as found in, cleaned articles and a ledger of each removal out.

Pages, scrapes and table cells come to lines with a verdict each; the text with the ledger applied
is the body. Read first: articles.py.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

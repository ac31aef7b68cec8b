"""Files in, articles as found and a ledger out.

Folders and archives are opened, each file's kind is told by its content, and its reader called.
Read first: folder.py.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""What each table holds, and the check that every verb makes when it takes or gives one.

In: any DataFrame. Out: the same, typed and in order, or one sentence on what is wrong.
Read first: columns.csv, then schema.py.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

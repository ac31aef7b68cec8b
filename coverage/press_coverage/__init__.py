"""Press coverage: load, clean, annotate and measure what the press wrote.

>>> import press_coverage as pc
>>> articles, ledger = pc.load("my-press")  # doctest: +SKIP
>>> articles, removed = pc.clean(articles)  # doctest: +SKIP
>>> articles = pc.stories(pc.dedupe(articles))  # doctest: +SKIP
>>> notes = pc.annotate(articles)  # doctest: +SKIP
>>> shares = pc.rates(articles, notes.frames, by="publisher")  # doctest: +SKIP
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__version__ = "0.1.0"

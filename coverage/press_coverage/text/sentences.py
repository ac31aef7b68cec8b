"""Where sentences end."""

import re

SENTENCE = re.compile(
    r"\n+|(?<![.\s][A-Z])(?<!Mr)(?<!Ms)(?<!Dr)(?<!Gen)(?<!Sen)(?<!Gov)(?<!\d)[.!?…]+[\"“”»«’)]*\s+(?=[\"“„»«‘(]?[A-ZÄÖÜ\d])"
)


def sentence_ends(text: str) -> list[int]:
    """Where each sentence of a text ends, the white space behind it included, and the text's end.

    >>> sentence_ends("Talks went on. Mr. Moon left.")
    [15, 29]
    """
    return [*(found.end() for found in SENTENCE.finditer(text)), len(text)]

"""Where sentences end."""

import re

SENTENCE = re.compile(
    r"""
    \n+
    | (?<![.\s][A-Z])  # not behind an initial,
      (?<!Mr)(?<!Ms)(?<!Dr)(?<!Gen)(?<!Sen)(?<!Gov)  # a title
      (?<!\d)  # or a number
      [.!?…]+ ["“”»«’)]* \s+
      (?=["“„»«‘(]?[A-ZÄÖÜ\d])  # before a capital letter or a number
    """,
    re.VERBOSE,
)


def sentence_ends(text: str) -> list[int]:
    """Where each sentence of a text ends, the white space behind it included, and the text's end.

    Examples:
        >>> sentence_ends("Talks went on. Mr. Moon left.")
        [15, 29]
    """
    return [*(match.end() for match in SENTENCE.finditer(text)), len(text)]

"""Codebooks: readable CSV files of terms, and the matcher that finds their terms in running text.

A row is one term with its inflected forms in a small notation: ``(a|b)`` is one of, ``[a|b]`` is
one of or nothing. ``Weiß(e|en|es) Haus[es]`` stands for six forms. Each row carries an example that
must match and a counterexample that must not, so a codebook tests itself (`check_rows`).
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import ahocorasick_rs

from press_coverage.codebooks.reading import read_rows
from press_coverage.text.words import lower

_LABELS = ("actor_id", "frame", "cue", "category", "office")
_GROUP = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")
# what follows a Korean name in the same word
_PARTICLES = re.compile(
    r"""
    # side, government, authorities, army, people, from, style, Mr
    (?:측|정부|당국|군|인|발|식|씨|들)?
    (?:들)?  # plural
    # to, from, in, of; called; or, being; towards, with; until, than, only; subject, object
    (?:
      에게서?|에서|에는|에도|에만|에|께서|께|한테|의
      |이라(?:고|는|도|면)?|라(?:고|는|도|면)?|이란|란
      |이나|나|이든|든|이며|며|이고|이다|이자|이었|였
      |으로부터|로부터|으로서|로서|으로|로|과|와|이랑|랑|하고
      |까지|부터|보다|처럼|만큼|마저|조차|뿐|대로|밖에|이|가|을|를
    )?
    (?:은|는|도|만|의|까지)?  # topic, also, only, of, until
    (?![^\W\d_])
    """,
    re.VERBOSE,
)


class Row(NamedTuple):
    """One codebook row.

    `label` is the actor or frame, empty for a row that only keeps others from matching.
    """

    label: str
    language: str
    term: str
    example: str
    counterexample: str
    kind: str = ""
    country: str = ""
    needs: str = ""
    line: int = 0


class Hit(NamedTuple):
    """A term found: character offsets into the text (end exclusive) and the row it came from."""

    start: int
    end: int
    row: Row


def forms(term: str) -> list[str]:
    """All spellings that a term stands for, in order.

    Raises:
        ValueError: a bracket is not closed, or is within another.

    Examples:
        >>> forms("Kim[s]")
        ['Kim', 'Kims']
        >>> forms("Weiß(e|en) Haus[es]")
        ['Weiße Haus', 'Weiße Hauses', 'Weißen Haus', 'Weißen Hauses']
    """
    parts, at = [], 0
    for group in _GROUP.finditer(term):
        parts.append([term[at : group.start()]])
        options = (group[1] if group[1] is not None else group[2]).split("|")
        parts.append(options if group[1] is not None else ["", *options])
        at = group.end()
    parts.append([term[at:]])
    if any(mark in literal for (literal, *_) in parts[::2] for mark in "()[]|"):
        raise ValueError(
            f"term {term!r}: brackets must be closed and may not stand within each other"
        )
    return ["".join(choice) for choice in itertools.product(*parts)]


def read(name: str, path: str | Path | None = None) -> list[Row]:
    """The rows of a codebook.

    Args:
        name: 'actors', 'roles', 'frames', 'cues' or 'events'.
        path: a CSV of your own to read instead. Its columns: the label (actor_id, frame, cue,
            category or office), language (two letters), term, example, counterexample, and for
            actors kind, country (two letters) and needs (actors of whom one must be named without
            condition in the same article, separated by blanks).

    Returns:
        A row for each line.

    Raises:
        ValueError: naming file and line of a row that is no row of a codebook.

    Examples:
        >>> read("actors")[0]._fields[:3]
        ('label', 'language', 'term')
    """
    file = Path(path).name if path else f"{name}.csv"
    return [_row(record, file) for record in read_rows(name, path)]


def _row(record: dict[str, str], file: str) -> Row:
    """The row of a record; raises ValueError naming file and line."""
    line = int(record.pop("line"))
    label = next((record.pop(name) for name in _LABELS if record.get(name)), "")
    missing = [name for name in ("language", "term", "example") if not record.get(name)]
    unknown = [name for name in record if name not in (*Row._fields, *_LABELS)]
    if missing or unknown:
        empty = f"nothing in {', '.join(missing)}"
        problem = empty if missing else f"a column too many: {unknown[0]!r}"
        needs = ", ".join(Row._fields[:5])
        raise ValueError(f"{file}:{line}: {problem}; a row needs {needs}")
    try:
        forms(record["term"])
    except ValueError as error:
        raise ValueError(f"{file}:{line}: {error}") from None
    return Row(label=label, line=line, **{k: v for k, v in record.items() if k in Row._fields})


class Matcher:
    """Finds the terms of codebook rows in a text.

    Longest first, whole words only; Korean ones with their particles behind.

    Args:
        rows: of a codebook.
        names: whether case counts, and each form is also known in capitals (SEOUL) and, where it
            begins with an article, at the start of a sentence; otherwise case is ignored.

    Examples:
        >>> rows = [Row("kim", "en", "Kim[s]", "", ""), Row("us", "en", "U[.]S[.]", "", "")]
        >>> hits = Matcher(rows, names=True).find("Kim met a U.S. envoy, not Kimball.")
        >>> [(hit.start, hit.end, hit.row.label) for hit in hits]
        [(0, 3, 'kim'), (10, 14, 'us')]
    """

    def __init__(self, rows: Iterable[Row], *, names: bool) -> None:
        self.names = names
        self.forms: list[tuple[str, Row]] = []
        for row in rows:
            for form in forms(row.term):
                variants = _variants(form) if names else [lower(form)]
                self.forms += [(variant, row) for variant in variants]
        self._automaton = ahocorasick_rs.AhoCorasick([form for form, _ in self.forms])

    def find(self, text: str) -> list[Hit]:
        """Hits in the order of the text, none overlapping another."""
        return [hit for hit in self.find_all(text) if hit.row.label]

    def find_all(self, text: str) -> Iterator[Hit]:
        """As `find`, with the hits of rows that have no label.

        They hold their place against shorter terms.
        """
        matches = self._automaton.find_matches_as_indexes(
            text if self.names else lower(text), overlapping=True
        )
        taken = bytearray(len(text))
        hits = []
        longest = sorted((start - end, start, which) for which, start, end in matches)
        for length, start, which in longest:
            end, row = start - length, self.forms[which][1]
            inside = _inside_word(text, start, end) and not _particle(text, start, end, row)
            if inside or any(taken[start:end]):
                continue
            taken[start:end] = b"\1" * (end - start)
            hits.append(Hit(start, end, row))
        yield from sorted(hits, key=lambda hit: hit.start)


def _variants(form: str) -> list[str]:
    """A name's form as it is, in capitals, and at the start of a sentence."""
    capitals = form.upper() if len(form) > 3 else form
    return sorted({form, capitals, form[:1].upper() + form[1:]})


@cache
def matcher(name: str, language: str) -> Matcher:
    """One of the package's codebooks in one language, ready to match.

    Args:
        name: as in `read`.
        language: two letters.

    Returns:
        The matcher, made once.

    Raises:
        KeyError: the codebook does not cover the language.

    Examples:
        >>> [hit.row.label for hit in matcher("frames", "de").find("Die Sanktionen bleiben.")]
        ['sanctions_pressure']
    """
    covered = languages(name)
    if language not in covered:
        raise KeyError(
            f"the {name} codebook has no rows in language {language!r}, only in "
            f"{', '.join(covered)}"
        )
    return Matcher([row for row in read(name) if row.language == language], names=name == "actors")


@cache
def languages(name: str) -> tuple[str, ...]:
    """The languages that a codebook of the package covers.

    Examples:
        >>> languages("actors"), languages("events")
        (('de', 'en', 'ko', 'ru'), ('de', 'en'))
    """
    return tuple(sorted({row.language for row in read(name)}))


def _particle(text: str, start: int, end: int, row: Row) -> bool:
    """Whether only particles follow a Korean name within its word: 북한은, but not 북한산."""
    if row.language != "ko" or text[start - 1 : start].isalnum():
        return False
    return bool(_PARTICLES.match(text, end))


def _inside_word(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()


def check_rows(rows: list[Row], *, names: bool) -> list[str]:
    """What is wrong with a codebook.

    Args:
        rows: of the codebook.
        names: as of `Matcher`.

    Returns:
        A line for each example that is not found and each counterexample that is.

    Examples:
        >>> row = Row("kim", "en", "Kim", "Kim spoke.", "Kimball spoke.", line=2)
        >>> check_rows([row], names=True)
        []
    """
    wrong = []
    matchers = {
        language: Matcher([r for r in rows if r.language == language], names=names)
        for language in sorted({row.language for row in rows})
    }
    for row in rows:
        find, where = matchers[row.language].find_all, f"line {row.line}: {row.term!r}"
        if row not in [hit.row for hit in find(row.example)]:
            wrong.append(f"{where} is not found in its example {row.example!r}")
        if row in [hit.row for hit in find(row.counterexample)]:
            wrong.append(f"{where} is found in its counterexample {row.counterexample!r}")
    return wrong

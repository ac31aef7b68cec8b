"""Codebooks: readable CSV files of terms, and the matcher that finds their terms in running text.

A row is one term with its inflected forms in a small notation: ``(a|b)`` is one of, ``[a|b]`` is one of or nothing.
``Weiß(e|en|es) Haus[es]`` stands for six forms. Each row carries an example that must match and a counterexample
that must not, so a codebook tests itself (`check_rows`).
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
# what stands behind a Korean name in the same word: "side", "government", "people", then particles of case, topic and number
_PARTICLES = re.compile(
    r"(?:측|정부|당국|군|인|발|식|씨|들)?(?:들)?"
    r"(?:에게서?|에서|에는|에도|에만|에|께서|께|한테|의|이라(?:고|는|도|면)?|라(?:고|는|도|면)?|이란|란|이나|나|이든|든|이며|며|이고|이다|이자|이었|였"
    r"|으로부터|로부터|으로서|로서|으로|로|과|와|이랑|랑|하고|까지|부터|보다|처럼|만큼|마저|조차|뿐|대로|밖에|이|가|을|를)?"
    r"(?:은|는|도|만|의|까지)?(?![^\W\d_])"
)


class Row(NamedTuple):
    """One codebook row; `label` is the actor or frame, empty for a row that only keeps others from matching."""

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

    Raises ValueError for a bracket that is not closed, or brackets within brackets.

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
    """The rows of a codebook: `name` is 'actors', 'roles', 'frames', 'cues' or 'events'; `path` reads a CSV of your own instead.

    Columns: the label (actor_id, frame, cue, category or office), language (two letters), term, example, counterexample, and for
    actors kind, country (two letters) and needs (actors of whom one must be named without condition in the same
    article, separated by blanks). Raises ValueError naming file and line.

    >>> read("actors")[0]._fields[:3]
    ('label', 'language', 'term')
    """
    file = Path(path).name if path else f"{name}.csv"
    return [_row(record, file) for record in read_rows(name, path)]


def _row(record: dict[str, str], file: str) -> Row:
    line = int(record.pop("line"))
    label = next((record.pop(name) for name in _LABELS if record.get(name)), "")
    missing = [k for k in ("language", "term", "example") if not record.get(k)]
    unknown = [k for k in record if k not in (*Row._fields, *_LABELS)]
    if missing or unknown:
        what = (
            f"nothing in {', '.join(missing)}" if missing else f"a column too many: {unknown[0]!r}"
        )
        raise ValueError(f"{file}:{line}: {what}; a row needs {', '.join(Row._fields[:5])}")
    try:
        forms(record["term"])
    except ValueError as problem:
        raise ValueError(f"{file}:{line}: {problem}") from None
    return Row(label=label, line=line, **{k: v for k, v in record.items() if k in Row._fields})


class Matcher:
    """Finds the terms of codebook rows in a text: longest first, whole words only; Korean ones with their particles behind.

    With `names` True case counts, and each form is also known in capitals (SEOUL) and, where it begins with an
    article, at the start of a sentence; otherwise case is ignored.

    >>> rows = [Row("kim", "en", "Kim[s]", "", ""), Row("us", "en", "U[.]S[.]", "", "")]
    >>> [(h.start, h.end, h.row.label) for h in Matcher(rows, names=True).find("Kim met a U.S. envoy, not Kimball.")]
    [(0, 3, 'kim'), (10, 14, 'us')]
    """

    def __init__(self, rows: Iterable[Row], *, names: bool) -> None:
        self.names = names
        self.forms: list[tuple[str, Row]] = []
        for row in rows:
            for form in forms(row.term):
                variants = {
                    form,
                    form.upper() if len(form) > 3 else form,
                    form[:1].upper() + form[1:],
                }
                self.forms += [(v, row) for v in (sorted(variants) if names else [lower(form)])]
        self._automaton = ahocorasick_rs.AhoCorasick([form for form, _ in self.forms])

    def find(self, text: str) -> list[Hit]:
        """Hits in the order of the text, none overlapping another."""
        return [hit for hit in self.find_all(text) if hit.row.label]

    def find_all(self, text: str) -> Iterator[Hit]:
        """As `find`, with the hits of rows that have no label: they hold their place against shorter terms."""
        found = self._automaton.find_matches_as_indexes(
            text if self.names else lower(text), overlapping=True
        )
        taken = bytearray(len(text))
        hits = []
        for length, start, which in sorted(
            (start - end, start, which) for which, start, end in found
        ):
            end = start - length
            if any(taken[start:end]) or (
                _inside_word(text, start, end)
                and not _particle(text, start, end, self.forms[which][1])
            ):
                continue
            taken[start:end] = b"\1" * (end - start)
            hits.append(Hit(start, end, self.forms[which][1]))
        yield from sorted(hits, key=lambda hit: hit.start)


@cache
def matcher(name: str, language: str) -> Matcher:
    """The package's codebook `name` in one language, ready to match; KeyError for a language it does not cover.

    >>> [hit.row.label for hit in matcher("frames", "de").find("Die Sanktionen bleiben.")]
    ['sanctions_pressure']
    """
    if language not in languages(name):
        raise KeyError(
            f"the {name} codebook has no rows in language {language!r}, only in {', '.join(languages(name))}"
        )
    return Matcher([row for row in read(name) if row.language == language], names=name == "actors")


@cache
def languages(name: str) -> tuple[str, ...]:
    """The languages that a codebook of the package covers.

    >>> languages("actors"), languages("events")
    (('de', 'en', 'ko', 'ru'), ('de', 'en'))
    """
    return tuple(sorted({row.language for row in read(name)}))


def _particle(text: str, start: int, end: int, row: Row) -> bool:
    """Whether what follows a Korean name within its word are particles alone: 북한은, but not 북한산."""
    return (
        row.language == "ko"
        and not text[start - 1 : start].isalnum()
        and bool(_PARTICLES.match(text, end))
    )


def _inside_word(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()


def check_rows(rows: list[Row], *, names: bool) -> list[str]:
    """What is wrong with a codebook: one line a failed example or counterexample, empty when all is well.

    >>> check_rows([Row("kim", "en", "Kim", "Kim spoke.", "Kimball spoke.", line=2)], names=True)
    []
    """
    wrong = []
    matchers = {
        language: Matcher([r for r in rows if r.language == language], names=names)
        for language in sorted({row.language for row in rows})
    }
    for row in rows:
        hits = [hit.row for hit in matchers[row.language].find_all(row.example)]
        if row not in hits:
            wrong.append(
                f"line {row.line}: {row.term!r} is not found in its example {row.example!r}"
            )
        if row in [hit.row for hit in matchers[row.language].find_all(row.counterexample)]:
            wrong.append(
                f"line {row.line}: {row.term!r} is found in its counterexample {row.counterexample!r}"
            )
    return wrong

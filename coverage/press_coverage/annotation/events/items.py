"""Items: a sentence as words, marks, actors and acts, where the sides of an act are looked for."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from press_coverage.annotation.actors import Mention
from press_coverage.codebooks.reading import words
from press_coverage.codebooks.terms import Hit
from press_coverage.text.words import lower

PLURAL = ("and", "und", "&")
_ORIGINS = words("events", "origins")  # endings of what is made of a country's name
_TOKEN = re.compile(
    r"""
    ['’]s\b                # the possessive
    | n['’]t\b             # a negation at the end of a verb
    | \w+(?:[-.&]\w+)*     # a word, a compound, an abbreviation
    | [^\w\s]              # a mark
    """,
    re.VERBOSE,
)


class Item(NamedTuple):
    """A word, a mark, an act, or actors (several in a compound): offsets and text in lower case."""

    start: int
    end: int
    text: str
    actors: tuple[Mention, ...] = ()
    act: bool = False
    capital: bool = False

    @property
    def naming(self) -> bool:
        """Whether it names an actor, not by an adjective."""
        return bool(self.actors) and not adjective(self.text)

    @property
    def person(self) -> bool:
        """Whether it names a person."""
        return bool(self.actors) and self.actors[0].kind == "person"


Items = Sequence[Item]
Actors = tuple[Mention, ...]


class Act(NamedTuple):
    """An act within its sentence.

    Its place among the items, its kind in the events codebook, who acted before in the sentence,
    and the person whom `he` or `she` stands for.
    """

    items: Items
    at: int
    kind: str
    earlier: Actors = ()
    person: Actors = ()

    @property
    def noun(self) -> bool:
        """Whether it is put as a noun: a threat, a summit."""
        return self.kind.endswith("noun")

    @property
    def text(self) -> str:
        """The act in lower case."""
        return self.items[self.at].text

    @property
    def behind(self) -> str:
        """The text of the item behind it; '' for none."""
        return word_at(self.items, self.at + 1)


class Parties(NamedTuple):
    """Actors on both sides of an act."""

    sources: Actors
    targets: Actors


NONE = Parties((), ())


def sentence_items(
    text: str, span: tuple[int, int], mentions: Sequence[Mention], acts: Sequence[Hit]
) -> list[Item]:
    """Words, marks, actors and acts of a sentence, in its order.

    Args:
        text: the article.
        span: where in it the sentence starts and ends, in characters.
        mentions: the actors of the sentence; those of one place become one item.
        acts: its hits of the events codebook; those that overlap an actor are left out.

    Returns:
        The items.
    """
    places: dict[tuple[int, int], list[Mention]] = {}
    for mention in mentions:
        places.setdefault((mention.start, mention.end), []).append(mention)
    named = [
        Item(start, end, lower(text[start:end]), tuple(actors), capital=True)
        for (start, end), actors in places.items()
    ]
    doing = [
        Item(hit.start, hit.end, lower(text[hit.start : hit.end]), act=True)
        for hit in acts
        if not any(item.start < hit.end and hit.start < item.end for item in named)
    ]
    items, place = list[Item](), span[0]
    for item in sorted(named + doing):
        items += _words(text, place, item.start)
        items.append(item)
        place = max(place, item.end)
    return items + _words(text, place, span[1])


def _words(text: str, start: int, end: int) -> list[Item]:
    return [
        Item(*token.span(), lower(token[0]), capital=token[0][0].isupper())
        for token in _TOKEN.finditer(text, start, end)
    ]


def word_at(items: Items, at: int) -> str:
    """The text of an item; '' where there is none at that place."""
    return items[at].text if 0 <= at < len(items) else ""


def first_of(items: Items, places: Iterable[int], texts: Collection[str], default: int) -> int:
    """The first of the places whose item is one of the texts."""
    return next((at for at in places if items[at].text in texts), default)


def adjective(text: str) -> bool:
    """Whether a country's name is an adjective: it names no one alone."""
    return text.endswith(_ORIGINS)

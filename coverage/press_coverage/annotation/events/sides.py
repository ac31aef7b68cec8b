"""Sides: who acts and on whom, read from the words around an act in an English sentence.

By the order of words: between an actor and the act only auxiliaries, adverbs and offices may
occur. German is read in `sides_german`.
"""

from collections.abc import Sequence
from itertools import pairwise, takewhile

from spacy.lang.en.stop_words import STOP_WORDS

from press_coverage.annotation.actors import Mention
from press_coverage.annotation.events.items import (
    NONE,
    PLURAL,
    Item,
    Parties,
    adjective,
    first_of,
    word_at,
)
from press_coverage.codebooks.reading import words


def _listed(name: str, language: str | None = None) -> frozenset[str]:
    return frozenset(words("events", name, language))


_POSSESSIVE = frozenset(("'s", "’s"))
_SUFFIXES = _POSSESSIVE | {"’"}
_OWNERS = _SUFFIXES | {"'"}
_BEING, _WILL = _listed("being"), _listed("intention")
HYPOTHETICAL = {"en": _WILL | _listed("hypothetical", "en"), "de": _listed("hypothetical", "de")}
NEGATED = {"en": _listed("negation", "en"), "de": _listed("negation", "de")}
_LINK = _BEING | _WILL | _listed("auxiliaries")
_OFFICES = _listed("offices", "en")
_SMALL = _OFFICES | _listed("determiners")  # what leads up to a name
_ABOUT = _listed("matters")  # nouns that may occur between an act and whom it is done to
_LIST = _SMALL | set(PLURAL)
_TO_OBJECT = _SMALL | _ABOUT | {"face-to-face", "last"}
_BEHIND_NAME = STOP_WORDS | _ABOUT | _LINK  # what follows a name that is complete
_BEFORE_ACT = _LINK | _OFFICES | _POSSESSIVE
_KINDS = _OFFICES | _listed("kinds")
_NOT_OWNED = STOP_WORDS - _listed("determiners") - {"’s", "'s"}
_WOMEN, _SITES = _listed("women"), _listed("sites")
_PLACES, _PREPOSITIONS = _listed("places"), _listed("prepositions")
_HOLDING = _listed("holding")
_MODIFIERS = tuple(f"-{word}" for word in words("events", "modifiers"))
_COORDINATING, _INSERTING = ("and", "but", "then", "or"), (",", "—", "–")


def english(
    items: Sequence[Item],
    at: int,
    kind: str,
    earlier: tuple[Mention, ...],
    person: tuple[Mention, ...],
) -> Parties:
    """Parties of an act.

    Args:
        items: the sentence.
        at: which item is the act.
        kind: of the act, from the events codebook.
        earlier: who acted before in the sentence.
        person: whom `he` or `she` stands for.

    Returns:
        Sources and targets, empty where they are not plain to see.
    """
    targets = _object(items, at + 1)
    if kind.endswith("noun") or (kind == "mutual" and word_at(items, at + 1) == "between"):
        return _noun(items, at, kind, earlier, person, targets)
    sources = _subject(items, at, earlier, person)
    if _passive(items, at):
        by = first_of(items, range(at + 1, min(at + 4, len(items))), ("by",), len(items))
        return Parties(_object(items, by + 1), sources)
    if kind == "mutual":
        return _mutual(items, at, sources, targets)
    if kind == "towards":
        targets = targets or _only_other(items, at, sources)
    return Parties(sources, targets)


def _mutual(
    items: Sequence[Item], at: int, sources: tuple[Mention, ...], targets: tuple[Mention, ...]
) -> Parties:
    """Parties of a verb that says what both do: Trump met Kim; Trump and Kim met in Singapore."""
    if word_at(items, at + 1) in _PLACES:
        targets = ()
    if len(sources) > 1 and not targets and not items[at].text.endswith((" with", " to")):
        return Parties(sources[-1:], sources[:1], True)
    return Parties(sources, targets, True)


def _noun(
    items: Sequence[Item],
    at: int,
    kind: str,
    earlier: tuple[Mention, ...],
    person: tuple[Mention, ...],
    targets: tuple[Mention, ...],
) -> Parties:
    """Parties of an act put as a noun: Trump's threat, a meeting between Trump and Kim."""
    owner = _owner(items, at, person)
    behind = word_at(items, at + 1)
    if kind == "mutualnoun" or behind == "between":
        if not owner and word_at(items, at - 1) in _HOLDING:
            owner = _subject(items, at, earlier, person, _HOLDING)
        return _meeting(items, at, owner, targets)
    if owner and (targets or (kind == "actnoun" and behind not in _SITES)):
        return Parties(owner, targets)
    return NONE


def _passive(items: Sequence[Item], at: int) -> bool:
    near = takewhile(lambda item: not item.actors, reversed(items[max(0, at - 4) : at]))
    return not items[at].text.endswith("ing") and any(item.text in _BEING for item in near)


def _subject(
    items: Sequence[Item],
    at: int,
    earlier: tuple[Mention, ...],
    person: tuple[Mention, ...],
    more: frozenset[str] = frozenset(),
) -> tuple[Mention, ...]:
    """Who is named before an act, or meant there; `more` are further words that may intervene."""
    between, jumped, k = list[str](), False, at - 1
    while k >= 0:
        item = items[k]
        if item.actors:
            return _named_subject(items, k, at, between)
        if item.text in ("he", "she"):
            return tuple(m for m in person if (m.actor_id in _WOMEN) == (item.text == "she"))
        if item.text in _COORDINATING:
            return earlier
        if item.text in _INSERTING and not jumped:
            opening = _insertion(items, k)
            if not opening:
                return _relative(items, k)
            k, jumped = opening - 1, True
            continue
        if not (item.text in more or _passable(items, k)):
            return ()
        between.append(item.text)
        k -= 1
    return ()


def _named_subject(
    items: Sequence[Item], k: int, at: int, between: list[str]
) -> tuple[Mention, ...]:
    """The actors at an item before an act, where the name is not only part of a phrase."""
    owning = adjective(items[k].text) or not _POSSESSIVE.isdisjoint(between)
    if (owning and _OFFICES.isdisjoint(between)) or _in_phrase(items, k, at):
        return ()
    return _joined(items, k)


def _in_phrase(items: Sequence[Item], k: int, at: int) -> bool:
    """Whether an actor is not the subject but behind a preposition: a critic of Trump met."""
    before = (i.text for i in reversed(items[:k]) if i.text not in _SMALL and not i.actors)
    lead = next(before, "")
    if lead.split(" ")[-1] not in _PREPOSITIONS or items[k - 1].actors:
        return False
    return not (lead == "with" and items[at].text.endswith("ing"))  # with Trump saying


def _insertion(items: Sequence[Item], k: int) -> int:
    """Where an insertion that ends with a mark begins, behind a name or an office; 0 for none."""
    opening = first_of(items, range(k - 1, max(-1, k - 20), -1), (items[k].text,), 0)
    before = items[opening - 1]
    return opening if opening and (before.actors or before.text in _OFFICES) else 0


def _relative(items: Sequence[Item], k: int) -> tuple[Mention, ...]:
    """Whom a relative clause behind a mark is about: Abe, who is pressing Trump."""
    named = k > 0 and items[k - 1].actors and items[k + 1].text == "who"
    return _joined(items, k - 1) if named else ()


def _passable(items: Sequence[Item], k: int) -> bool:
    """Whether an item may occur between an act and who does it."""
    item = items[k]
    if item.text in _BEFORE_ACT or item.text.endswith("ly"):
        return True
    return item.act and (item.text.endswith(" to") or items[k + 1].text == "to")  # agreed to meet


def _joined(items: Sequence[Item], k: int) -> tuple[Mention, ...]:
    """The actors at an item, with those joined to them by `and` before it."""
    back = k - 1
    while back > 0 and _leads(items[back]):
        back -= 1
    joined = back > 0 and items[back].text in PLURAL and not adjective(items[back - 1].text)
    return items[k].actors[-1:] + (items[back - 1].actors[-1:] if joined else ())


def _leads(item: Item) -> bool:
    """Whether an item leads up to a name: the North Korean leader."""
    return item.text in _SMALL or (bool(item.actors) and adjective(item.text))


def _object(items: Sequence[Item], first: int) -> tuple[Mention, ...]:
    """The first actor from an item on, behind small words, offices and matters of diplomacy."""
    for at in range(first, min(first + 10, len(items))):
        if items[at].actors:
            return _named_object(items, at)
        if not (items[at].text in _TO_OBJECT or items[at].text.endswith("ly")):
            return ()
    return ()


def _named_object(items: Sequence[Item], at: int) -> tuple[Mention, ...]:
    """The actors at an item, where the name is theirs and not a part of another's."""
    name = items[at].text
    if name.endswith(_MODIFIERS):
        return ()
    behind = items[at + 1] if at + 1 < len(items) else None
    if behind and (behind.actors or behind.text in _OFFICES or behind.text in _OWNERS):
        return _officer(items, at)
    if adjective(name) or (behind and not _ends_name(behind)):
        return ()
    return _and(items, at)


def _officer(items: Sequence[Item], at: int) -> tuple[Mention, ...]:
    """Whom a country's name with an office names: a person behind it, or the country."""
    reach = range(at + 1, min(at + 7, len(items)))
    behind = next((k for k in reach if items[k].text not in _SMALL), len(items))
    if behind < len(items) and items[behind].actors and items[behind].actors[0].kind == "person":
        return _and(items, behind)  # North Korean leader Kim Jong Un
    return _and(items, at) if any(i.text in _OFFICES for i in items[at + 1 : behind]) else ()


def _ends_name(behind: Item) -> bool:
    """Whether the item behind a name shows that the name is complete."""
    if behind.act or behind.capital or not behind.text[0].isalpha():
        return True
    return behind.text in _BEHIND_NAME or behind.text.endswith(("ly", "ing", "ed"))


def _only_other(
    items: Sequence[Item], at: int, sources: tuple[Mention, ...]
) -> tuple[Mention, ...]:
    """The actor named last between an act and the next mark.

    All that are named there, places apart, must be of one country, and not of the sources'.
    """
    clause = takewhile(_wordlike, items[at + 1 :])
    named = [
        mention
        for before, item in pairwise([items[at], *clause])
        if before.text not in _PLACES
        for mention in item.actors[-1:]
    ]
    countries = {mention.country for mention in named}
    if len(countries) != 1 or countries & {mention.country for mention in sources}:
        return ()
    return tuple(named[-1:])


def _wordlike(item: Item) -> bool:
    return item.text[0].isalnum() or item.text in _POSSESSIVE


def _and(items: Sequence[Item], at: int) -> tuple[Mention, ...]:
    """The actors at an item, with those joined to them by `and` behind it."""
    actors = items[at].actors[-1:]
    if word_at(items, at + 1) not in PLURAL:
        return actors
    names = takewhile(lambda item: item.actors or item.text in _LIST, items[at + 1 :])
    named = [k for k, item in enumerate(names) if item.actors and not adjective(item.text)]
    return actors + (items[at + 1 + named[-1]].actors[-1:] if named and named[-1] < 5 else ())


def _owner(items: Sequence[Item], at: int, person: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Whose act a noun is: Trump's threat, U.S. sanctions, his summit; Trump-Kim has two."""
    for k in range(at - 1, max(-1, at - 6), -1):
        item = items[k]
        if item.text in ("his", "her"):
            return person
        if item.actors:
            against = word_at(items, k - 1) in ("against", "on")
            return item.actors if _owns(items[k + 1 : at]) and not against else ()
        if item.text in _NOT_OWNED or not (item.text.isalpha() or item.text in _SUFFIXES):
            return ()
    return ()


def _owns(between: Sequence[Item]) -> bool:
    """Whether the words between a name and a noun are a possessive, or offices and kinds alone."""
    if between and between[0].text in _OWNERS:
        return True
    return all(item.text in _KINDS for item in between)


def _meeting(
    items: Sequence[Item], at: int, owner: tuple[Mention, ...], targets: tuple[Mention, ...]
) -> Parties:
    """Parties of a meeting: a Trump-Kim summit, talks between Trump and Kim, his talks with Kim."""
    link = word_at(items, at + 1)
    if len(owner) > 1:
        return Parties(owner[:1], owner[1:2], True)
    if link in ("between", "of"):
        both = _object(items, at + 2)
        return Parties(both[:1], both[1:], True) if len(both) > 1 else NONE
    return Parties(owner, targets, True) if owner and targets and link in ("with", "in") else NONE

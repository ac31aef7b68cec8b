"""Sides: who acts and on whom, read from the words around an act in an English sentence.

By the order of words: between an actor and the act only auxiliaries, adverbs and offices may
occur. German is read in `sides_german`.
"""

from itertools import pairwise, takewhile

from press_coverage.annotation.events.items import (
    NONE,
    PLURAL,
    Act,
    Actors,
    Item,
    Items,
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
_FUNCTION_WORDS = _listed("function_words")
_BEHIND_NAME = _FUNCTION_WORDS | _ABOUT | _LINK  # what follows a name that is complete
_BEFORE_ACT = _LINK | _OFFICES | _POSSESSIVE
_KINDS = _OFFICES | _listed("kinds")
_NOT_OWNED = _FUNCTION_WORDS - _listed("determiners") - {"’s", "'s"}
_WOMEN, _SITES = _listed("women"), _listed("sites")
_PLACES, _PREPOSITIONS = _listed("places"), _listed("prepositions")
_HOLDING = _listed("holding")
_MODIFIERS = tuple(f"-{word}" for word in words("events", "modifiers"))
_COORDINATING, _INSERTING = ("and", "but", "then", "or"), (",", "—", "–")


def english(act: Act) -> Parties:
    """Sources and targets of an act; empty where they are not plain to see."""
    targets = _object(act.items, act.at + 1)
    if act.noun or (act.kind == "mutual" and act.behind == "between"):
        return _noun(act, targets)
    sources = _subject(act)
    if _passive(act):
        near = range(act.at + 1, min(act.at + 4, len(act.items)))
        by = first_of(act.items, near, ("by",), len(act.items))
        return Parties(_object(act.items, by + 1), sources)
    if act.kind == "mutual":
        return _mutual(act, sources, targets)
    if act.kind == "towards":
        targets = targets or _only_other(act, sources)
    return Parties(sources, targets)


def _mutual(act: Act, sources: Actors, targets: Actors) -> Parties:
    """Parties of a verb that says what both do: Trump met Kim; Trump and Kim met in Singapore."""
    if act.behind in _PLACES:
        targets = ()
    if len(sources) > 1 and not targets and not act.text.endswith((" with", " to")):
        return Parties(sources[-1:], sources[:1])
    return Parties(sources, targets)


def _noun(act: Act, targets: Actors) -> Parties:
    """Parties of an act put as a noun: Trump's threat, a meeting between Trump and Kim."""
    owner = _owner(act)
    if act.kind == "mutualnoun" or act.behind == "between":
        if not owner and word_at(act.items, act.at - 1) in _HOLDING:
            owner = _subject(act, _HOLDING)
        return _meeting(act, owner, targets)
    alone = act.kind == "actnoun" and act.behind not in _SITES
    return Parties(owner, targets) if owner and (targets or alone) else NONE


def _passive(act: Act) -> bool:
    near = reversed(act.items[max(0, act.at - 4) : act.at])
    before = {item.text for item in takewhile(lambda item: not item.actors, near)}
    return not act.text.endswith("ing") and not _BEING.isdisjoint(before)


def _subject(act: Act, more: frozenset[str] = frozenset()) -> Actors:
    """Who is named before an act, or meant there; `more` are further words that may intervene."""
    items = act.items
    between, jumped, k = list[str](), False, act.at - 1
    while k >= 0:
        item = items[k]
        if item.actors:
            return _named_subject(act, k, between)
        if item.text in ("he", "she"):
            return tuple(m for m in act.person if (m.actor_id in _WOMEN) == (item.text == "she"))
        if item.text in _COORDINATING:
            return act.earlier
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


def _named_subject(act: Act, k: int, between: list[str]) -> Actors:
    """The actors at an item before an act, where the name is not only part of a phrase."""
    owning = adjective(act.items[k].text) or not _POSSESSIVE.isdisjoint(between)
    if (owning and _OFFICES.isdisjoint(between)) or _in_phrase(act, k):
        return ()
    return _joined(act.items, k)


def _in_phrase(act: Act, k: int) -> bool:
    """Whether an actor is not the subject but behind a preposition: a critic of Trump met."""
    before = reversed(act.items[:k])
    lead = next((i.text for i in before if i.text not in _SMALL and not i.actors), "")
    if lead.split(" ")[-1] not in _PREPOSITIONS or act.items[k - 1].actors:
        return False
    return not (lead == "with" and act.text.endswith("ing"))  # with Trump saying


def _insertion(items: Items, k: int) -> int:
    """Where an insertion that ends with a mark begins, behind a name or an office; 0 for none."""
    opening = first_of(items, range(k - 1, max(-1, k - 20), -1), (items[k].text,), 0)
    before = items[opening - 1]
    return opening if opening and (before.actors or before.text in _OFFICES) else 0


def _relative(items: Items, k: int) -> Actors:
    """Whom a relative clause behind a mark is about: Abe, who is pressing Trump."""
    named = k > 0 and items[k - 1].actors and items[k + 1].text == "who"
    return _joined(items, k - 1) if named else ()


def _passable(items: Items, k: int) -> bool:
    """Whether an item may occur between an act and who does it."""
    item = items[k]
    if item.text in _BEFORE_ACT or item.text.endswith("ly"):
        return True
    return item.act and (item.text.endswith(" to") or items[k + 1].text == "to")  # agreed to meet


def _joined(items: Items, k: int) -> Actors:
    """The actors at an item, with those joined to them by `and` before it."""
    back = k - 1
    while back > 0 and _leads(items[back]):
        back -= 1
    joined = back > 0 and items[back].text in PLURAL and not adjective(items[back - 1].text)
    return items[k].actors[-1:] + (items[back - 1].actors[-1:] if joined else ())


def _leads(item: Item) -> bool:
    """Whether an item leads up to a name: the North Korean leader."""
    return item.text in _SMALL or (bool(item.actors) and adjective(item.text))


def _object(items: Items, first: int) -> Actors:
    """The first actor from an item on, behind small words, offices and matters of diplomacy."""
    for at in range(first, min(first + 10, len(items))):
        if items[at].actors:
            return _named_object(items, at)
        if not (items[at].text in _TO_OBJECT or items[at].text.endswith("ly")):
            return ()
    return ()


def _named_object(items: Items, at: int) -> Actors:
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


def _officer(items: Items, at: int) -> Actors:
    """Whom a country's name with an office names: a person behind it, or the country."""
    reach = range(at + 1, min(at + 7, len(items)))
    behind = next((k for k in reach if items[k].text not in _SMALL), len(items))
    if behind < len(items) and items[behind].person:
        return _and(items, behind)  # North Korean leader Kim Jong Un
    between = {item.text for item in items[at + 1 : behind]}
    return () if _OFFICES.isdisjoint(between) else _and(items, at)


def _ends_name(behind: Item) -> bool:
    """Whether the item behind a name shows that the name is complete."""
    if behind.act or behind.capital or not behind.text[0].isalpha():
        return True
    return behind.text in _BEHIND_NAME or behind.text.endswith(("ly", "ing", "ed"))


def _only_other(act: Act, sources: Actors) -> Actors:
    """The actor named last between an act and the next mark.

    All that are named there, places apart, must be of one country, and not of the sources'.
    """
    clause = [act.items[act.at], *takewhile(_wordlike, act.items[act.at + 1 :])]
    named = [
        item.actors[-1]
        for before, item in pairwise(clause)
        if item.actors and before.text not in _PLACES
    ]
    countries = {mention.country for mention in named}
    if len(countries) != 1 or countries & {mention.country for mention in sources}:
        return ()
    return tuple(named[-1:])


def _wordlike(item: Item) -> bool:
    return item.text[0].isalnum() or item.text in _POSSESSIVE


def _and(items: Items, at: int) -> Actors:
    """The actors at an item, with those joined to them by `and` behind it."""
    actors = items[at].actors[-1:]
    if word_at(items, at + 1) not in PLURAL:
        return actors
    names = takewhile(lambda item: item.actors or item.text in _LIST, items[at + 1 :])
    named = [k for k, item in enumerate(names) if item.naming]
    return actors + (items[at + 1 + named[-1]].actors[-1:] if named and named[-1] < 5 else ())


def _owner(act: Act) -> Actors:
    """Whose act a noun is: Trump's threat, U.S. sanctions, his summit; Trump-Kim has two."""
    for k in range(act.at - 1, max(-1, act.at - 6), -1):
        item = act.items[k]
        if item.text in ("his", "her"):
            return act.person
        if item.actors:
            against = word_at(act.items, k - 1) in ("against", "on")
            return item.actors if _owns(act.items[k + 1 : act.at]) and not against else ()
        if item.text in _NOT_OWNED or not (item.text.isalpha() or item.text in _SUFFIXES):
            return ()
    return ()


def _owns(between: Items) -> bool:
    """Whether the words between a name and a noun are a possessive, or offices and kinds alone."""
    if between and between[0].text in _OWNERS:
        return True
    return all(item.text in _KINDS for item in between)


def _meeting(act: Act, owner: Actors, targets: Actors) -> Parties:
    """Parties of a meeting: a Trump-Kim summit, talks between Trump and Kim, his talks with Kim."""
    if len(owner) > 1:
        return Parties(owner[:1], owner[1:2])
    if act.behind in ("between", "of"):
        both = _object(act.items, act.at + 2)
        return Parties(both[:1], both[1:]) if len(both) > 1 else NONE
    if act.behind in ("with", "in") and owner and targets:
        return Parties(owner, targets)
    return NONE

"""Parties: who acts and on whom, read from the words around an act in a sentence; used by `events`.

English by the order of words: what stands between an actor and the act must be auxiliaries, adverbs and offices. German is read in
`parties_german`.
"""

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH

from press_coverage.annotation.actors import Mention


class Item(NamedTuple):
    """A word, a mark, or actors (several in a compound): offsets, text in lower case; `rows` of an act."""

    start: int
    end: int
    text: str
    actors: tuple[Mention, ...] = ()
    act: bool = False
    capital: bool = False


class Parties(NamedTuple):
    """Actors on both sides, the items between the first and the last, and whether both act on each other."""

    sources: tuple[Mention, ...]
    targets: tuple[Mention, ...]
    mutual: bool = False


NONE = Parties((), ())
_BE = frozenset("is are was were be been being gets got".split())
_WILL = frozenset(
    "will would could can may might must shall should 'll ’ll plan plans planned planning want wants wanted hope hopes hoped intends intend"
    " expected ready willing likely set if unless going scheduled prepared considering consider seeks sought try tried trying eager due"
    " open wish wishes about poised supposed needs need soon".split()
)
HYPOTHETICAL = {
    "en": _WILL
    | frozenset(
        "possible potential proposed upcoming future prospective planned hypothetical whether to expects suggested".split()
    ),
    "de": frozenset(
        "will wollen wollte soll sollen sollte sollten würde würden könnte könnten kann können möchte möchten wenn falls ob wird werden"
        " plant planen geplante geplanten geplantes mögliche möglichen mögliches dürfte müsse müssen muss bereit künftig zu um"
        " bevorstehende"
        " bevorstehenden wolle solle könne werde sollten eventuell vielleicht etwaige".split()
    ),
}
NEGATED = {
    "en": frozenset(
        "not never no n't n’t without cannot neither nor refused refuses declined failed fails".split()
    ),
    "de": frozenset("nicht nie niemals kein keine keinen keiner keinem ohne weder".split()),
}
_LINK = (
    _BE
    | _WILL
    | frozenset(
        "has have had having do does did not never n't n’t no also then already again just even later still once now twice first who"
        " had since"
        " to ever recently on early late last this week month year monday tuesday wednesday thursday friday saturday sunday himself itself"
        " personally both each other often all he’s agreed wants repeatedly publicly reportedly".split()
    )
)
_HEADS = frozenset(
    "administration regime government officials official leader leaders leadership president dictator premier minister secretary state"
    " foreign prime defense chairman chief diplomat diplomats envoy envoys ambassador spokesman spokeswoman adviser advisor national"
    " security general strongman ruler counterpart despot tyrant supreme vice deputy military forces authorities delegation troops side"
    " team aides hackers top senior then current chancellor people citizens nationals autocrat negotiators state-run media".split()
)
_FREE = frozenset(
    "'s ’s the a an his her its their our young brutal new two three four several".split()
)
_ABOUT = frozenset(  # nouns that may stand between an act and whom it is done to
    "summit meeting talks offer invitation deal agreement threat threats sanctions letter drills exercises missile missiles test"
    " tests"
    " proposal demand demands claims claim planned joint military nuclear visit relationship call aggression behavior provocations historic"
    " ballistic intercontinental"
    " next month week year 's ’s upcoming june may singapore hanoi denuclearization"
    " pressure rhetoric ties relations trade war from by with against to of on over at into toward towards for both".split()
)
_WHICH = frozenset(
    "nuclear missile new military latest recent last first second repeated continued ballistic test".split()
)
_WOMEN = frozenset(
    "angela_merkel choe_son_hui kang_kyung_wha kim_yo_jong maria_zakharova sarah_sanders".split()
)
_PLACE = frozenset("in at near on outside".split())
_OF = frozenset("of with by for from against about on like under to in".split())
_HOLD = frozenset(
    "hold held holds holding begin began start started resume resumed attend attended conduct schedule schedule arrange for in a an the"
    " direct bilateral historic face-to-face own second first high-stakes sit down denuclearization nuclear peace trade high-level"
    " unconditional personal formal upcoming planned possible proposed potential".split()
)
_ADJECTIVES = tuple(
    "korean american chinese russian japanese german ische ischer ischen ischem isches isch".split()
)
_MODIFIERS = ("-era", "-led", "-style", "-backed", "-like", "-based", "-born", "-made")
_PLURAL = ("and", "und", "&")


def adjective(text: str) -> bool:
    """Whether a country's name is an adjective: it names no one alone."""
    return text.endswith(_ADJECTIVES)


def english(
    items: Sequence[Item],
    at: int,
    kind: str,
    earlier: tuple[Mention, ...],
    person: tuple[Mention, ...],
) -> Parties:
    """Parties of the act at an item; `earlier` acted before in the sentence, `person` is who `he` or `she` stands for."""
    targets = _object(items, at + 1)
    between = at + 1 < len(items) and items[at + 1].text == "between"
    if kind.endswith("noun") or (between and kind == "mutual"):
        owner = _owner(items, at, person)
        if kind == "mutualnoun" or between:
            return _meeting(
                items,
                at,
                owner
                or (
                    _subject(items, at, earlier, person, _HOLD)
                    if items[at - 1].text in _HOLD
                    else ()
                ),
                targets,
            )
        place = (
            items[at + 1].text in ("site", "sites", "facility", "ban", "range")
            if at + 1 < len(items)
            else False
        )
        return (
            Parties(owner, targets)
            if owner and (targets or (kind == "actnoun" and not place))
            else NONE
        )
    sources = _subject(items, at, earlier, person)
    if kind == "mutual" and at + 1 < len(items) and items[at + 1].text in _PLACE:
        targets = ()
    if kind == "towards" and not targets:
        targets = _other(items, at, sources)
    just = takewhile(lambda item: not item.actors, reversed(items[max(0, at - 4) : at]))
    passive = not items[at].text.endswith("ing") and any(item.text in _BE for item in just)
    if passive:
        by = next(
            (k for k in range(at + 1, min(at + 4, len(items))) if items[k].text == "by"), None
        )
        return Parties(_object(items, by + 1) if by else (), sources)
    if (
        kind == "mutual"
        and len(sources) > 1
        and not targets
        and not items[at].text.endswith((" with", " to"))
    ):
        return Parties(sources[-1:], sources[:1], True)
    return Parties(sources, targets, kind == "mutual")


def _subject(
    items: Sequence[Item],
    at: int,
    earlier: tuple[Mention, ...],
    person: tuple[Mention, ...],
    more: frozenset[str] = frozenset(),
) -> tuple[Mention, ...]:
    head = owned = jumped = False
    k = at - 1
    while k >= 0:
        item = items[k]
        if item.actors:
            alone = not head and (owned or adjective(item.text))
            lead = next(
                (
                    i.text
                    for i in reversed(items[:k])
                    if i.text not in _HEADS | _FREE and not i.actors
                ),
                "",
            )
            with_ing = items[at].text.endswith("ing") and lead == "with"
            return (
                ()
                if alone
                or (lead.split(" ")[-1] in _OF and k and not items[k - 1].actors and not with_ing)
                else _joined(items, k)
            )
        if item.text in ("he", "she"):
            return tuple(m for m in person if (m.actor_id in _WOMEN) == (item.text == "she"))
        if item.text in ("and", "but", "then", "or"):
            return earlier
        if item.text in (",", "—", "–") and not jumped:
            back = next(
                (b for b in range(k - 1, max(-1, k - 20), -1) if items[b].text == item.text), None
            )
            if back and (items[back - 1].actors or items[back - 1].text in _HEADS):
                k, jumped = back - 1, True
                continue
            if k and items[k - 1].actors and items[k + 1].text == "who":
                return _joined(items, k - 1)
            return ()
        if item.text in ("'s", "’s"):
            owned = True
        elif item.text in _HEADS:
            head = True
        elif item.act and (item.text.endswith(" to") or items[k + 1].text == "to"):
            pass  # agreed to meet
        elif not (item.text in _LINK or item.text in more or item.text.endswith("ly")):
            return ()
        k -= 1
    return ()


def _joined(items: Sequence[Item], k: int) -> tuple[Mention, ...]:
    """The actors at an item, with one joined to them by `and` before or behind."""
    own = items[k].actors[-1:]
    back = k - 1
    while back > 0 and (
        items[back].text in _HEADS | _FREE or (items[back].actors and adjective(items[back].text))
    ):
        back -= 1
    if (
        back > 0
        and items[back].text in _PLURAL
        and items[back - 1].actors
        and not adjective(items[back - 1].text)
    ):
        return (*own, *items[back - 1].actors[-1:])
    return own


def _object(items: Sequence[Item], k: int) -> tuple[Mention, ...]:
    """The first actor behind an act, where only small words, offices and matters of diplomacy stand between."""
    for at in range(k, min(k + 10, len(items))):
        item = items[at]
        if item.actors:
            if item.text.endswith(_MODIFIERS):
                return ()
            follow = [i.text for i in items[at + 1 : at + 4]]
            behind = items[at + 1] if at + 1 < len(items) else None
            if (behind and behind.actors) or (
                follow and (follow[0] in _HEADS or follow[0] in ("'s", "’s", "’", "'"))
            ):
                office = next(
                    (
                        n
                        for n in range(at + 1, min(at + 7, len(items)))
                        if items[n].text not in _HEADS | _FREE
                    ),
                    len(items),
                )
                if (
                    office < len(items)
                    and items[office].actors
                    and items[office].actors[0].kind == "person"
                ):
                    return _and(items, office)  # North Korean leader Kim Jong Un
                return (
                    _and(items, at) if any(i.text in _HEADS for i in items[at + 1 : office]) else ()
                )
            if adjective(item.text):
                return ()
            plain = (
                behind is None
                or behind.act
                or behind.capital
                or behind.text in ENGLISH
                or not behind.text[0].isalpha()
            )
            return (
                _and(items, at)
                if plain
                or (
                    behind
                    and (behind.text.endswith(("ly", "ing", "ed")) or behind.text in _ABOUT | _LINK)
                )
                else ()
            )
        if not (
            item.text in _FREE | _HEADS | _ABOUT
            or item.text.endswith("ly")
            or item.text in ("face-to-face", "last", "week")
        ):
            return ()
    return ()


def _other(items: Sequence[Item], at: int, sources: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """The actor named last between an act and the next mark, where all that are named there, places apart, are of one other country."""
    end = next(
        (
            k
            for k in range(at + 1, len(items))
            if not items[k].text[0].isalnum() and items[k].text not in ("'s", "’s")
        ),
        len(items),
    )
    named = [
        m
        for k in range(at + 1, end)
        if items[k - 1].text not in _PLACE
        for m in items[k].actors[-1:]
    ]
    countries = {m.country for m in named}
    return (
        tuple(named[-1:])
        if len(countries) == 1 and not countries & {m.country for m in sources}
        else ()
    )


def _and(items: Sequence[Item], at: int) -> tuple[Mention, ...]:
    small = _HEADS | _FREE | {*_PLURAL}
    rest = list(
        takewhile(lambda k: items[k].text in small or items[k].actors, range(at + 1, len(items)))
    )
    named = [k for k in rest if items[k].actors and not adjective(items[k].text)]
    joined = items[rest[0]].text in _PLURAL if rest else False
    return (
        *items[at].actors[-1:],
        *(items[named[-1]].actors[-1:] if joined and named and named[-1] - at < 6 else ()),
    )


def _owner(items: Sequence[Item], at: int, person: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Whose an act put as a noun is: Trump's threat, U.S. sanctions, his summit; two in a compound, Trump-Kim."""
    for k in range(at - 1, max(-1, at - 6), -1):
        if items[k].text in ("his", "her"):
            return person
        if items[k].actors:
            between = items[k + 1 : at]
            owned = bool(between) and between[0].text in ("'s", "’s", "’", "'")
            bare = all(i.text in _HEADS | _WHICH for i in between)
            lead = items[k - 1].text if k else ""
            return items[k].actors if (owned or bare) and lead not in ("against", "on") else ()
        if not (items[k].text.isalpha() or items[k].text in ("'s", "’s", "’")) or items[
            k
        ].text in ENGLISH - _FREE - {"’s", "'s"}:
            return ()
    return ()


def _meeting(
    items: Sequence[Item], at: int, owner: tuple[Mention, ...], targets: tuple[Mention, ...]
) -> Parties:
    link = items[at + 1].text if at + 1 < len(items) else ""
    if len(owner) > 1:
        return Parties(owner[:1], owner[1:2], True)
    if link in ("between", "of"):
        both = _object(items, at + 2)
        return Parties(both[:1], both[1:], True) if len(both) > 1 else NONE
    return Parties(owner, targets, True) if owner and targets and link in ("with", "in") else NONE

"""Parties in German: by clause and preposition. The actor without a preposition that comes first acts; the next one, or the one
behind mit, gegen, an, is acted upon; of what stands behind von in the passive it is the other way round.
"""

from collections.abc import Sequence

from press_coverage.annotation.actors import Mention
from press_coverage.annotation.events.sides import NONE, Item, Parties, adjective

_MARKS = frozenset(',;:–—()[]"“”„»«.!?…')
_TITLES = frozenset(
    "präsident präsidenten machthaber machthabers staatschef staatschefs diktator außenminister aussenminister sicherheitsberater"
    " führer"
    " regierungschef ministerpräsident premierminister regierung regime führung regimes delegation sprecher verteidigungsminister"
    " botschafter"
    " vizepräsident kanzlerin bundeskanzlerin ministerium militär armee sondergesandte sondergesandter unterhändler präsidentin"
    " amtskollegen"
    " kollegen vertreter staatspräsident kremlchef herrscher jungen".split()
)
_BY = frozenset("von durch vom".split())
_WITH = frozenset("mit gegen an gegenüber zwischen auf".split())
_ASIDE = frozenset(
    "des in im aus nach bei über für zu zum zur vor trotz seit unter neben laut während wegen um hinter ins am beim".split()
)
_CASES = {
    "by": _BY,
    "with": _WITH,
    "aside": _ASIDE,
    "object": frozenset("den dem seinen seinem einen".split()),
}


def german(
    items: Sequence[Item],
    at: int,
    kind: str,
    earlier: tuple[Mention, ...],
    person: tuple[Mention, ...],
) -> Parties:
    """As `english`, by clause and preposition."""
    first = next((k + 1 for k in range(at - 1, -1, -1) if items[k].text in _MARKS), 0)
    last = next((k for k in range(at + 1, len(items)) if items[k].text in _MARKS), len(items))
    if kind.endswith("noun"):
        behind = [
            k
            for k in range(at + 1, min(last, at + 9))
            if items[k].actors and not adjective(items[k].text)
        ]
        if "zwischen" in items[at].text:
            return (
                Parties(items[behind[0]].actors, items[behind[1]].actors[-1:], True)
                if len(behind) > 1
                else NONE
            )
        near = at > 0 and items[at - 1].actors and items[at - 1].end < items[at].start
        owner = items[at - 1].actors[-1:] if near and items[at - 1].text.endswith("s") else ()
        return (
            Parties(owner, items[behind[0]].actors[-1:], kind == "mutualnoun")
            if owner and behind
            else NONE
        )
    bare: list[tuple[Mention, ...]] = []
    held: dict[str, list[tuple[Mention, ...]]] = {"by": [], "with": [], "object": []}
    for k in range(first, last):
        if not items[k].actors or (k + 1 < last and _office(items, k, last)):
            continue
        back = k - 1
        while back >= first and (
            items[back].text in _TITLES
            or items[back].actors
            or items[back].text in ("russische", "neue", "eigenen")
        ):
            back -= 1
        lead = items[back].text if back >= first else ""
        if (
            lead in ("den", "dem", "der", "die", "das", "des", "einen", "seinen", "seinem", "einem")
            and back > first
        ):
            lead = items[back - 1].text if items[back - 1].text in _BY | _WITH | _ASIDE else lead
        if adjective(items[k].text) or (
            items[k].text.endswith("s")
            and k + 1 < last
            and items[k + 1].capital
            and not items[k + 1].actors
        ):
            continue
        where = next((name for name, words in _CASES.items() if lead in words), "")
        if where in held:
            held[where].append(items[k].actors[-1:])
        elif not where:
            bare.append(items[k].actors[-1:])
    texts = {items[k].text for k in range(first, last)}
    if held["by"] and texts & {"wurde", "wurden", "worden", "wird", "werden"}:
        return Parties(held["by"][0], (bare + held["object"] or [()])[0])
    if (
        not bare
        and first > 1
        and items[first].text in ("der", "die", "das", "um")
        and items[first - 2].actors
    ):
        bare = [items[first - 2].actors[-1:]]
    if not bare and texts & {"er", "sie"}:
        bare = [person]
    if not bare and items[first].text in ("und", "sowie", "aber", "dann"):
        bare = [earlier]
    joined = len(bare) > 1 and any(
        items[k].text == "und" and items[k - 1].actors and items[k + 1].actors
        for k in range(first + 1, last - 1)
    )
    if joined and kind in ("mutual", "act"):
        return Parties(bare[0], bare[1], True)
    return Parties(
        (bare or [()])[0],
        (held["object"] + bare[1:] + held["with"] + held["by"] or [()])[0],
        kind == "mutual",
    )


def _office(items: Sequence[Item], k: int, last: int) -> bool:
    """Whether a country's name or adjective only leads to a person's: der nordkoreanische Machthaber Kim."""
    behind = next((n for n in range(k + 1, min(k + 5, last)) if items[n].text not in _TITLES), last)
    return (
        behind < last
        and bool(items[behind].actors)
        and items[behind].actors[0].kind == "person"
        and items[k].actors[0].kind != "person"
    )

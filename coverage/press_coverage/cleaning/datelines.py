"""Datelines and agencies: where a text says that it was written, and whose text it is."""

import re

from press_coverage.codebooks.agencies import CANONICAL

_AGENCY = rf"(?:{'|'.join(sorted(CANONICAL, key=len, reverse=True))})"
_CITY = (
    "Amman Ankara Athen Athens Baghdad Bagdad Bangkok Beijing Beirut Belgrad Belgrade Berlin Bern Bonn Brasilia Brussels Brüssel "
    "Budapest Cairo Canberra Damascus Damaskus Delhi Dresden Dublin Düsseldorf Frankfurt Geneva Genf Hamburg Hanoi Helsinki Islamabad "
    "Istanbul Jakarta Jerusalem Kabul Kairo Kiew Kiev Kopenhagen Copenhagen Kyiv Kyjiw Leipzig Lisbon Lissabon London Madrid Manila "
    "Moscow Moskau Munich München Oslo Ottawa Panmunjom Paris Peking Prag Prague Pyongyang Pjöngjang Pjongjang Riad Riyadh Rom Rome "
    "Seoul Seul Shanghai Singapore Singapur Sofia Stockholm Stuttgart Sydney Taipei Teheran Tehran Tokio Tokyo Vienna Warsaw Warschau "
    "Washington Wien Wladiwostok Vladivostok Zurich Zürich Москва Пхеньян Сеул Вашингтон Пекин Владивосток Токио Сингапур Ханой "
).split()
_NAME = r"[A-ZÄÖÜА-ЯЁ][\w.'’-]+"
_PLACE = rf"{_NAME}(?: {_NAME}){{0,3}}(?:, {_NAME}(?: {_NAME}){{0,2}})?(?: ?/ ?{_NAME}(?: {_NAME}){{0,2}}){{0,2}}"
_DAY = r"(?:, |\. ?)?(?:(?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2}\.? [A-Za-zäа-я]{3,9}\.?)(?:, \d{4}|)[,.]? ?)?"
_DASH = r" ?(?:--|[-–—])(?= |$)"
_DATELINES = [  # the marks without one of which a pattern cannot match, and the pattern
    (
        "(",
        re.compile(
            rf"(?P<place>{_PLACE})?{_DAY},? ?\((?P<agency>{_AGENCY}(?:/\w+)*)\)(?:{_DASH}|:|\.)?"
        ),
    ),
    (
        "(",
        re.compile(
            rf"(?P<place>{_PLACE}){_DAY},? ?\((?P<agency>[A-Za-zА-Яа-я][\w/ .-]{{1,24}})\){_DASH}"
        ),
    ),
    ("/", re.compile(rf"(?P<place>{_PLACE})?{_DAY} ?/(?P<agency>{_AGENCY})/\.?(?:{_DASH})?")),
    (
        ".-–—",
        re.compile(
            rf"(?P<place>[^\W\d_а-я]{_NAME[-6:]}|{_NAME}){_DAY} ?[–—-]? ?(?P<agency>{_AGENCY})(?:\.\w+)?(?:\.|{_DASH})(?: [-–—])?"
        ),
    ),
    (
        "-–—",
        re.compile(
            rf"(?P<place>(?:[A-ZÄÖÜА-ЯЁ][A-ZÄÖÜА-ЯЁ.'’-]+)(?:[ /][A-ZÄÖÜА-ЯЁ.'’-]{{2,}}){{0,3}}(?:, {_NAME}(?: {_NAME}){{0,2}})?)"
            rf"(?P<agency>){_DAY}{_DASH}"
        ),
    ),
    (
        ".-–—",
        re.compile(
            rf"(?P<place>(?:{'|'.join(_CITY)})(?: ?/ ?(?:{'|'.join(_CITY)})){{0,2}})(?P<agency>)(?:\.(?= [A-ZÄÖÜА-Я„“\"])| (?:--"
            rf"|[-–—])(?= [A-ZÄÖÜА-Я„“\"]))"
        ),
    ),
]
_NO_PLACE = frozenset(
    "ANALYSIS OPINION UPDATE UPDATED WATCH BREAKING EXCLUSIVE EXKLUSIV KOMMENTAR ANALYSE CORRECTION KORREKTUR FILE "
    "LIVE VIDEO PHOTOS UPDATE".split()
)


def dateline(paragraph: str) -> tuple[str | None, str | None, int]:
    """The places as printed, the agency, and the length of the paragraph's dateline with its dash; (None, None, 0) without one.

    An agency in `AGENCIES` gets its name there, another is given as printed.

    >>> dateline("SEOUL, South Korea (AP) — The talks went on.")
    ('SEOUL, South Korea', 'AP', 25)
    >>> dateline("Genf/Seoul (dpa) - Die Gespräche gehen weiter."), dateline("Talks - no end.")
    (('Genf/Seoul', 'dpa', 18), (None, None, 0))
    """
    opening = paragraph[:120]
    there = set(opening)
    for marks, pattern in _DATELINES:
        found = None if there.isdisjoint(marks) else pattern.match(opening)
        if (
            found
            and found.end()
            and (found["place"] or "").split(",")[0].rstrip(".") not in _NO_PLACE
        ):
            place = found["place"].rstrip(".") if found["place"] else None
            return place, _agency_name(found["agency"]) if found["agency"] else None, found.end()
    return None, None, 0


_CREDIT_LINE = re.compile(
    rf"(?:(?:Von|By|Quellen?:|Source:|Mit Material (?:von|der)|With) )?(?:the )?(?P<agency>{_AGENCY})(?:(?:/"
    rf"|, | und | and )(?:{_AGENCY}|[a-z]{{2,4}}))*$"
)
_CREDIT_END = re.compile(
    rf"[.!?…][”“\"’»]? (?:\((?P<agency>{_AGENCY})(?:/[\w/]+)?\)|(?P<code>[a-z]{{2,4}})(?:/[a-z]{{2,4}})+)$"
)
_NOTED = ("Copyright", "©", "(c)", "contributed to this")  # what the next pattern cannot do without
_CREDIT_NOTE = re.compile(
    rf"(?:Copyright|©|\(c\))[^\n]{{0,12}}\b(?P<agency>{_AGENCY})\b|\b(?P<part>{_AGENCY})(?:(?:, "
    rf"| and )[A-Z][^\n.]{{2,80}})? contributed to this"
)


def agency(text: str) -> str | None:
    r"""The agency that the text credits in a dateline, a byline or a closing line; None where it is only spoken of.

    >>> agency("BERLIN (Reuters) - The talks went on."), agency("Wie geht es weiter?\nVon dpa\nNoch ist alles offen.")
    ('Reuters', 'dpa')
    >>> agency("The minister told Reuters that the talks went on.") is None
    True
    """
    found = [line.strip() for line in text.split("\n") if line.strip()]
    for line in found[:8]:
        if name := dateline(line)[1]:
            return name
    for line in [*found[:5], *found[-5:]]:
        if m := _CREDIT_LINE.match(line):
            return _agency_name(m["agency"])
        if (m := _CREDIT_END.search(line)) and (m["agency"] or m["code"] in CANONICAL):
            return _agency_name(m["agency"] or m["code"])
    if "Reuters" in text and any(
        re.match(r"\(?(?:Additional r|R)eporting by .*[Ee]diting by", line) for line in found[-5:]
    ):
        return "Reuters"
    noted = (line for line in found[-5:] if any(word in line for word in _NOTED))
    note = next((m for line in noted if (m := _CREDIT_NOTE.search(line))), None)
    return _agency_name(note["agency"] or note["part"]) if note else None


def _agency_name(printed: str) -> str:
    return CANONICAL.get(printed) or CANONICAL.get(printed.split("/")[0]) or printed

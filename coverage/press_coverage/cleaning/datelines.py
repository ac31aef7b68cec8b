"""Datelines and agencies: where a text says that it was written, and whose text it is."""

import re
from collections.abc import Sequence

from press_coverage.codebooks.agencies import CANONICAL
from press_coverage.codebooks.reading import words

_OPENING = 120  # characters of a paragraph that a dateline may take
_AGENCY = rf"(?:{'|'.join(sorted(CANONICAL, key=len, reverse=True))})"
_CITY = rf"(?:{'|'.join(words('cleaning', 'cities'))})"
_NO_PLACE = frozenset(words("cleaning", "no_place"))
_NAME = r"[A-ZÄÖÜА-ЯЁ][\w.'’-]+"
_COUNTRY = rf"(?:, {_NAME}(?: {_NAME}){{0,2}})?"
_PLACE = (
    rf"(?P<place>{_NAME}(?: {_NAME}){{0,3}}"  # New York
    rf"{_COUNTRY}"  # , South Korea
    rf"(?: ?/ ?{_NAME}(?: {_NAME}){{0,2}}){{0,2}})"  # /Seoul
)
_CAPITALS = r"(?:[A-ZÄÖÜА-ЯЁ][A-ZÄÖÜА-ЯЁ.'’-]+)(?:[ /][A-ZÄÖÜА-ЯЁ.'’-]{2,}){0,3}"
_DAY = (
    r"(?:, |\. ?)?"
    r"(?:(?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2}\.? [A-Za-zäа-я]{3,9}\.?)"  # June 3, or 3. Juni
    r"(?:, \d{4}|)[,.]? ?)?"
)
_DASH = r" ?(?:--|[-–—])(?= |$)"
_SENTENCE = r"(?= [A-ZÄÖÜА-Я„“\"])"  # begins behind
_FORMS = {  # of datelines, with the marks without one of which they cannot match
    # Genf (dpa) -
    rf"{_PLACE}?{_DAY},? ?\((?P<agency>{_AGENCY}(?:/\w+)*)\)(?:{_DASH}|:|\.)?": "(",
    # Genf (an agency that is not in the codebook) -
    rf"{_PLACE}{_DAY},? ?\((?P<agency>[A-Za-zА-Яа-я][\w/ .-]{{1,24}})\){_DASH}": "(",
    # MOSCOW, June 3 /TASS/.
    rf"{_PLACE}?{_DAY} ?/(?P<agency>{_AGENCY})/\.?(?:{_DASH})?": "/",
    # Genf, 3. Juni - dpa -
    rf"(?P<place>{_NAME}){_DAY} ?[–—-]? ?(?P<agency>{_AGENCY})(?:\.\w+)?"
    rf"(?:\.|{_DASH})(?: [-–—])?": ".-–—",
    # GENEVA, Switzerland —
    rf"(?P<place>{_CAPITALS}{_COUNTRY})(?P<agency>){_DAY}{_DASH}": "-–—",
    # Genf/Wien.
    rf"(?P<place>{_CITY}(?: ?/ ?{_CITY}){{0,2}})(?P<agency>)"
    rf"(?:\.{_SENTENCE}| (?:--|[-–—]){_SENTENCE})": ".-–—",
}
_DATELINES = [(marks, re.compile(form)) for form, marks in _FORMS.items()]
_CREDIT_LINE = re.compile(  # Von dpa
    r"(?:(?:Von|By|Quellen?:|Source:|Mit Material (?:von|der)|With) )?(?:the )?"
    rf"(?P<agency>{_AGENCY})(?:(?:/|, | und | and )(?:{_AGENCY}|[a-z]{{2,4}}))*$"
)
_CREDIT_END = re.compile(  # ... sagte er. (dpa) or dpa/afp
    r"[.!?…][”“\"’»]? "
    rf"(?:\((?P<agency>{_AGENCY})(?:/[\w/]+)?\)|(?P<code>[a-z]{{2,4}})(?:/[a-z]{{2,4}})+)$"
)
_CREDIT_NOTE = re.compile(  # © dpa, AFP and Jo Roe contributed to this
    rf"(?:Copyright|©|\(c\))[^\n]{{0,12}}\b(?P<agency>{_AGENCY})\b"
    rf"|\b(?P<part>{_AGENCY})(?:(?:, | and )[A-Z][^\n.]{{2,80}})? contributed to this"
)
_NOTED = ("Copyright", "©", "(c)", "contributed to this")  # without which that cannot match
_REUTERS = re.compile(r"\(?(?:Additional r|R)eporting by .*[Ee]diting by")


def dateline(paragraph: str) -> tuple[str | None, str | None, int]:
    """The dateline that opens a paragraph.

    Args:
        paragraph: a text; its first 120 characters are looked at.

    Returns:
        The places as printed, the agency, and the length of the dateline with its dash in
        characters; (None, None, 0) without one. An agency of the codebook has its name there,
        another is given as printed.

    Examples:
        >>> dateline("SEOUL, South Korea (AP) — The talks went on.")
        ('SEOUL, South Korea', 'AP', 25)
        >>> dateline("Genf/Seoul (dpa) - Die Gespräche gehen weiter."), dateline("Talks - no end.")
        (('Genf/Seoul', 'dpa', 18), (None, None, 0))
    """
    opening = paragraph[:_OPENING]
    characters = set(opening)
    for marks, pattern in _DATELINES:
        match = None if characters.isdisjoint(marks) else pattern.match(opening)
        if match and match.end() and not _is_label(match["place"] or ""):
            place = match["place"].rstrip(".") if match["place"] else None
            return place, _agency_name(match["agency"]), match.end()
    return None, None, 0


def _is_label(place: str) -> bool:
    """Whether what is printed like a place is a label, such as UPDATE."""
    return place.split(",")[0].rstrip(".") in _NO_PLACE


def agency(text: str) -> str | None:
    r"""The agency that a text credits in a dateline, a byline or a closing line.

    Args:
        text: an article's body.

    Returns:
        None where an agency is only spoken of.

    Examples:
        >>> agency("BERLIN (Reuters) - The talks went on.")
        'Reuters'
        >>> agency("Wie geht es weiter?\nVon dpa\nNoch ist alles offen.")
        'dpa'
        >>> agency("The minister told Reuters that the talks went on.") is None
        True
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for line in lines[:8]:
        if name := dateline(line)[1]:
            return name
    for line in [*lines[:5], *lines[-5:]]:
        if name := _credited(line):
            return name
    return _noted(text, lines[-5:])


def _credited(line: str) -> str | None:
    """The agency of a byline, or at the end of a paragraph."""
    if credit := _CREDIT_LINE.match(line):
        return _agency_name(credit["agency"])
    credit = _CREDIT_END.search(line)
    if credit and (credit["agency"] or credit["code"] in CANONICAL):
        return _agency_name(credit["agency"] or credit["code"])
    return None


def _noted(text: str, closing: Sequence[str]) -> str | None:
    """The agency of a closing note."""
    if "Reuters" in text and any(map(_REUTERS.match, closing)):
        return "Reuters"
    notes = (line for line in closing if any(word in line for word in _NOTED))
    note = next(filter(None, map(_CREDIT_NOTE.search, notes)), None)
    return _agency_name(note["agency"] or note["part"]) if note else None


def _agency_name(printed: str | None) -> str | None:
    if not printed:
        return None
    return CANONICAL.get(printed) or CANONICAL.get(printed.split("/")[0]) or printed

"""Link lists: headlines of other articles in a row, inside the sentences of press text."""

import re
from collections.abc import Iterator

from press_coverage.cleaning.splices.rules import LABEL, line_around, occurrences
from press_coverage.codebooks.reading import words
from press_coverage.text.edits import Edit

# a headline does not end in these, nor does a new one begin after them
SMALL = frozenset(words("splices", "small_words"))
VERBS = words("splices", "headline_verbs")
CLAUSE = re.compile(rf"\b(?:{'|'.join(words('splices', 'clause_words'))})\b")  # not in headlines
_STARTS = frozenset(words("splices", "sentence_starts"))
_MARKS = '.,;:!?()"“”„«»–—|'
_MARK = re.compile(rf"[\n{_MARKS}]")
_UNMARKED = re.compile(rf"[^\n{_MARKS}]{{70,600}}")
_PAST = re.compile(rf" (?=(?:[a-z]{{2,}}ed|{'|'.join(words('splices', 'past_verbs'))})\b)")
_PIPED = re.compile(
    rf"(?:(?<=[ \n])|^){LABEL}: ?(?P<first>[^\n|]{{4,120}}) \| (?P<rest>[^\n]*)", re.MULTILINE
)
# Mayor Ada B. Doe Ada Beth DoeOne headline Another headline A third headline MORE said ...
_FULL_NAME = re.compile(
    r"""
    (?<!\w) (?:[A-Z][a-z]+(?=[A-Z]))?         # a word may be glued before the name
    (?=                                       # names overlap, so the rest is looked at only
        (?P<name>
            (?P<last>[A-Z][\w'’-]+) (?=[\s,A-Z])           # the surname that the sentence prints,
            (?: ,?[ ](?:Jr|Sr|II|III|IV)\b\.? )? ,?[ ]?
            (?: [(\"“]?[A-Z][\w.'’-]*[)\"”]?,?[ ]          # then the full name: given names,
              | (?:de|la|von|van|der|bin|al|del)[ ] ){0,6}?
            (?P=last)                                      # and the surname again
            (?: ,?[ ](?:Jr\b\.?|Sr\b\.?|II|III|IV) )?
        )
        (?P<glued>[A-Z\d'‘\"“])?              # what follows without a space is a headline
    )
    """,
    re.VERBOSE,
)
_HEADLINE = re.compile(  # how a headline in the present tense begins
    rf"""
    [A-Z] (?<![\w'’-][A-Z])                   # a capital that begins a word
    (?: [\w'’-]+ (?:[ ]and[ ][A-Z][\w'’-]+)? [ ]           # Envoy, or Envoy and Minister,
        (?= [a-z]+(?:s|ed)\b | to[ ] )
        (?: (?P<now> (?:{"|".join(VERBS)}) | to[ ][a-z]{{3,}} )  # leaves, or to leave,
          | (?P<past> [a-z]{{2,}}ed ) )                    # or what may be no headline: landed
      | (?: (?<=W)h(?:y|at|en|ere) | (?<=H)ow ) [ ][\w'’]+ # or Why it, How they
    ) \b
    """,
    re.VERBOSE,
)
_GERMAN_HEADLINE = re.compile(  # kicker, subject, verb: Hafenstreit Lotsen fordern
    r"""
    \b [A-ZÄÖÜ][\wäöüß-]+ [ ] [A-ZÄÖÜ][\wäöüß-]+ [ ]
    (?: und[ ][A-ZÄÖÜ][\wäöüß-]+[ ] )?
    [a-zäöü]{2,}(?:t|en) \b
    """,
    re.VERBOSE,
)
_GERMAN_WORDS = (" der ", " die ", " das ", " den ", " ein", " am ")


def link_lists(text: str) -> list[Edit]:
    """Headlines of other articles, spliced in: after a name, a label, or three or more in a row.

    >>> text = "Jo Roe Jo Ann RoeBridge reopens Ferry late MORE spoke."
    >>> [text[cut.start : cut.end] for cut in link_lists(text)]
    [' Jo Ann RoeBridge reopens Ferry late MORE']
    """
    spans = [*_named_lists(text), *_piped_lists(text)]
    rows = [span for span in _rows(text) if not any(_overlap(span, other) for other in spans)]
    return [Edit(*span, "", "link_list") for span in spans + rows]


def _overlap(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] < span[1] and span[0] < other[1]


def _named_lists(text: str) -> Iterator[tuple[int, int]]:
    """A name, then the full name glued to headlines, then MORE."""
    last = 0
    for more in re.finditer(r"MORE\b(?<![A-Z]MORE)(?! ?[A-Z]{2})", text):
        low = max(last, text.rfind("\n", 0, more.start()) + 1, more.start() - 1200)
        if name := _name_before(text, low, more.end()):
            yield name.end("last"), more.end()
            last = more.end()


def _name_before(text: str, low: int, high: int) -> re.Match[str] | None:
    """The name glued to a headline, else of those that overlap the first the one ending last."""
    names = list(_FULL_NAME.finditer(text, low, high))
    glued = next((name for name in names if name["glued"]), None)
    if glued or not names:
        return glued
    overlapping = (name for name in names if name.start() <= names[0].end("name"))
    return max(overlapping, key=lambda name: name.end("name"))


def _piped_lists(text: str) -> Iterator[tuple[int, int]]:
    """A label, then headlines with bars between them; the last ends where the text goes on."""
    for line in {line_around(text, at) for at in occurrences(text, " | ")}:
        for piped in _PIPED.finditer(text, *line):
            headlines = [piped["first"], *piped["rest"].split(" | ")]
            last = headlines.pop()
            if len(headlines) > 7 or any(len(headline) > 140 for headline in headlines):
                continue
            least = min(len(headline.split()) for headline in headlines)
            stop = _restart(last, least, whole=_after_sentence(text, piped.start()))
            if stop is not None:
                yield piped.start(), piped.end() - len(last) + stop


def _after_sentence(text: str, at: int) -> bool:
    """Whether the sentence before is whole, so that a new one begins here."""
    return text[:at].rstrip(" ")[-1:] in (*'.!?…”"“\n', "")


def _restart(headline: str, least: int, *, whole: bool) -> int | None:
    """Where a headline of `least` or more words ends and the article goes on.

    It goes on with a new sentence where the last one is whole.
    """
    tokens = list(re.finditer(r"\S+", headline))
    for at in range(max(least, 2), min(len(tokens), least + 10)):
        if _parts(tokens[at - 1][0], tokens[at][0], whole=whole):
            return tokens[at - 1].end()
    ends = whole and len(tokens) <= least + 8 and headline[-1:] not in (".", "!")
    return len(headline) if ends else None


def _parts(before: str, word: str, *, whole: bool) -> bool:
    """Whether a headline may end between these two words."""
    if before[-1] in ".!?" and not _numbered(before):
        return True
    if before[-1] in ",:;-–" or before.lower() in SMALL or _numbered(before):
        return False
    return _begins(word) or (not whole and before[0].isupper() and word in SMALL)


def _numbered(word: str) -> bool:
    return word[:-1].isdigit()


def _begins(word: str) -> bool:
    return word[0] in '“"„«' or word[0].isupper()


def _rows(text: str) -> Iterator[tuple[int, int]]:
    """Three and more headlines in a row without a mark between them."""
    for row in _headline_rows(text):
        if _is_list(text, row):
            yield row[0].start(), _end_of_row(text, row)
    if " und " in text and any(word in text for word in _GERMAN_WORDS):
        yield from _german_rows(text)


def _headline_rows(text: str) -> Iterator[list[re.Match[str]]]:
    """Starts of headlines that follow each other closely."""
    row: list[re.Match[str]] = []
    for headline in _HEADLINE.finditer(text):
        if row:
            distance = headline.start() - row[-1].start()
            if distance < 15:
                continue
            if distance > 90 or _MARK.search(text, row[-1].end(), headline.start()):
                yield row
                row = []
        if _may_follow(text, headline) if row else not headline["past"]:
            row.append(headline)
    yield row


def _may_follow(text: str, headline: re.Match[str]) -> bool:
    start = headline.start()
    return text[max(0, start - 40) : start].split()[-1].lower() not in SMALL


def _is_list(text: str, row: list[re.Match[str]]) -> bool:
    """Whether the headlines are three or more, in the present tense, and no clauses."""
    infinitives = [headline["now"].startswith("to ") for headline in row if headline["now"]]
    return (
        len(row) >= 3
        and len(infinitives) >= 2
        and sum(infinitives) < 2
        and not CLAUSE.search(text, row[0].start(), row[-1].start())
    )


def _end_of_row(text: str, row: list[re.Match[str]]) -> int:
    """Where the last headline ends: at a mark, or inside a sentence at its verb in the past."""
    mark = _MARK.search(text, row[-1].end())
    end = mark.start() if mark else len(text)
    third = re.compile(r"(?:\S+ ){3}").match(text, row[-1].start(), end)
    if third is None or _after_sentence(text, row[0].start()):
        return end
    past = _PAST.search(text, third.end() - 1, end)
    return past.start() if past else end


def _german_rows(text: str) -> Iterator[tuple[int, int]]:
    """Three and more German headlines at the start of a stretch, up to a word that starts one."""
    for stretch in _UNMARKED.finditer(text):
        headlines = list(_GERMAN_HEADLINE.finditer(stretch[0]))
        if len(headlines) < 3 or stretch[0][: headlines[0].start()].strip().count(" ") > 2:
            continue
        after = re.compile(r"\S+").finditer(stretch[0], headlines[-1].end())
        start = next((word.start() for word in after if word[0] in _STARTS), None)
        if start is not None:
            yield stretch.start(), stretch.start() + start

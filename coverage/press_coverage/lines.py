"""Lines: which lines of a plain-text scrape are the article, which are furniture, from the text alone.

First version, by rules: prose stands in runs of long lines with an end mark; furniture is short, or says what only
furniture says (subscribe, support us, most read, photo credit). The article is the stretch where prose outweighs the
rest; inside it, lines of furniture are taken out one by one.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

SUPPORT = re.compile(  # asks the reader for money, an address or a click
    r"\b(abonn\w+|abos?\b|newsletter\w*|spende\w*|mitglied(er)?\b|unterstütz\w+|freiwillig\w*|unabhängig\w* journalis\w+|kritisch\w* journalis\w+"
    r"|guter journalis\w+|qualitätsjournalis\w+|leser\w*innen|leserinnen|im monat|pro monat|monatlich|probe(abo|monat)|kostenlos\w*|jetzt \w+en\b"
    r"|paywall|bezahlschranke|anmelde\w*|registrier\w+|posteingang|push-?(nachricht\w*|mitteilung\w*)|app\b|herunterladen|eilmeldung(en)?"
    r"|subscri\w+|sign up|newsletters?|donat\w+|support (our|us|the|independent)\w*|contribut(e|ion)s?|independent journalism|our (journalism|reporting|readers|newsroom)"
    r"|readers like you|member(ship)?s?|per month|a month|free trial|inbox|unlimited access|paywall|log ?in|cancel any ?time|download (the|our)|push alerts?"
    r"|breaking news alerts?|privacy policy|terms of (use|service)|cookies?|datenschutz\w*|nutzungsbedingungen|netiquette|community guidelines)\b",
    re.I,
)
HEADING = re.compile(  # a line that opens a list or a box
    r"^\W*(meist ?(gelesen|kommentiert|geklickt|geteilt)\w*|am meisten gelesen|mehr zum thema|lesen sie (auch|mehr)|mehr (auf|aus|von|lesen)\b|auch interessant|das könnte (sie|dich)"
    r"|weitere (artikel|themen|nachrichten|meldungen)|themen( des tages)?$|empfohlen\w*|anzeige\b|werbung$|kommentare?\b|diskutieren sie|zur startseite|startseite$|teilen$|drucken$"
    r"|aktuelle (nachrichten|meldungen|videos)|neueste|schlagzeilen|top-?themen|eilmeldungen|newsletter"
    r"|most (popular|read|viewed|shared|commented)|trending|popular (now|stories|this week)|read (more|next|also)\b|more (from|on|in|stories|coverage)\b|related\b|recommended|you (may|might) (also )?like"
    r"|advertisement\b|sponsored|promoted|story continues|article continues|continue reading|comments?\b|join the (conversation|discussion)|share (this|on|via)|follow us|editors?.? picks?"
    r"|also in the news|top (stories|news)$|latest (news|stories|headlines)|watch( now)?:|listen( now)?:|don.t miss|in pictures)",
    re.I,
)
CREDIT = re.compile(
    r"^\W*((foto|bild|grafik|video|quelle|image|photo|picture|graphic|file photo|credit|illustration|archivbild|symbolbild)s?\s*(von|by|:|/|credit)"
    r"|©|\(c\)|copyright\b|alle rechte|all rights|von .{3,40}\|)|\b(foto|bild|image|photo|picture|credit)s?\s*: ?[^.!?]{2,60}$"
    r"|all rights reserved|alle rechte vorbehalten|\bnachdruck (nur|verboten|untersagt)|\(c\) \d{4}|© ?\d{4}",
    re.I,
)
META = re.compile(
    r"^\W*((stand|aktualisiert|veröffentlicht|updated|published|posted|last (updated|modified))\b|(?-i:By|Von) (?-i:[A-Z])|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\. \w+ \d{4}|(mon|tues|wednes|thurs|fri|satur|sun)day,? \w+ \d"
    r"|(january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2}, \d{4})",
    re.I,
)
WE = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us|[Ww]ir|[Uu]ns|[Uu]nser\w*)\b")
YOU = re.compile(r"\b[Yy]ou(?:rs?)?\b|\bIhnen\b|\bIhre?[nmrs]?\b|(?<=[\w,] )Sie\b")
QUOTED = re.compile(r"[„“»\"][^„“”»«\"]*[“”«\"]|«[^«»]*»")
END = re.compile(r"[.!?…:][\"“”»«’')\]]*$|[\"“”»«]$")
FINISHED = re.compile(r"[.!?…][\"“”»«’')\]]*$")
LABEL = re.compile(
    r"^\W*(foto|bild|grafik|image|photo|picture|graphic|credit)s?\s*[:/]|©|\(c\)|rights reserved|rechte vorbehalten|nachdruck", re.I
)
BIDS = re.compile(
    r"\W*(sign up|subscribe|support (us|our)|donate|become a|download (the|our)|jetzt|abonnieren sie|unterstützen sie|spenden sie|melden sie sich|laden sie)\b",
    re.I,
)
SENTENCE = re.compile(r"[.!?…][\"“”»«’')]*(\s|$)")


TITLE_WORDS = 30  # a longer first line is no headline

# How often a line left out by each rule is truly no part of the article, on the development pages with gold lines.
RIGHT = {"credit": 0.99, "heading": 0.99, "list": 0.99, "meta": 0.99, "outside": 0.99, "support": 0.97}


class Line(NamedTuple):
    """A line of a scrape: offsets into the scrape, and the verdict with its rule and how often that is right (0 to 1)."""

    start: int
    end: int
    text: str
    keep: bool
    rule: str
    score: float | None


def label(text: str, *, has_title: bool = True, repeated: Collection[str] = ()) -> list[Line]:
    """Every line of a scrape that is not blank, judged; `has_title` says that the first line is the headline.

    The headline gets the rule 'title' and is not kept as body; dates and bylines before it are passed over, and a
    first line of more than `TITLE_WORDS` words is none. `repeated` holds lines known to be furniture, see
    `repeats`; where they make up most of the scrape, it is a copy of another, and they are not held against it.

    >>> scrape = "Talks resume\\nEnvoys of both sides met in the border village on Friday, officials said.\\nMost read"
    >>> [(line.keep, line.rule) for line in label(scrape)]
    [(False, 'title'), (True, 'prose'), (False, 'heading')]
    """
    found = paragraphs(text)
    at = next((i for i, (_, _, line) in enumerate(found) if judge(line)[0] in ("short", "prose")), 0) if has_title else 0
    title = [line for line in found[at : at + 1] if has_title and len(line[2].split()) <= TITLE_WORDS]
    body = [line for line in found if line not in title]
    known = {line for _, _, line in body if line in repeated}
    if sum(map(len, known)) > sum(len(line) for _, _, line in body) / 2:
        known = set()
    judged = [("repeated", 0.0) if line in known else judge(line) for _, _, line in body]
    first, last = _densest([weight for _, weight in judged])
    lines = [Line(s, e, t, False, "title", None) for s, e, t in title]
    in_list = False
    for at, ((start, end, line), (rule, _)) in enumerate(zip(body, judged, strict=True)):
        in_list = rule == "heading" or (in_list and rule == "short")
        inside = first <= at < last or (first == last and not has_title)  # a cell without prose keeps what bears no sign of furniture
        if in_list and rule == "short":
            rule = "list"
        keep = inside and rule in ("prose", "short")
        if not inside and rule in ("prose", "short"):
            rule = "outside"
        lines.append(Line(start, end, line, keep, rule, None if keep else RIGHT.get(rule)))
    return lines


def paragraphs(text: str) -> list[tuple[int, int, str]]:
    """The text's lines that are not blank, with their offsets; where it was wrapped at a width, its paragraphs, joined again.

    >>> wrapped = ("Title\\n\\n" + "The envoys of both sides met in the border village on this\\n" * 5 + "cold Friday, officials said.\\n\\n") * 2
    >>> [len(line) for _, _, line in paragraphs(wrapped)]
    [5, 323, 5, 323]
    """
    found = [(m.start(), m.end(), m[0].strip()) for m in re.finditer(r"[^\n]+", text) if m[0].strip()]
    widest = max((len(line) for _, _, line in found), default=0)
    broken = [len(line) > 0.75 * widest and not END.search(line) for _, _, line in found]
    if not (40 <= widest <= 110 and len(found) >= 6 and sum(broken) > len(found) / 2):
        return found
    joined: list[tuple[int, int, str]] = []
    for at, (start, end, line) in enumerate(found):
        gap = text[found[at - 1][1] : start] if at else "\n\n"
        if gap.count("\n") == 1 and len(found[at - 1][2]) > 0.6 * widest:
            joined[-1] = (joined[-1][0], end, f"{joined[-1][2]} {line}")
        else:
            joined.append((start, end, line))
    return joined


def repeats(scrapes: Iterable[str], *, least: int = 3) -> set[str]:
    """Lines that stand in `least` or more scrapes of one publisher, each with another first line.

    >>> sorted(repeats(["One\\nRead us daily.", "Two\\nRead us daily.", "Three\\nRead us daily.\\nNews."]))
    ['Read us daily.']
    """
    counts: Counter[str] = Counter()
    for pieces in {text.lstrip().split("\n", 1)[0]: text.split("\n") for text in scrapes}.values():
        counts.update({line.strip() for line in pieces if line.strip()})
    return {line for line, count in counts.items() if count >= least}


def judge(line: str) -> tuple[str, float]:
    """The rule that speaks for a line by itself, and its weight: above 0 for prose, below for furniture.

    >>> judge("Photo: pool")[0], judge("Support our journalism with a donation, or subscribe today.")[0]
    ('credit', 'support')
    """
    words = line.split()
    asks = {m[0].lower() for m in SUPPORT.finditer(line)}
    own = QUOTED.sub("", line)
    addressed = bool(WE.search(own) and YOU.search(own))  # the outlet speaks to its reader
    sentence = len(words) >= 8 and bool(FINISHED.search(line))  # only a strong sign speaks against a whole sentence
    if (found := HEADING.search(line)) and len(words) < 40 and (not sentence or line[found.end() : found.end() + 1] == ":"):
        return "heading", -0.85
    if CREDIT.search(line) and len(words) < 60 and (not sentence or LABEL.search(line)):
        return "credit", -0.3
    if META.search(line) and len(words) < 20 and not re.search(r"\w{4}\.$", line):
        return "meta", -0.3
    bids = bool(BIDS.match(line))
    strong = addressed or len(asks) >= 3 or bids or not sentence
    if strong and len(asks) + addressed + bids >= 2 and len(asks) + 2 * addressed >= len(words) / 30:
        return "support", -1.5
    if (len(words) >= 8 and END.search(line)) or (len(words) >= 20 and SENTENCE.search(line)):
        return "prose", min(len(words), 60) / 10 - len(asks) / 2
    if len(words) >= 4 and line.endswith((".", ".“", ".”", '."', ".«", ".»")):
        return "prose", 0.1
    return "short", -0.8


def _densest(weights: list[float]) -> tuple[int, int]:
    """First and last (exclusive) index of the run with the greatest sum (Kadane); (0, 0) when none is above 0."""
    best, run, first, span = 0.0, 0.0, 0, (0, 0)
    for at, weight in enumerate(weights):
        if run <= 0:
            run, first = 0.0, at
        run += weight
        if run > best:
            best, span = run, (first, at + 1)
    return span

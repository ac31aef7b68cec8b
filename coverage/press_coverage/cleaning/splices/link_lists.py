"""Furniture: the patterns of what is spliced into press text, and the lists of other headlines inside its sentences."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Splice(NamedTuple):
    """What to cut: offsets into the text (end exclusive), and the rule that found it."""

    start: int
    end: int
    rule: str


# where a sentence may begin
_B = r"(?:^|(?<=[.!?…”\"“’)\]»] ))"
_LABEL = (
    r"(?:READ(?: MORE| NEXT| ALSO)?|Read(?: (?:[Mm]ore|next|also))?|(?i:related)(?: (?i:stories|story|articles?|content|coverage"
    r"|video))?|MORE|More(?: from [^:\n.]{2,40})?|PHOTOS?|Photos|WATCH|Watch(?: now)?|LISTEN|VIDEO|SEE (?:RELATED|RESULTS)|Flashback"
    r"|VIDEOS|(?i:see also|also read|also see|go deeper|further reading|in (?:photos|pictures)|recommended|don['’]t miss|you may also like)"
    r"|(?i:most (?:read|popular|viewed))(?: in [A-Z]\w+)?|Lesen Sie (?:auch|mehr|hierzu|dazu)|Mehr (?:zum Thema|dazu|lesen)|Siehe auch"
    r"|Auch interessant|Zum Thema|Meistgelesen|Lire aussi|À lire aussi|Lea también|Читайте также|По теме)"
)
_HANDLE = r"(?:(?:on|at) (?:Twitter|Facebook|Instagram|Telegram)\b|@\w)"
_PHOTO = r"(?:AP|Associated Press|Reuters|REUTERS|AFP|Getty(?: Images)?|EPA|Bloomberg|dpa|DPA|Pool|[A-Z][\w.'’-]+ [A-Z][\w.'’-]+)"

# rule, what the text must hold for the pattern to be tried (any of them), pattern
RULES: list[tuple[str, tuple[str, ...], str]] = [
    ("advert", ("ADVERTISEMENT", "ANZEIGE", "WERBUNG"), r"(?<![A-Z])(?<![A-Z]{2} )(?:(?:ADVERTISEMENT|ANZEIGE"
        r"|WERBUNG):? ?)+(?<! )(?![A-Z]| [A-Z]{2})"),
    ("advert", ("Advertisement", "Anzeige", "Werbung", "Реклама", "Publicité", "Publicidad"), r"^\W{0,3}(?:(?:Advertisement|Anzeige"
        r"|Werbung|Реклама|Publicité|Publicidad):? ?)+(?<! )(?=\W{0,3}$| Continue reading)"),
    ("advert", ("Advertisement", "Anzeige"), r"(?<=[.!?”\"“] )(?:Advertisement|Anzeige):?(?= [A-Z“\"„])"),
    ("advert", ("Anzeige", "Werbung", "Advertisement"), r"[–—-] ?(Anzeige|Werbung|Advertisement) ?[–—-](?: \1 [^\n.!?–—-]{3,40} [–—-])"
        r"?|[\[(](?:Anzeige|Werbung|Advertisement)[\])]"),
    ("continues", ("elow", "ELOW"), r"(?:STORY|Story|ARTICLE|Article) (?i:continue[sd]? below)(?i: (?:this )?advertisement)?(?!\w)"
        r"|C(?i:ontinue reading below)(?!\w)"),
    ("continues", ("ontinue", "(MORE)", "-more-", "fortgesetzt", "Lesen Sie"), r"C(?i:ontinue reading) the main story|\(MORE\)"
        r"|^-+ ?more ?-+$|^(?:Der |Dieser )?(?:Artikel|Text) (?:wird|geht) nach der (?:Anzeige|Werbung) (?:fortgesetzt|weiter)\.?$"
        r"|^Lesen Sie nach der (?:Anzeige|Werbung) weiter\.?$|^\(?(?i:continue[sd]? on (?:next )?page)[^\n]{0,20}$"),
    ("read_more", (":",), rf"[(\[] ?(?:{_LABEL}|Also on [A-Z][\w ]{{1,20}}): ?[^()\[\]\n]{{4,200}}(?:\([^()"
        rf"\n]{{1,60}}\)[^()\[\]\n]{{0,100}})?[)\]]"),
    ("read_more", ("(For ", "(To "), r"\((?:For (?:an?|the|more|all|other|full|related) |To (?:see|read"
        r"|view) )[^()\n]{3,160}(?:[Cc]lick|\bsee\b|visit|go to|terminal)[^()\n]{0,100}\)"),
    ("read_more", (":",), rf"^\W{{0,3}}{_LABEL}:(?!\w*//)(?:(?![a-z]{{3}}\. [A-Z]|\(@)[^\n|]){{0,180}}$"),
    ("read_more", ("( ", "(Graphic", "(GRAPHIC", "(See ", "(Read ", "(Get ", "[Watch ", "[Read ", "[See ", "[Sign up "),
        r"^\( [^()\n]{2,60} [^()\n]{2,120}\)$|^\((?:(?i:graphic)|See|Read|Get)\b[^()\n]{5,120}(?<![.!?”\"])\)$"
        r"|^\[(?:Watch|Read|See|Sign up) [^\[\]\n]{5,200}\]$"),
    ("read_more", ("READ", "WATCH", "RELATED", "LISTEN", "SEE ALSO"), rf"{_B}(?:(?:ALSO |NOW |MUST )?(?:READ(?: MORE)?|WATCH|LISTEN"
        rf"|RELATED)|SEE ALSO): (?:https?://\S+(?=\s|$)|(?![^\n]*(?:@\w|https?:|pic\.))[^\n]{{8,200}}(?<![.!”\"])$)"),
    ("read_more", ("ead more", "ead More", "EAD MORE", "eiterlesen", "Related Cov"), r"^(?:(?![.!?…][”\"’]? )[^\n]){10,170}"
        r"(?<![.!…\s,]) (?:Read more|READ MORE|Weiterlesen)$|^[^\n.]{5,90}[?|…] [^\n.]{5,90} Read more$"
        rf"|{_B}(?:Read|READ) (?:more|MORE)(?: here)?[.:…»> ]*$|^Related Coverage [^\n]{{5,200}}(?<!\.)$|^Read (?:More [A-Z][^\n]{{20,400}}"
        r"|more (?:from|of|about|on) (?:(?![.!?] )[^\n]){3,80})$"),
    ("read_more", ("Read ", "See ", "Related ", "click here", "for more "), r"^(?:Read (?:[Tt]he|an?|that|related|[A-Z][^\n.:!?]{2,30}"
        r"[’']s) |See (?:how|the|[Oo]ther) |Related (?=[A-Z\d](?:\S+ ){4}))[^\n.:!?]{3,120}$|^(?:(?:To (?:continue reading|read more)"
        r"|For more) [^\n.!?]{3,150} click here|(?:Go to|Visit) [^\n.!?]{3,60} for more [^\n.!?]{3,40})\.?$"),
    ("call", ("CLICK ", "Click "), r"^\W{0,3}(?:CLICK|Click)(?: HERE| here)? (?:[Tt][Oo]|[Ff][Oo][Rr]|on) [^\n]{3,120}$"
        r"|" + _B + r"CLICK HERE [A-Z ,'’.-]{4,80}(?![a-z])"),
    ("call", ("ollow ", "OLLOW "), rf"^\W{{0,3}}F(?:ollow|OLLOW) (?:@\w+[^\n]{{0,60}}|us [^\n]{{0,80}}"
        rf"|[^\n]{{2,60}}{_HANDLE}[^\n]{{0,60}})$"),
    ("call", ("ollow ",), r"(?<=[.!?”\")] )(?:You can f|F)ollow (?:him|her|them|me|us"
        r"|[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,2}) on (?:Twitter|Facebook|Instagram)[^\n]{0,60}?(?=\s*$| The )"),
    ("call", ("ign up", "ign Up", "IGN UP", "ubscribe", "newsletter", "inbox"), r"^\W{0,3}(?:(?:[A-Z]\w+ ){0,6}(?i:newsletter) )?(?:Wa"
        r"nt [^\n?]{3,60}\? )?(?:Sign up|Sign Up|SIGN UP|Subscribe|SUBSCRIBE)(?! with)[^\n]{0,600}$"
        r"|^[^\n]{0,300}(?:By signing up,? you agree|you're not a robot|delivered (?:daily )?to your inbox|[Ss]ign up here)[^\n]{0,500}$"),
    ("call", ("ewsletter", "odcast"), r"^(?=[^\n]*\b(?i:our|unser\w{0,2}) (?!of )(?:[\w-]+ )?(?:[\w-]+-)?(?i:newsletter|podcast))(?=[^\n]*"
        r"\b(?i:free\b|every [a-z]+day|weekday|kostenlos|jeden [a-z]|sign up|subscribe|abonnier))[^\n]{0,600}$"),
    ("call", ("hare", "HARE"), r"^\W{0,3}(?:Read or )?(?:Share|SHARE) (?:this|THIS) (?:story|STORY|article|ARTICLE)[^\n]{0,160}$"
        r"|(?:LISTEN TO ARTICLE \d+:\d+ )?SHARE THIS ARTICLE Share Tweet Post Email|^Share All sharing options for:[^\n]{0,200}$"
        r"|^(?:Share|Tweet|Email|Print|Copy|Flipboard|WhatsApp|Pinterest)$"),
    ("call", ("Get the ", "Get our ", "GET ", "Download ", "DOWNLOAD ", "Interested in ", "Send tips", "Write to "),
        r"^\W{0,3}(?:Get|GET|Download|DOWNLOAD) (?:the|THE|our|OUR) [^\n.]{2,60}(?i:\bapp\b)[^\n]{0,80}$|^Interested in [^\n?]{3,50}\? Add"
        r" [^\n]{3,300}$|^(?:Send tips|Write) to [^\n]{3,120}@ ?[^\n]{4,160}$"),
    ("call", ("bonnieren", "Jetzt ", "Folgen Sie"), r"^\W{0,3}(?:Abonnieren Sie|Folgen Sie uns|Jetzt (?:kostenlos "
        r"|hier )?(?:anmelden|abonnieren|herunterladen|registrieren))[^\n]{0,200}$"),
    ("bio", ("expressed",), r"^[^\n]{0,700}\b(?:[Tt]he )?(?:views|opinions) expressed (?:in this (?:commentary|article|column|piece"
        r"|op-ed)|by (?:the )?(?:author|columnist|contributor)s?|here|are)\b[^\n]{0,260}$"),
    ("bio", ("witter", "acebook", "nstagram", "@"), rf"^[*•—–⦁ ]*[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){{1,3}},? (?:is|are) (?:an?|the"
        rf"|[A-Z])[^\n]{{5,400}}(?:[Ff]ollow|Twitter|Email|[Rr]each|[Cc]ontact)[^\n]{{0,40}}(?:{_HANDLE}|\w@\w)[^\n]{{0,100}}$"),
    ("bio", ("• ", "— ", "⦁ "), r"^[•—⦁] (?:[A-Z]+ contributor )?[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){1,3},? is [^\n]{0,60}\b(?:editor"
        r"|author|columnist|reporter|correspondent|fellow|professor|director|writer|contributor)\b[^\n]{0,400}$"),
    ("copyright", ("opyright", "OPYRIGHT", "©", "ights reserved", "echte vorbehalten"), r"^\W{0,3}(?:Copyright|COPYRIGHT|©"
        r"|\([cC]\)) ?(?:©|\([cC]\)|\d{4}|by |BY |The )[^\n]{0,300}$|^©[^\n]{0,200}$|(?:©"
        r"|\(c\) )[^\n©.]{3,60}\.? (?:All rights reserved|Alle Rechte vorbehalten)\.?"),
    ("contributors", ("ontribut",), r"^[^\n!?]{2,200} contributed (?:reporting )?(?:to|from) this (?:report|story|article|post"
        r"|column)[^\n]{0,90}$|^Contributing: [^\n]{3,120}$|(?<=[.!?”\"] )(?:The )?(?:Associated Press|Reuters|AFP"
        r"|AP)(?: and (?:the )?[A-Z]\w+(?: [A-Z]\w+)?)? contributed to this (?:report|story|article)\.?(?=[ \t]*$| [A-ZÄÖÜ“\"„«‘])"),
    ("contributors", ("ssistance by", "eporting by", "diting by", "wire service", "Post wires", "Material "), r"^\W{0,3}(?:With assist"
        r"ance (?:by|from) [^\n]{3,160}|With \w+ wires|(?:Additional r|R)eporting by [^\n]{3,300}|(?:Writing|Editing) by [^\n]{3,160}"
        r"|This article is based \w+ \w+ \w+ wire service reports\.?|Mit Material (?:von|der) [^\n]{2,60})$"
        r"|(?<=[.!?”\"“] )\((?:Additional r|R)eporting by [^()\n]{3,300}\)"),
    ("credit", ("Image copyright", "his image", "oggle caption", "Image caption", "Hide caption"), r"^(?:Enlarge this image|Hide caption"
        r"|toggle caption|Image copyright|Image caption)\b[^\n]{0,400}$"),
    ("credit", ("hoto", "HOTO", "Image", "image", "icture", "Foto", "Bild", "otograph", "FILE"), rf"^FILE (?:PHOTO: |[-–—] )[^\n]{{5,500}}$"
        rf"|^(?:[^\n.!?]|[.!?](?! ?[“\"])){{10,400}} ?(?:\((?:{_PHOTO} )?[Pp]hotos?(?:: ?|/)[^()\n]{{2,60}}\)"
        rf"|\((?:{_PHOTO} ?(?:[Pp]hoto|[Ii]mage|[Pp]icture)|Getty Images)[^()\n]{{0,60}}\)|(?:Photo(?:graph(?:er)?)?|PHOTOGRAPH|Foto"
        rf"|Bild): [^\n.:]{{3,60}})$"),
    ("credit", ("hoto", "HOTO", "Foto", "Bild", "Image"), rf"\((?:{_PHOTO} )?(?:[Pp]hotos?|Photograph|Foto|Bild"
        rf"|Image): ?[^()\n]{{2,70}}\)|\((?:{_PHOTO} [Pp]hotos?/)[^()\n]{{2,60}}\)|^(?:Photo|Foto|Bild|Image|Photographer"
        rf"|Grafik): [^\n.]{{2,80}}$"),
    ("credit", ("CLOSE ",), r"^CLOSE (?=[^\n]{20})[A-Z“\"‘'](?=[^\n]*[a-z])[^\n]{0,600}$"),
    ("player", ("Listen · ", "Play Video ", "Copy this code to"), r"^[^\n]{0,400}\b(?:Listen · \d+:\d\d(?: \d+:\d\d)?"
        r"|Copy this code to (?:your )?(?:site|website|page|blog)(?: or (?:site|website|page|blog))?)$|^Play Video \d+:\d\d [^\n]{5,200}$"),
    ("credit", ("Hide Caption ",), r"^(?:JUST WATCHED |Story highlights )?Photos?: [^\n]*$"),
    ("credit", ("REUTERS/", "Getty Images", "| AP", "| REUTERS", "| Getty"), r"^[^\n]{10,450} (?:REUTERS/ ?[A-Z][^\n.]{2,60}"
        r"|(?:[A-Z][\w.'’-]+ ){1,3}?[A-Z][\w.'’-]+/(?:AFP/)?Getty Images(?:, FILE)?|via Getty Images)$|^[^\n"
        r"|]{10,350} \| (?:AP Photos?|REUTERS|Reuters|Getty(?: Images)?)(?![\w/,])"),
    ("credit", ("lideshow (", "mage 1 of", "mage 2 of", "mage 3 of"), r"^(?:Slideshow \(\d+ [Ii]mages?\)|(?:prev"
        r"|next) Image \d+ of \d+[^\n]{0,300})$"),
    ("player", ("layback", "avascript", "avaScript", "our browser", "MUST WATCH", "[pullquote]", "oading..."), r"^Media playback is (?"
        r":un|not )supported[^\n]{0,300}$|^[^\n]{0,400}(?<![.!?]) ?Replay More Videos \.\.\. MUST WATCH[^\n]{0,100}$|(?:^"
        r"|(?<= ))Please (?:enable|turn on|activate) Java[Ss]cript[^\n.]{0,60}\.?|^Please upgrade your browser[^\n]{0,200}$"
        r"|^Your browser does not support[^\n]{0,80}$|\[pullquote\]|^Loading\.\.\.$|^Video Player is loading\.?$"),
    ("notice", ("his article is more than", "Link Copied", "MORE VIDEOS"), r"^(?:This article is more than \d+ (?:year"
        r"|month)s? old\s?)+$|^Link Copied$"),
]  # fmt: skip
_PIPED = re.compile(
    rf"(?:(?<=[ \n])|^){_LABEL}: ?(?P<first>[^\n|]{{4,120}}) \| (?P<rest>[^\n]*)", re.M
)

# President Ada B. Person Ada Beth PersonOne headline Another headline A third headline MORE said ...
_FULL_NAME = re.compile(  # overlapping, so in a lookahead
    r"(?<!\w)(?:[A-Z][a-z]+(?=[A-Z]))?(?=(?P<name>(?P<last>[A-Z][\w'’-]+)(?=[\s,A-Z])(?:,? (?:Jr|Sr|II|III|IV)\b\.?)?,? ?"
    r"(?:[(\"“]?[A-Z][\w.'’-]*[)\"”]?,? |(?:de|la|von|van|der|bin|al|del) ){0,6}?(?P=last)(?:,? (?:Jr\b\.?|Sr\b\.?|II|III"
    r"|IV))?)(?P<glued>[A-Z\d'‘\"“])?)"
)
SMALL = frozenset(  # a headline does not end in these, nor does a new one begin after them
    "a an the of in on at by to for from with as and or but nor than that which who whom whose this these those its his her their our "
    "my your when where while if because before after since until although though whether how why what not no is are was were be been "
    "has have had will would could should may might can said says told over under into about against between among through during "
    "without within says former new some many most all both any each der die das den dem dieser diese dieses diesen diesem des ein "
    "eine einen einem einer eines und oder aber dass wenn weil als wie in im an am auf aus bei mit nach von vom zu zum zur für über "
    "unter vor um gegen ohne".split()
)
_STARTS = frozenset(
    "The A An In On At He She It They We But And That This Der Die Das Ein Eine Einem Einen Im Am Nach Mit Auf".split()
)
_STARTS |= frozenset("Bei Zu Für Er Sie Es Doch Zuvor".split())
_MARK = re.compile(r"[\n.,;:!?()\"“”„«»–—|]")
VERBS = (  # of headlines
    "accuses adds admits announces apologizes arrives asks attacks backs bans blames blasts blocks calls cancels claims confirms courts "
    "cuts defends demands denies drops ends expels faces fires gets gives halts hints hits holds hosts joins keeps launches leads "
    "leaves lists loses makes meets moves names offers opens orders pardons plans pledges praises promises pulls pushes quits raises "
    "rejects releases resigns returns reveals rips rules says seeks seizes sends shows signs slams starts steps stops suspends takes "
    "targets tells testifies threatens throws tries unveils urges visits vows waits walks wants warns wins withdraws"
).split()
_HEADLINE = re.compile(  # how a headline in the present tense begins
    rf"[A-Z](?<![\w'’-][A-Z])(?:[\w'’-]+(?: and [A-Z][\w'’-]+)? (?=[a-z]+(?:s|ed)\b|to )(?:(?P<now>(?:{'|'.join(VERBS)})|to [a-z]{{3,}})"
    r"|(?P<past>[a-z]{2,}ed))|(?:(?<=W)h(?:y|at|en|ere)|(?<=H)ow) [\w'’]+)\b"
)
CLAUSE = re.compile(  # not in headlines
    r"\b(?:that|which|who|whose|said|say|was|were|is|are|had|has|have|because|when|while|but|than|since|if|it|he|she|they|we|you|I)\b"
)
_KICKERS = re.compile(
    r"\b[A-ZÄÖÜ][\wäöüß-]+ (?P<name>[A-ZÄÖÜ][\wäöüß-]+) (?:und [A-ZÄÖÜ][\wäöüß-]+ )?[a-zäöü]{2,}(?:t|en)\b"
)
_PAST = re.compile(
    r" (?=(?:[a-z]{2,}ed|said|told|left|met|took|gave|made|went|came|was|were|had|spoke|wrote|held|sent|saw|found|began|would|could)\b)"
)


def link_lists(text: str) -> list[Splice]:
    """Headlines of other articles, spliced in: after a name, after a label, or three and more in a row.

    >>> [text[m.start : m.end] for text in ["Jo Roe Jo Ann RoeBridge reopens Ferry late MORE spoke."] for m in link_lists(text)]
    [' Jo Ann RoeBridge reopens Ferry late MORE']
    """
    found = [*_named_lists(text), *_piped_lists(text)]
    return found + [
        run
        for run in _run_on_lists(text)
        if not any(f.start < run.end and run.start < f.end for f in found)
    ]


def lines_with(text: str, words: Iterable[str]) -> set[tuple[int, int]]:
    """Offsets of the lines that hold one of the words."""
    spans = set()
    for word in words:
        at = text.find(word)
        while at >= 0:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            spans.add((text.rfind("\n", 0, at) + 1, end))
            at = text.find(word, end)
    return spans


def _named_lists(text: str) -> Iterator[Splice]:
    """A name, then the full name glued to headlines, then MORE."""
    last = 0
    for mark in re.finditer(r"MORE\b(?<![A-Z]MORE)(?! ?[A-Z]{2})", text):
        low = max(last, text.rfind("\n", 0, mark.start()) + 1, mark.start() - 1200)
        names = list(_FULL_NAME.finditer(text, low, mark.end()))
        name = next((n for n in names if n["glued"]), None)
        if (
            names and not name
        ):  # of the names that overlap the first, the one that ends last: the surname
            name = max(
                (n for n in names if n.start() <= names[0].end("name")), key=lambda n: n.end("name")
            )
        if name:
            yield Splice(name.end("last"), mark.end(), "link_list")
            last = mark.end()


def _piped_lists(text: str) -> Iterator[Splice]:
    """A label, then headlines with bars between them; the last ends where the sentence or the next one goes on."""
    for m in (m for span in lines_with(text, [" | "]) for m in _PIPED.finditer(text, *span)):
        items = [m["first"], *m["rest"].split(" | ")]
        if len(items) > 8 or any(len(item) > 140 for item in items[:-1]):
            continue
        least = min(len(item.split()) for item in items[:-1])
        stop = _restart(
            items[-1], least, whole=text[: m.start()].rstrip(" ")[-1:] in (*'.!?…”"“\n', "")
        )
        if stop is not None:
            yield Splice(m.start(), m.end() - len(items[-1]) + stop, "link_list")


def _restart(headline: str, least: int, *, whole: bool) -> int | None:
    """Where a headline of `least` or more words ends and the article goes on: with a new sentence, where the last one is whole."""
    words = list(re.finditer(r"\S+", headline))
    for at in range(max(least, 2), min(len(words), least + 10)):
        before, word = words[at - 1][0], words[at][0]
        if before[-1] in ".!?" and not before[:-1].isdigit():
            return words[at - 1].end()
        if before.lower() in SMALL or before[-1] in ",:;-–" or before[:-1].isdigit():
            continue
        if (
            word[0] in '“"„«'
            or word[0].isupper()
            or (not whole and before[0].isupper() and word in SMALL)
        ):
            return words[at - 1].end()
    return (
        len(headline)
        if whole and len(words) <= least + 8 and headline[-1:] not in (".", "!")
        else None
    )


def _run_on_lists(text: str) -> Iterator[Splice]:
    """Three or more headlines in a row without a mark between them."""
    run: list[re.Match[str]] = []
    for m in [*_HEADLINE.finditer(text), None]:
        if m and run and m.start() - run[-1].start() < 15:
            continue
        if run and (
            m is None
            or m.start() - run[-1].start() > 90
            or _MARK.search(text, run[-1].end(), m.start())
        ):
            now = [h["now"].startswith("to ") for h in run if h["now"]]
            if (
                len(run) >= 3
                and len(now) >= 2
                and sum(now) < 2
                and not CLAUSE.search(text, run[0].start(), run[-1].start())
            ):
                yield Splice(run[0].start(), _end_of_run(text, run), "link_list")
            run = []
        if m and (
            not m["past"]
            if not run
            else text[max(0, m.start() - 40) : m.start()].split()[-1].lower() not in SMALL
        ):
            run.append(m)
    if " und " in text and any(
        word in text for word in (" der ", " die ", " das ", " den ", " ein", " am ")
    ):
        for stretch in re.finditer(r"[^\n.,;:!?()\"“”„«»–—|]{70,600}", text):
            kickers = list(_KICKERS.finditer(stretch[0]))
            after = stretch[0][kickers[-1].end() :] if len(kickers) >= 3 else ""
            first = next((m for m in re.finditer(r"\S+", after) if m[0] in _STARTS), None)
            if first and stretch[0][: kickers[0].start()].strip().count(" ") <= 2:
                yield Splice(
                    stretch.start(),
                    stretch.start() + kickers[-1].end() + first.start(),
                    "link_list",
                )


def _end_of_run(text: str, run: list[re.Match[str]]) -> int:
    """Where the last headline ends: at a mark, or in the middle of a sentence at its verb in the past tense."""
    mark = _MARK.search(text, run[-1].end())
    end = mark.start() if mark else len(text)
    third = re.compile(r"(?:\S+ ){3}").match(text, run[-1].start(), end)
    whole = text[: run[0].start()].rstrip(" ")[-1:] in (*'.!?…”"“\n', "")
    past = _PAST.search(text, third.end() - 1, end) if third and not whole else None
    return past.start() if past else end

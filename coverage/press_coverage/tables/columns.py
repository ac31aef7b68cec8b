"""Columns: what every table of the project has in it, with types, meanings and remedies."""

from typing import NamedTuple

import pandera.pandas as pa

UTC = "datetime64[us, UTC]"
KINDS = ("person", "country", "government", "metonym", "institution")
FORMS = ("direct", "indirect", "reported", "free_indirect", "indirect_free_indirect")
MOODS = ("indicative", "subjunctive_1", "subjunctive_2")
STEPS = ("load", "clean", "dedupe", "annotate")
ACTIONS = ("read", "partly_read", "not_read", "dropped", "repaired", "filled", "empty")
COPIES = ("identical", "edited", "cut", "expanded", "agency_rewrite")
FORMATS = ("html", "text", "table")
PLOVER = tuple(
    "AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION".split()
)
PLOVER += ("MOBILIZE", "COERCE", "ASSAULT")
_QUADS = {
    "verbal_cooperation": 4,
    "material_cooperation": 3,
    "verbal_conflict": 4,
    "material_conflict": 5,
}
QUADS = dict(
    zip(PLOVER, (quad for quad, count in _QUADS.items() for _ in range(count)), strict=True)
)
POLICY = tuple(
    "Capacity_and_resources Crime_and_punishment Cultural_identity Economic External_regulation_and_reputation Fairness_and_equality"
    " Health_and_safety Legality_Constitutionality_and_jurisprudence Morality Policy_prescription_and_evaluation Political"
    " Public_opinion Quality_of_life Security_and_defense".split()
)


class Column(NamedTuple):
    """A column: `required` ones must be in the table, `nullable` ones may have gaps."""

    name: str
    dtype: str
    meaning: str
    remedy: str
    required: bool = False
    nullable: bool = True
    check: pa.Check | None = None


class Note(NamedTuple):
    """A row of the ledger on a piece of an article, by the columns below that it fills."""

    action: str
    reason: str
    rule: str
    score: float | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None
    new: str | None = None


_LANGUAGE = pa.Check.str_matches(r"^[a-z]{2}$")
_COUNTRY = pa.Check.str_matches(r"^[A-Z]{2}$")
_NONEMPTY = pa.Check.str_length(min_value=1)
_SHARE = pa.Check.in_range(0, 1)
_DOC = Column(
    "doc_id",
    "str",
    "the article's id, unique in a corpus",
    "give every article an id of its own",
    True,
    False,
    _NONEMPTY,
)
_START = Column(
    "start",
    "int64",
    "first character of the span in the cleaned body",
    "count from 0",
    True,
    False,
    pa.Check.ge(0),
)
END = Column(
    "end",
    "int64",
    "the character after the span",
    "end lies behind start",
    True,
    False,
    pa.Check.ge(1),
)


def _choice(name: str, meaning: str, values: tuple[str, ...], *, required: bool = True) -> Column:
    return Column(
        name,
        "str",
        meaning,
        "use one of: " + ", ".join(values),
        required,
        not required,
        pa.Check.isin(values),
    )


_PLACE = "give the span's character offsets, or leave both empty"
_COUNTRY_REMEDY = "use the two capital letters of ISO 3166 (KP, US, RU)"

TABLES: dict[str, tuple[Column, ...]] = {
    "articles": (
        _DOC,
        Column("publisher", "str", "the outlet's name", "give the outlet's name as text"),
        Column("country", "str", "the outlet's country, ISO 3166", _COUNTRY_REMEDY, check=_COUNTRY),
        Column(
            "language",
            "str",
            "language of the body, ISO 639-1",
            "use two small letters (de, en)",
            check=_LANGUAGE,
        ),
        Column(
            "title",
            "str",
            "the headline, with its kicker where the page prints one in the same line",
            "give text",
        ),
        Column("lead", "str", "the standfirst; it is the body's first paragraph, too", "give text"),
        Column(
            "body",
            "str",
            "the article's paragraphs, one a line; empty until cleaned, for pages",
            "give text",
        ),
        Column("authors", "str", "names as printed, separated by '; '", "give text"),
        Column(
            "publishing_date",
            UTC,
            "its time in UTC; midnight if the day alone is known",
            "use ISO 8601: 2018-05-31T16:42+02:00",
        ),
        Column(
            "time_zone",
            "str",
            "what to add to it for the outlet's own time",
            "use +02:00",
            check=pa.Check.str_matches(r"^[+-]\d\d:\d\d$"),
        ),
        Column(
            "dateline",
            "str",
            "where it says that it was written, as printed; it stays in the body, too",
            "give text",
        ),
        Column("agency", "str", "the news agency that it credits", "give text"),
        Column("section", "str", "the outlet's own section", "give text"),
        Column("url", "str", "canonical address", "give text"),
        Column(
            "length",
            "Int64",
            "words, as an export declares them",
            "give a whole number",
            check=pa.Check.ge(0),
        ),
        Column(
            "retrieved",
            UTC,
            "when the copy was made, in UTC",
            "use ISO 8601: 2018-05-31T16:42+02:00",
        ),
        Column("source_file", "str", "file it came from, relative to what was loaded", "give text"),
        Column(
            "sha256",
            "str",
            "hash of what was found: the file's bytes, or the row's text",
            "64 hexadecimal digits",
        ),
        Column(
            "dup_group",
            "str",
            "doc_id of the earliest article of the same text; empty until deduplicated",
            "give text",
        ),
        _choice(
            "dup_kind",
            "what became of the earliest article in this one; empty for the earliest",
            COPIES,
            required=False,
        ),
        Column(
            "dup_share",
            "float64",
            "share of the words that stand in the earliest",
            "give a number from 0 to 1",
            check=_SHARE,
        ),
        Column(
            "story",
            "str",
            "doc_id of the earliest article on the same event; empty until `stories`",
            "give text",
        ),
        _choice("format", "what it was found as", FORMATS, required=False),
        Column(
            "raw",
            "str",
            "the page's source, the scrape or the cell, as found; not for sharing",
            "give text",
        ),
    ),
    "ledger": (
        _choice("step", "the verb that wrote the row", STEPS),
        _choice("action", "what became of the file or the piece of text", ACTIONS),
        Column(
            "reason",
            "str",
            "why, in words, with the remedy where there is one",
            "say why",
            True,
            False,
            _NONEMPTY,
        ),
        Column(
            "rule",
            "str",
            "short name of the rule that decided",
            "name the rule",
            True,
            False,
            _NONEMPTY,
        ),
        Column(
            "score",
            "float64",
            "how sure a model is of it, 0 to 1; empty for rules",
            "give a number from 0 to 1",
            check=_SHARE,
        ),
        Column("doc_id", "str", "the article, where there is one", "give text"),
        Column("source_file", "str", "the file, relative to what was loaded", "give text"),
        Column(
            "declared",
            "Int64",
            "articles that a file says it holds, where it does",
            "count from 0",
            check=pa.Check.ge(0),
        ),
        Column(
            "parsed",
            "Int64",
            "articles that were read from the file",
            "count from 0",
            check=pa.Check.ge(0),
        ),
        Column(
            "row",
            "Int64",
            "row of a table as a spreadsheet counts it: the header is 1",
            "count from 1",
            check=pa.Check.ge(1),
        ),
        Column(
            "start",
            "Int64",
            "first character of the piece in `raw`; for pages see `explain`",
            _PLACE,
            check=pa.Check.ge(0),
        ),
        Column("end", "Int64", "the character after the piece", _PLACE, check=pa.Check.ge(0)),
        Column("text", "str", "the piece itself; not for sharing", "give text"),
        Column("new", "str", "what stands in its place; empty where nothing does", "give text"),
    ),
    "mentions": (
        _DOC,
        _START,
        END,
        Column(
            "actor_id",
            "str",
            "the codebook's id of an actor who is named (for offices alone see roles)",
            "use an id of the actors codebook",
            True,
            False,
            _NONEMPTY,
        ),
        _choice(
            "kind",
            "what kind of name it is; a metonym is a capital or a house, place or government",
            KINDS,
        ),
        Column(
            "country",
            "str",
            "the actor's country, ISO 3166; empty for international bodies",
            _COUNTRY_REMEDY,
            check=_COUNTRY,
        ),
    ),
    "roles": (
        _DOC,
        _START,
        END,
        Column(
            "office",
            "str",
            "an office that stands for who holds it, no name beside it",
            "use an office of offices.csv",
            True,
            False,
            _NONEMPTY,
        ),
        Column(
            "country",
            "str",
            "the office's country, ISO 3166; empty where not known, and for the UN",
            _COUNTRY_REMEDY,
            check=_COUNTRY,
        ),
        Column(
            "actor_id",
            "str",
            "who is meant, where that is certain; may be an actor of offices.csv alone",
            "give an id, or leave empty",
        ),
        _choice(
            "resolved",
            "by the term of office on the day of publishing, or because the article names its holder",
            ("date", "named"),
            required=False,
        ),
    ),
    "quotes": (
        _DOC,
        _START,
        END,
        _choice("form", "how the words are given", FORMS),
        _choice("mood", "mood of the content's finite verb", MOODS, required=False),
        Column(
            "cue_start", "Int64", "first character of the word that marks the quotation", _PLACE
        ),
        Column("cue_end", "Int64", "the character after the cue", _PLACE),
        Column("source_start", "Int64", "first character of the speaker's name", _PLACE),
        Column("source_end", "Int64", "the character after the speaker's name", _PLACE),
        Column(
            "actor_id",
            "str",
            "the speaker, where the codebooks know who is named, or who holds the office named",
            "give an id, or leave empty",
        ),
        Column(
            "country", "str", "the speaker's country, ISO 3166", _COUNTRY_REMEDY, check=_COUNTRY
        ),
    ),
    "frames": (
        _DOC,
        _START,
        END,
        Column(
            "frame",
            "str",
            "the codebook's frame",
            "use a frame of the frames codebook",
            True,
            False,
            _NONEMPTY,
        ),
        Column(
            "term",
            "str",
            "the codebook's term that was found, by its first form",
            "give the term",
            True,
            False,
            _NONEMPTY,
        ),
        Column(
            "voice",
            "str",
            "'outlet', the quoted actor's id, or 'unknown' for a quoted speaker not identified; empty where no quotations are looked for",
            "give text, or leave empty",
            True,
        ),
        Column(
            "negated",
            "bool",
            "whether a word of negation stands right before the term",
            "True or False",
            True,
            False,
        ),
    ),
    "events": (
        _DOC,
        _START,
        END,
        Column("source_actor", "str", "who acts", "use an id of the actors codebook", True, False),
        _choice("category", "PLOVER's category of the act", PLOVER),
        Column(
            "target_actor",
            "str",
            "on whom; empty where the act has no such side",
            "use an id of the actors codebook",
            True,
        ),
        _choice("quad", "PLOVER's quad class: said or done, with or against", tuple(_QUADS)),
        Column("negated", "bool", "the text says it does not happen", "True or False", True, False),
        Column(
            "hypothetical",
            "bool",
            "announced, demanded or possible, not done",
            "True or False",
            True,
            False,
        ),
    ),
    "policy_frames": (
        _DOC,
        _choice("frame", "policy frame, by its name in the Media Frames codebook", POLICY),
        Column(
            "probability",
            "float64",
            "how likely the article takes the frame, 0 to 1",
            "a number from 0 to 1",
            True,
            False,
            _SHARE,
        ),
        Column(
            "present",
            "bool",
            "whether the article counts as taking it",
            "True or False",
            True,
            False,
        ),
    ),
    "cleaning": (
        _DOC,
        _choice("action", "what became of the pieces", ACTIONS),
        Column(
            "rule",
            "str",
            "short name of the rule that decided",
            "name the rule",
            True,
            False,
            _NONEMPTY,
        ),
        Column(
            "pieces",
            "int64",
            "pieces of the article that the rule took",
            "count from 1",
            True,
            False,
            pa.Check.ge(1),
        ),
        Column(
            "characters",
            "int64",
            "characters of these pieces, as found",
            "count from 0",
            True,
            False,
            pa.Check.ge(0),
        ),
    ),
    "counts": (
        _DOC,
        _choice("table", "which table is counted", ("mentions", "frames")),
        Column(
            "code",
            "str",
            "the actor_id or frame",
            "give a code of the codebook",
            True,
            False,
            _NONEMPTY,
        ),
        Column(
            "before",
            "int64",
            "how often it stands in the text as found",
            "count from 0",
            True,
            False,
            pa.Check.ge(0),
        ),
        Column(
            "after",
            "int64",
            "how often it stands in the cleaned body",
            "count from 0",
            True,
            False,
            pa.Check.ge(0),
        ),
    ),
    "terms": (
        Column(
            "frame",
            "str",
            "the codebook's frame",
            "use a frame of the frames codebook",
            True,
            False,
            _NONEMPTY,
        ),
        Column(
            "language",
            "str",
            "in which articles the term was looked for, ISO 639-1",
            "two letters",
            True,
            False,
            _NONEMPTY,
        ),
        Column(
            "term",
            "str",
            "the term as the codebook writes it, with its forms in brackets",
            "give the term",
            True,
            False,
            _NONEMPTY,
        ),
    ),
}

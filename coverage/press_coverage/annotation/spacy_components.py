"""The steps as components of a spaCy pipeline, all made by one factory.

`press_actors`, `press_roles`, `press_quotes`, `press_frames` and `press_events` each set an
extension of the document, such as `doc._.press_mentions` (exact offsets), and a group of
`doc.spans`, such as `doc.spans["actors"]` (whole tokens). `doc._.press_title` and
`doc._.press_date` help where they are set before.

In the `config` of `add_pipe`, `prefix` names the extensions that are read and written, `spans` the
group, and with `parsed` true a component reads the sentences and persons found before it.
"""

from collections.abc import Callable, Iterable
from functools import cache

from press_coverage.annotation.steps import STEPS, TABLES, Step, context, steps
from press_coverage.tables.extras import missing_extra

try:
    import spacy
    from spacy.language import Language
    from spacy.tokens import Doc, Span
    from spacy.util import filter_spans
except ImportError as error:
    raise missing_extra("pipeline", "spacy", error) from error

PREFIX = "press"
_PLAIN = {"ko": "spacy.Tokenizer.v1"}  # spaCy's own tokenizer for Korean needs a further library


@cache
def pipeline(language: str) -> Language:
    """A blank spaCy pipeline with the package's components, for your own use, too.

    It has those that the language has a codebook for.

    Args:
        language: two letters.

    Returns:
        The pipeline, the same for each call.

    Examples:
        >>> pipeline("de").pipe_names
        ['press_actors', 'press_roles', 'press_quotes', 'press_frames', 'press_events']
        >>> pipeline("ko").pipe_names
        ['press_actors']
    """
    plain = {"nlp": {"tokenizer": {"@tokenizers": _PLAIN[language]}}} if language in _PLAIN else {}
    nlp = spacy.blank(language, config=plain)
    nlp.max_length = 2**31 - 1  # nothing here needs memory beyond the tokens
    for step in steps(language):
        nlp.add_pipe(step.component)
    return nlp


def _register(step: Step) -> None:
    """Make a component of a step."""
    group = step.component.removeprefix(f"{PREFIX}_")

    @Language.factory(
        step.component,
        default_config={"prefix": PREFIX, "spans": group, "parsed": False},
        requires=[f"doc._.{PREFIX}_{name}" for name in step.reads if name in TABLES],
        assigns=[f"doc._.{PREFIX}_{step.table}"],
    )
    def make_component(
        nlp: Language, name: str, prefix: str, spans: str, parsed: bool
    ) -> Callable[[Doc], Doc]:
        _extend(prefix)

        def component(doc: Doc) -> Doc:
            known = {table: doc._.get(f"{prefix}_{table}") for table in TABLES}
            title, day = doc._.get(f"{prefix}_title"), doc._.get(f"{prefix}_date")
            known |= context(title, day, doc if parsed else None)
            found = step.spans(doc.text, str(nlp.lang), known)
            doc._.set(f"{prefix}_{step.table}", found)
            doc.spans[spans] = as_spans(
                doc, [(span.start, span.end, getattr(span, step.label)) for span in found]
            )
            return doc

        return component


def _extend(prefix: str) -> None:
    """Declare the extensions of documents, once for each prefix."""
    if not Doc.has_extension(f"{prefix}_title"):
        Doc.set_extension(f"{prefix}_title", default="")
        Doc.set_extension(f"{prefix}_date", default=None)
        for table in TABLES:
            Doc.set_extension(f"{prefix}_{table}", default=())


def as_spans(doc: Doc, labelled: Iterable[tuple[int, int, str]]) -> list[Span]:
    """Character spans as token spans, widened to whole tokens, none overlapping: for display."""
    spans = [doc.char_span(a, b, label, alignment_mode="expand") for a, b, label in labelled]
    return filter_spans(span for span in spans if span is not None)


_extend(PREFIX)
for _step in STEPS:
    _register(_step)

"""Documents: the text of a file's bytes, whatever their encoding, and of Word, RTF and HTML files, one paragraph a line."""

import codecs
import io
import re
import zipfile

import charset_normalizer
import docx
import lxml.html
from docx.document import Document
from docx.table import Table, _Cell
from striprtf.striprtf import rtf_to_text

from press_coverage.loading.streams import UnreadableError

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BLOCKS = set(
    "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table td th tr ul".split()
)


def text_of(data: bytes, kind: str) -> str:
    """The text of a 'docx', 'rtf' or 'html' file, one paragraph or table cell a line; line breaks are lines, too.

    Raises UnreadableError for a damaged file, an old .doc, and one that asks for a password.

    >>> text_of(b"{\\\\rtf1\\\\ansi Pj\\\\'f6ngjang\\\\par Wei\\\\'dfes Haus}", "rtf").split("\\n")
    ['Pjöngjang', 'Weißes Haus']
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError(
            "an old Word file, or one with a password; save it as DOCX without a password",
            "password",
        )
    if kind == "docx":
        try:
            return "\n".join(_paragraphs(docx.Document(io.BytesIO(data))))
        except (
            AttributeError,
            KeyError,
            ValueError,
            zipfile.BadZipFile,
            OSError,
            SyntaxError,
        ) as problem:
            raise UnreadableError(
                f"the Word file is damaged ({problem}); export it again", "docx"
            ) from None
    if kind == "rtf":
        text = str(rtf_to_text(decode(data)[0], encoding="cp1252", errors="replace"))  # type: ignore[no-untyped-call]
        return text.encode("utf-16", "surrogatepass").decode(
            "utf-16", "replace"
        )  # it gives emoji as two halves
    return _of_html(decode(data)[0])


def _paragraphs(holder: Document | _Cell) -> list[str]:
    lines: list[str] = []
    for item in holder.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                cells = {id(cell._tc): cell for cell in row.cells}  # a merged cell stands once
                lines += [line for cell in cells.values() for line in _paragraphs(cell)]
        else:
            lines += item.text.split("\n")
    return lines


def _of_html(text: str) -> str:
    text = re.sub(r"^\s*<\?xml[^>]*>", "", text)  # lxml refuses a declared encoding in text
    try:
        tree = lxml.html.fromstring(text, parser=lxml.html.HTMLParser(huge_tree=False))
    except (lxml.etree.ParserError, ValueError):
        return ""
    parts: list[str] = []
    for event, node in lxml.etree.iterwalk(tree, events=("start", "end")):
        named = isinstance(node.tag, str)
        if named and node.tag in _BLOCKS:
            parts.append("\n")
        if event == "start" and named and node.tag not in ("script", "style", "title"):
            parts.append(_spaced(node.text))
        elif event == "end":
            parts.append(_spaced(node.tail))
    return re.sub(r"[ \t]*\n\s*", "\n", "".join(parts)).strip()


def _spaced(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def decode(data: bytes) -> tuple[str, str | None]:
    """The text of a file, and what had to be mended: None, or a sentence.

    The byte order mark decides. Then bytes that are UTF-8 are taken for it, whatever the page declares: other text
    hardly ever is by chance, and tools that save pages convert them without a word. Then the declared charset counts,
    then the likeliest other encoding; a few broken bytes in UTF-8 become U+FFFD.

    >>> decode("<meta charset=utf-8>Pjöngjang, Weißes Haus".encode("latin-1"))
    ('<meta charset=utf-8>Pjöngjang, Weißes Haus', 'declared as utf-8, but its bytes are cp1252')
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), None
    found = _CHARSET.search(data[:2048])
    declared = codec(found[1].decode("ascii")) if found else None
    said = f"declared as {found[1].decode('ascii').lower()}" if found else "expected utf-8"
    plain = data.isascii()
    for charset in (declared, "utf-8") if plain else ("utf-8", declared):
        try:
            text = data.decode(charset or "ascii")
        except UnicodeError:
            continue
        return (
            text,
            None
            if charset == declared or plain or not found
            else f"{said}, but its bytes are {charset}",
        )
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if sum(c > "\x7f" for c in text) > 4 * broken:
        return text, f"{said}, but {broken} bytes do not fit and were replaced by U+FFFD"
    guess = None
    if sum(b > 127 for b in data) > len(data) / 10:  # not the Latin alphabet
        guess = charset_normalizer.from_bytes(data[:100_000]).best()
    other = guess.encoding if guess else "cp1252"
    return data.decode(other, errors="replace"), f"{said}, but its bytes are {other}"


def codec(charset: str) -> str | None:
    """Python's name for a declared charset, read as browsers do; None where there is no such text encoding.

    >>> codec("ISO-8859-1"), codec("utf8"), codec("none-such")
    ('cp1252', 'utf-8', None)
    """
    try:
        "".encode(charset)  # LookupError, too, for what is a codec but no charset, such as rot13
    except (LookupError, UnicodeError):
        return None
    name = codecs.lookup(charset).name
    return "cp1252" if name in ("iso8859-1", "ascii") else name

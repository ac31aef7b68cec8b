"""Documents: the text of Word, RTF and HTML files, and of bytes in whatever encoding."""

import codecs
import contextlib
import io
import re
import zipfile
from collections.abc import Iterator

import charset_normalizer
import docx
from docx.document import Document
from docx.table import Table, _Cell
from striprtf.striprtf import rtf_to_text

from press_coverage.loading.streams import OLE, UnreadableError
from press_coverage.text.html import lines_of
from press_coverage.text.words import whole_characters

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DAMAGE = (AttributeError, KeyError, ValueError, zipfile.BadZipFile, OSError, SyntaxError)


def text_of(data: bytes, kind: str) -> str:
    r"""The text of a 'docx', 'rtf' or 'html' file, one paragraph, table cell or broken line a line.

    Raises UnreadableError for a damaged file, an old .doc, and one that asks for a password.

    >>> text_of(b"{\\rtf1\\ansi Pj\\'f6ngjang\\par Wei\\'dfes Haus}", "rtf").split("\n")
    ['Pjöngjang', 'Weißes Haus']
    """
    if data.startswith(OLE):
        reason = "an old Word file, or one with a password; save it as DOCX without a password"
        raise UnreadableError(reason, "password")
    if kind == "docx":
        return _of_word(data)
    text = decode(data)[0]
    if kind == "html":
        return lines_of(text)
    plain = rtf_to_text(text, encoding="cp1252", errors="replace")  # type: ignore[no-untyped-call]
    return whole_characters(str(plain))  # it gives emoji as two halves


def _of_word(data: bytes) -> str:
    try:
        return "\n".join(_paragraphs(docx.Document(io.BytesIO(data))))
    except _DAMAGE as problem:
        reason = f"the Word file is damaged ({problem}); export it again"
        raise UnreadableError(reason, "docx") from None


def _paragraphs(holder: Document | _Cell) -> Iterator[str]:
    for item in holder.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                # a merged cell is listed for each column that it covers
                for cell in {id(cell._tc): cell for cell in row.cells}.values():
                    yield from _paragraphs(cell)
        else:
            yield from item.text.split("\n")


def decode(data: bytes) -> tuple[str, str | None]:
    """The text of a file, and what had to be mended: None, or a sentence.

    The byte order mark decides. Then bytes that are UTF-8 are taken for it, whatever the page
    declares: other text hardly ever is by chance, and tools that save pages convert them without a
    word. Then the declared charset counts, then the likeliest other encoding; a few broken bytes
    in UTF-8 become U+FFFD.

    >>> decode("<meta charset=utf-8>Pjöngjang, Weißes Haus".encode("latin-1"))
    ('<meta charset=utf-8>Pjöngjang, Weißes Haus', 'declared as utf-8, but its bytes are cp1252')
    """
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), None
    label = _label(data)
    declared = codec(label)
    expected = f"declared as {label}" if label else "expected utf-8"
    plain = data.isascii()
    for charset in (declared, "utf-8") if plain else ("utf-8", declared):
        with contextlib.suppress(UnicodeError):
            text = data.decode(charset or "ascii")
            fits = plain or not label or charset == declared
            return text, None if fits else f"{expected}, but its bytes are {charset}"
    return _mended(data, expected)


def _label(data: bytes) -> str:
    """The charset that a page declares, as printed; "" for none."""
    declared = _CHARSET.search(data[:2048])
    return declared[1].decode("ascii").lower() if declared else ""


def _mended(data: bytes, expected: str) -> tuple[str, str]:
    """The text of bytes that are neither UTF-8 nor what they declare, and what was done."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if sum(char > "\x7f" for char in text) > 4 * broken:
        return text, f"{expected}, but {broken} bytes do not fit and were replaced by U+FFFD"
    guess = None
    if sum(byte > 127 for byte in data) > len(data) / 10:  # not the Latin alphabet
        guess = charset_normalizer.from_bytes(data[:100_000]).best()
    likeliest = guess.encoding if guess else "cp1252"
    text = data.decode(likeliest, errors="replace")
    return text, f"{expected}, but its bytes are {likeliest}"


def codec(charset: str) -> str | None:
    """Python's name for a declared charset, read as browsers do; None where it knows none.

    >>> codec("ISO-8859-1"), codec("utf8"), codec("none-such")
    ('cp1252', 'utf-8', None)
    """
    try:
        "".encode(charset)  # LookupError, too, for a codec that is no charset, such as rot13
    except (LookupError, UnicodeError):
        return None
    name = codecs.lookup(charset).name
    return "cp1252" if name in ("iso8859-1", "ascii") else name

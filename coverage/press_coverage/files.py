"""Files: what lies in a folder or an archive, by name and bytes; nothing is ever unpacked to disk."""

import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

MAX_PAGE = 20_000_000  # bytes; a longer page is an archive or a mistake, and extractors need far more memory than that
MAX_WHOLE = 500_000_000  # bytes of a compressed file once unpacked; a larger one is read where it is a table without compression
MAX_RATIO = 200  # unpacked to packed; text packs 3 to 15 times, a bomb 1,000 times

_SAVED_WITH = re.compile(r"(.+)([_.]files|-Dateien|_fichiers|_archivos|-filer|_bestanden)$")  # what browsers put beside a page


class UnreadableError(Exception):
    """A file that cannot be read; the message says why and what to do."""

    def __init__(self, reason: str, rule: str) -> None:
        super().__init__(reason)
        self.rule = rule


Unpacked = tuple[bytes, str | None]


class File(NamedTuple):
    """A file or a member of an archive: its name below what was loaded, the folder it lies in, and how to get its bytes.

    `size` is the number of bytes it takes. `read` gives its bytes, unpacked, and None or a sentence on what is missing of
    them; it raises UnreadableError or OSError.
    """

    name: str
    folder: str | None
    size: int
    read: Callable[[], Unpacked]


def files(root: Path) -> Iterator[File]:
    """The files of a folder, or the one file, in order; hidden ones are left out, and the members of ZIP archives put in.

    A link that leaves the folder is not followed: its `read` raises UnreadableError, as does that of a broken archive, and
    of the folder of pictures and styles that a browser saved beside a page.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "b.txt").write_text("b"), Path(folder, "a.txt").write_text("a")
    ...     [(file.name, file.read()[0]) for file in files(Path(folder))]
    [('a.txt', b'a'), ('b.txt', b'b')]
    """
    if root.is_file():
        yield from _opened(root, _plain(root.name), None)
        return
    for folder, folders, names in os.walk(root):  # does not follow links to folders
        here = Path(folder)
        inside = None if here == root else here.name
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for beside in [f for f in folders if (page := _SAVED_WITH.match(f)) and {f"{page[1]}.html", f"{page[1]}.htm"} & set(names)]:
            folders.remove(beside)
            reason = "pictures and styles saved with the page beside it; they hold no article"
            yield _bad((here / beside).relative_to(root).as_posix(), UnreadableError(reason, "assets"))
        links = [f for f in folders if (here / f).is_symlink()]
        for name in sorted([n for n in names if not n.startswith(".")] + links):
            path = here / name
            shown = _plain(path.relative_to(root).as_posix())
            if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
                yield _bad(shown, UnreadableError("the link leaves the folder; copy the file into the folder to have it read", "link"))
            elif path.is_dir():
                yield _bad(shown, UnreadableError("the link leads to a folder that is read already", "link"))
            else:
                yield from _opened(path, shown, inside)


def _plain(name: str) -> str:
    return name.encode("utf-8", "replace").decode()  # names of old archives may be no UTF-8


def _bad(name: str, problem: Exception) -> File:
    def read() -> Unpacked:
        raise problem

    return File(name, None, 0, read)


def _opened(path: Path, name: str, folder: str | None) -> Iterator[File]:
    try:
        with path.open("rb") as opened:
            head = opened.read(4)
        size = path.stat().st_size
    except OSError as problem:
        yield _bad(name, problem)
        return
    if head == b"PK\x03\x04":
        yield from _members(path, name, size)
    elif head[:2] == b"\x1f\x8b":
        yield File(name, folder, size, lambda: _gunzip(path.read_bytes()))
    else:
        yield File(name, folder, size, lambda: (path.read_bytes(), None))


def _members(source: Path | io.BytesIO, name: str, size: int, depth: int = 0) -> Iterator[File]:
    """The files of a ZIP archive; one that is a document itself (DOCX, XLSX) stays whole. Archives in archives are opened once."""
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        yield _bad(name, UnreadableError(f"the ZIP archive is damaged ({problem}); fetch or export it again", "zip"))
        return
    with archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
        if any(m.filename in ("[Content_Types].xml", "mimetype") for m in members):  # an office document
            whole = sum(m.file_size for m in members)
            if whole > MAX_WHOLE or (whole > 10_000_000 and whole > MAX_RATIO * size):
                yield _bad(name, _bomb(whole))
                return
            data = source.read_bytes() if isinstance(source, Path) else source.getvalue()
            yield File(name, None, size, lambda: (data, None))
            return
        for member in members:
            inner = Path(member.filename.replace("\\", "/"))
            parts = [part for part in inner.parts if part not in ("..", "/")]  # names that climb stay below the archive
            if not parts or parts[-1].startswith("."):
                continue
            shown = _plain("/".join([name, *parts]))
            folder = parts[-2] if len(parts) > 1 else None
            unpacked = _member(archive, member)
            try:
                nested = member.filename.lower().endswith((".zip", ".docx", ".xlsx", ".ods")) and depth < 2
                if nested and (data := unpacked()[0]).startswith(b"PK\x03\x04"):
                    yield from _members(io.BytesIO(data), shown, member.compress_size, depth + 1)
                    continue
            except UnreadableError as problem:
                yield _bad(shown, problem)
                continue
            yield File(shown, folder, member.compress_size, unpacked)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], Unpacked]:
    def read() -> Unpacked:
        if member.flag_bits & 1:
            raise UnreadableError("the archive asks for a password; unpack it and load the files", "password")
        try:
            with archive.open(member) as packed:
                data, problem = _bounded(packed, member.compress_size)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as damage:
            raise UnreadableError(f"this file is damaged in its archive ({damage}); fetch or export it again", "zip") from None
        if not data.startswith(b"\x1f\x8b"):
            return data, problem
        data, inner = _gunzip(data)
        return data, problem or inner

    return read


def _gunzip(data: bytes) -> Unpacked:
    """The members of a gzip file up to where it is damaged; gzip.open would keep the last block before that to itself."""
    parts: list[bytes] = []
    whole, rest, problem = 0, data, ""
    while rest and not problem:
        member = zlib.decompressobj(wbits=31)
        try:
            while rest and not member.eof:
                parts.append(member.decompress(rest, 1 << 20))
                rest = member.unconsumed_tail
                whole += len(parts[-1])
                _check(whole, len(data))
            problem = "" if member.eof else "it ends too early"
            rest = member.unused_data.lstrip(b"\0")
        except zlib.error as damage:
            problem = str(damage)
    return _kept(parts, "gzip", problem)


def _kept(parts: list[bytes], what: str, problem: str) -> Unpacked:
    if not problem:
        return b"".join(parts), None
    said = f"the {what} file is damaged ({problem}); fetch it again"
    if not any(parts):
        raise UnreadableError(said, what)
    return b"".join(parts), f"{said}; what lies before the damage was read"


def _bounded(packed: IO[bytes], size: int) -> Unpacked:
    parts: list[bytes] = []
    problem = ""
    try:
        while part := packed.read(1 << 16):
            parts.append(part)
            _check(sum(map(len, parts)) if len(parts) % 16 == 0 else 0, size)
    except (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile) as damage:
        problem = str(damage)
    return _kept(parts, "zip", problem)


def _check(whole: int, size: int) -> None:
    """Stop where far more comes out than text packs to."""
    if whole > MAX_WHOLE or (whole > 10_000_000 and whole > MAX_RATIO * size):
        raise _bomb(whole)


def _bomb(whole: int) -> UnreadableError:
    return UnreadableError(f"it unpacks to {whole / 1e6:.0f} MB and more; unpack it yourself if it is what it should be", "size")

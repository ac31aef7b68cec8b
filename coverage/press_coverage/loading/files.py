"""Files: what a folder or an archive holds, by name and bytes; nothing is ever unpacked to disk."""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

from press_coverage.codebooks.reading import pattern
from press_coverage.loading.streams import (
    BLOCK,
    GZIP,
    MAX_RATIO,
    MAX_WHOLE,
    SMALL,
    ZIP,
    DamagedError,
    UnreadableError,
    bomb,
    checked,
    good,
    inflated,
    is_bomb,
    whole,
)
from press_coverage.text.words import whole_characters

_BESIDE_PAGE = pattern("loading", "beside_page")
_OFFICE = ("[Content_Types].xml", "mimetype")  # members that make an archive a document
_NESTED = (".zip", ".docx", ".xlsx", ".ods")
_HEADER = struct.Struct("<6x2H8xI4x2H")  # flags, method, packed size, length of name and of extra


class File(NamedTuple):
    """A file or a member of an archive: its name below what was loaded, and how to get its bytes.

    `folder` is the folder that holds it, `size` the number of bytes it takes, and `path` its place
    on disk, if it is there by itself and unpacked. `blocks` gives its bytes, unpacked, a block at a
    time; it raises UnreadableError, DamagedError or OSError.
    """

    name: str
    folder: str | None
    size: int
    blocks: Callable[[], Iterator[bytes]]
    path: Path | None = None

    def read(self) -> tuple[bytes, str | None]:
        """All bytes, and None or what is missing of them; raises UnreadableError or OSError."""
        damage: list[str] = []
        data = whole(good(self.blocks(), damage))
        if damage and not data:
            raise UnreadableError(damage[0], "damaged")
        return data, damage[0] if damage else None


def files(root: Path) -> Iterator[File]:
    """The files of a folder, or the one file, in order, with the members of ZIP archives.

    Hidden files are left out. A link that leaves the folder is not followed: its `read` raises
    UnreadableError, as does that of a broken archive, and of the folder of pictures and styles that
    a browser saved beside a page.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "b.txt").write_text("b"), Path(folder, "a.txt").write_text("a")
    ...     [(file.name, file.read()[0]) for file in files(Path(folder))]
    [('a.txt', b'a'), ('b.txt', b'b')]
    """
    if root.is_file():
        yield from _opened(root, whole_characters(root.name), None)
        return
    for folder, folders, names in os.walk(root):  # does not follow links to folders
        here = Path(folder)
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for assets in [f for f in folders if _is_beside_page(f, names)]:
            folders.remove(assets)
            reason = "pictures and styles saved with the page beside it; they hold no article"
            yield _unreadable((here / assets).relative_to(root).as_posix(), reason, "assets")
        links = [f for f in folders if (here / f).is_symlink()]
        for name in sorted([n for n in names if not n.startswith(".")] + links):
            yield from _in_folder(here / name, root)


def _is_beside_page(folder: str, names: list[str]) -> bool:
    """Whether a browser made the folder when it saved a page."""
    ending = _BESIDE_PAGE.search(folder)
    page = folder[: ending.start()] if ending else ""
    return bool(page) and (f"{page}.html" in names or f"{page}.htm" in names)


def _in_folder(path: Path, root: Path) -> Iterator[File]:
    name = whole_characters(path.relative_to(root).as_posix())
    if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
        reason = "the link leaves the folder; copy the file into the folder to have it read"
        yield _unreadable(name, reason, "link")
    elif path.is_dir():
        yield _unreadable(name, "the link leads to a folder that is read already", "link")
    else:
        yield from _opened(path, name, None if path.parent == root else path.parent.name)


def _unreadable(name: str, reason: str, rule: str) -> File:
    return _failing(name, UnreadableError(reason, rule))


def _failing(name: str, problem: Exception) -> File:
    def blocks() -> Iterator[bytes]:
        raise problem

    return File(name, None, 0, blocks)


def _opened(path: Path, name: str, folder: str | None) -> Iterator[File]:
    try:
        with path.open("rb") as opened:
            head = opened.read(4)
        size = path.stat().st_size
    except OSError as problem:
        yield _failing(name, problem)
        return
    if head == ZIP:
        yield from _members(path, name, size)
    elif head.startswith(GZIP):
        yield File(name, folder, size, lambda: checked(inflated(_on_disk(path)), size))
    else:
        yield File(name, folder, size, lambda: _on_disk(path), path)


def _on_disk(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        yield from _blocks(opened)


def _blocks(opened: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: opened.read(BLOCK), b"")


def _members(source: Path | io.BytesIO, name: str, size: int, depth: int = 0) -> Iterator[File]:
    """The files of a ZIP archive, also of those in it; a document (DOCX, XLSX) stays whole."""
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        reason = f"the ZIP archive is damaged ({problem}); what is whole in it is read, fetch or"
        yield _unreadable(name, f"{reason} export it again", "zip")
        yield from _salvaged(_bytes(source) if size < MAX_WHOLE else b"", name, depth)
        return
    with archive:
        members = [
            member
            for member in archive.infolist()
            if not member.is_dir() and not member.filename.startswith("__MACOSX/")
        ]
        if any(member.filename in _OFFICE for member in members):
            yield _document(source, name, size, sum(member.file_size for member in members))
            return
        # as in a folder, its own files come before those of its folders
        for member in sorted(members, key=lambda member: len(_parts(member.filename))):
            yield from _in_archive(archive, member, name, depth)


def _bytes(source: Path | io.BytesIO) -> bytes:
    return source.read_bytes() if isinstance(source, Path) else source.getvalue()


def _document(source: Path | io.BytesIO, name: str, size: int, unpacked: int) -> File:
    if unpacked > MAX_WHOLE or is_bomb(unpacked, size):
        return _failing(name, bomb(unpacked))
    return _held(name, _bytes(source), size)


def _held(name: str, data: bytes, size: int) -> File:
    return File(name, None, size, lambda: iter([data]))


def _in_archive(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, depth: int
) -> Iterator[File]:
    parts, size = _parts(member.filename), member.compress_size
    if not parts or parts[-1].startswith("."):
        return
    name = whole_characters("/".join([name, *parts]))
    folder = parts[-2] if len(parts) > 1 else None
    file = File(name, folder, size, partial(_member, archive, member))
    if depth < 2 and member.filename.lower().endswith(_NESTED):
        try:
            data = file.read()[0]
        except UnreadableError as problem:
            yield _failing(name, problem)
            return
        if data.startswith(ZIP):
            yield from _members(io.BytesIO(data), name, size, depth + 1)
            return
    yield file


def _parts(name: str) -> list[str]:
    """The folders and the name of a member; names that climb stay below the archive."""
    return [part for part in Path(name.replace("\\", "/")).parts if part not in ("..", "/")]


def _salvaged(data: bytes, name: str, depth: int) -> Iterator[File]:
    """The members that are whole in an archive whose list of contents, at its end, is lost."""
    for member, unpacked in _whole_members(data):
        inner = whole_characters("/".join([name, *_parts(member)]))
        if unpacked.startswith(ZIP) and depth < 2:
            yield from _members(io.BytesIO(unpacked), inner, len(unpacked), depth + 1)
        else:
            yield _held(inner, unpacked, len(unpacked))


def _whole_members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of members, one behind the other, up to the first that is not whole.

    Source: .ZIP File Format Specification (APPNOTE), local file header.
    """
    at = data.find(ZIP)
    while 0 <= at <= len(data) - _HEADER.size:
        flags, method, packed, named, extra = _HEADER.unpack_from(data, at)
        start = at + _HEADER.size + named
        encoding = "utf-8" if flags & 0x800 else "cp437"
        name = data[at + _HEADER.size : start].decode(encoding, "replace")
        start += extra
        if flags & 1 or method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return
        stored = data[start : start + packed], start + packed
        unpacked, end = _deflated(data, start) if method else stored
        if end > len(data):
            return
        if not name.endswith("/") and not Path(name).name.startswith("."):
            yield name, unpacked
        at = data.find(ZIP, end)


def _deflated(data: bytes, start: int) -> tuple[bytes, int]:
    """What is packed from `start` on, and its end; beyond the data for damage or a bomb."""
    member, parts, at = zlib.decompressobj(wbits=-15), list[bytes](), start
    size = 0
    try:
        while not member.eof and at < len(data) and size <= SMALL + MAX_RATIO * (at - start):
            # of a bomb no more than 64 MB at a time
            parts.append(member.decompress(data[at : at + 65536]))
            size += len(parts[-1])
            at = min(at + 65536, len(data))
    except zlib.error:
        return b"", len(data) + 1
    return b"".join(parts), at - len(member.unused_data) if member.eof else len(data) + 1


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    if member.flag_bits & 1:
        reason = "the archive asks for a password; unpack it and load the files"
        raise UnreadableError(reason, "password")
    blocks = _unzipped(archive, member)
    first = next(blocks, b"")
    blocks = chain([first], blocks)
    yield from checked(inflated(blocks) if first.startswith(GZIP) else blocks, member.compress_size)


_DAMAGE = (
    zipfile.BadZipFile,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    zlib.error,
)


def _unzipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as packed:
            yield from _blocks(packed)
    except _DAMAGE as damage:
        reason = f"this file is damaged in its archive ({damage}); fetch or export it again"
        raise DamagedError(reason, "zip") from None

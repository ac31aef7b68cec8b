"""Files: what a folder or an archive holds, by name and bytes; nothing is ever unpacked to disk."""

import io
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from press_coverage.codebooks.reading import pattern
from press_coverage.loading import streams
from press_coverage.loading.streams import GZIP, ZIP, DamagedError, UnreadableError, checked
from press_coverage.text.words import whole_characters

_BESIDE_PAGE = pattern("loading", "beside_page")
_OFFICE = {"[Content_Types].xml", "mimetype"}  # members that make an archive a document
_DAMAGE = (BadZipFile, OSError, EOFError, ValueError, RuntimeError, zlib.error)
_NESTED = (".zip", ".docx", ".xlsx", ".ods")
_HEADER = struct.Struct("<6x2H8xI4x2H")  # flags, method, packed size, length of name and of extra


class File(NamedTuple):
    """A file or a member of an archive: its name below what was loaded, and how to get its bytes.

    `folder` is the folder that holds it, and `path` its place on disk, if it is there by itself and
    unpacked. `blocks` gives its bytes, unpacked, a block at a time; it raises UnreadableError,
    DamagedError or OSError.
    """

    name: str
    folder: str | None
    blocks: Callable[[], Iterator[bytes]]
    path: Path | None = None

    def read(self) -> bytes:
        """All bytes up to the first damage; raises UnreadableError or OSError."""
        damage: list[str] = []
        data = streams.whole(streams.good(self.blocks(), damage))
        if damage and not data:
            raise UnreadableError(damage[0], "damaged")
        return data


def files(root: Path) -> Iterator[File]:
    """The files of a folder, or the one file, in order, with the members of ZIP archives.

    Hidden files are left out. A link that leaves the folder is not followed: its `read` raises
    UnreadableError, as does that of a broken archive, and of the folder of pictures and styles that
    a browser saved beside a page.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "b.txt").write_text("b"), Path(folder, "a.txt").write_text("a")
    ...     [(file.name, file.read()) for file in files(Path(folder))]
    [('a.txt', b'a'), ('b.txt', b'b')]
    """
    if root.is_file():
        yield from _opened(root, whole_characters(root.name), None)
        return
    for folder, folders, names in os.walk(root):  # does not follow links to folders
        here = Path(folder)
        folders[:] = sorted(_visible(folders))
        for assets in [f for f in folders if _is_beside_page(f, names)]:
            folders.remove(assets)
            reason = "pictures and styles saved with the page beside it; they hold no article"
            yield _unreadable((here / assets).relative_to(root).as_posix(), reason, "assets")
        links = [f for f in folders if (here / f).is_symlink()]
        for name in sorted(_visible(names) + links):
            yield from _in_folder(here / name, root)


def _visible(names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith(".")]


def _is_beside_page(folder: str, names: list[str]) -> bool:
    """Whether a browser made the folder when it saved a page."""
    page = _BESIDE_PAGE.sub("", folder)
    return page != folder and not {f"{page}.html", f"{page}.htm"}.isdisjoint(names)


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

    return File(name, None, blocks)


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
        yield File(name, folder, lambda: checked(streams.inflated(_on_disk(path)), size))
    else:
        yield File(name, folder, lambda: _on_disk(path), path)


def _on_disk(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        yield from streams.read(opened)


def _members(source: Path | io.BytesIO, name: str, size: int, depth: int = 0) -> Iterator[File]:
    """The files of a ZIP archive, also of those in it; a document (DOCX, XLSX) stays whole."""
    try:
        archive = ZipFile(source)
    except (BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        reason = f"the ZIP archive is damaged ({problem}); what is whole in it is read, fetch or"
        yield _unreadable(name, f"{reason} export it again", "zip")
        yield from _salvaged(_bytes(source) if size < streams.MAX_WHOLE else b"", name, depth)
        return
    with archive:
        members = [m for m in archive.infolist() if not m.filename.startswith("__MACOSX/")]
        if not _OFFICE.isdisjoint(archive.namelist()):
            yield _document(source, name, size, sum(member.file_size for member in members))
            return
        # as in a folder, its own files come before those of its folders
        for member in sorted(members, key=lambda member: len(_parts(member.filename))):
            yield from _in_archive(archive, member, name, depth)


def _bytes(source: Path | io.BytesIO) -> bytes:
    return source.read_bytes() if isinstance(source, Path) else source.getvalue()


def _document(source: Path | io.BytesIO, name: str, size: int, unpacked: int) -> File:
    if unpacked > streams.MAX_WHOLE or streams.is_bomb(unpacked, size):
        return _failing(name, streams.bomb(unpacked))
    return _held(name, _bytes(source))


def _held(name: str, data: bytes) -> File:
    return File(name, None, lambda: iter([data]))


def _in_archive(archive: ZipFile, member: ZipInfo, name: str, depth: int) -> Iterator[File]:
    parts, size = _parts(member.filename), member.compress_size
    if member.is_dir() or not parts or parts[-1].startswith("."):
        return
    name = whole_characters("/".join([name, *parts]))
    folder = parts[-2] if len(parts) > 1 else None
    file = File(name, folder, partial(_member, archive, member))
    if not member.filename.lower().endswith(_NESTED) or depth == 2:
        yield file
        return
    try:
        yield from _perhaps_archive(file, file.read(), size, depth)
    except UnreadableError as problem:
        yield _failing(name, problem)


def _perhaps_archive(file: File, data: bytes, size: int, depth: int) -> Iterator[File]:
    """The file, or the files in it where it is an archive; archives in archives are opened once."""
    if data.startswith(ZIP) and depth < 2:
        yield from _members(io.BytesIO(data), file.name, size, depth + 1)
    else:
        yield file


def _parts(name: str) -> list[str]:
    """The folders and the name of a member; names that climb stay below the archive."""
    return [part for part in Path(name.replace("\\", "/")).parts if part not in ("..", "/")]


def _salvaged(data: bytes, name: str, depth: int) -> Iterator[File]:
    """The members that are whole in an archive whose list of contents, at its end, is lost."""
    for member, unpacked in _whole_members(data):
        inner = whole_characters("/".join([name, *_parts(member)]))
        yield from _perhaps_archive(_held(inner, unpacked), unpacked, len(unpacked), depth)


def _whole_members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of members, one behind the other, up to the first that is not whole.

    Source: .ZIP File Format Specification (APPNOTE), local file header.
    """
    at = data.find(ZIP)
    while 0 <= at <= len(data) - _HEADER.size:
        flags, method, packed, named, extra = _HEADER.unpack_from(data, at)
        at += _HEADER.size
        start, encoding = at + named + extra, "utf-8" if flags & 0x800 else "cp437"
        name = data[at : at + named].decode(encoding, "replace")
        stored = data[start : start + packed], start + packed
        unpacked, end = _deflated(data, start) if method else stored
        if flags & 1 or method not in (ZIP_STORED, ZIP_DEFLATED) or end > len(data):
            return
        if not name.endswith("/") and not Path(name).name.startswith("."):
            yield name, unpacked
        at = data.find(ZIP, end)


def _deflated(data: bytes, start: int) -> tuple[bytes, int]:
    """What is packed from `start` on, and its end; beyond the data for damage or a bomb."""
    member, unpacked, at, beyond = zlib.decompressobj(wbits=-15), bytearray(), start, len(data) + 1
    most = streams.SMALL
    try:
        while not member.eof and at < len(data) and len(unpacked) <= most:
            # of a bomb no more than 64 MB at a time
            unpacked += member.decompress(data[at : at + 65536])
            at = min(at + 65536, len(data))
            most = streams.SMALL + streams.MAX_RATIO * (at - start)
    except zlib.error:
        return b"", beyond
    return bytes(unpacked), at - len(member.unused_data) if member.eof else beyond


def _member(archive: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    if member.flag_bits & 1:
        reason = "the archive asks for a password; unpack it and load the files"
        raise UnreadableError(reason, "password")
    blocks = _unzipped(archive, member)
    first = next(blocks, b"")
    blocks = chain([first], blocks)
    blocks = streams.inflated(blocks) if first.startswith(GZIP) else blocks
    yield from checked(blocks, member.compress_size)


def _unzipped(archive: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as packed:
            yield from streams.read(packed)
    except _DAMAGE as damage:
        reason = f"this file is damaged in its archive ({damage}); fetch or export it again"
        raise DamagedError(reason, "zip") from None

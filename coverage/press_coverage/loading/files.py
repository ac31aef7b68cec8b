"""Files: what lies in a folder or an archive, by name and bytes; nothing is ever unpacked to disk."""

import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from press_coverage.loading.streams import (
    BLOCK,
    MAX_RATIO,
    MAX_WHOLE,
    DamagedError,
    UnreadableError,
    bomb,
    checked,
    good,
    inflated,
    whole,
)

_SAVED_WITH = re.compile(
    r"(.+)([_.]files|-Dateien|_fichiers|_archivos|-filer|_bestanden)$"
)  # what browsers put beside a page


class File(NamedTuple):
    """A file or a member of an archive: its name below what was loaded, the folder it lies in, and how to get its bytes.

    `size` is the number of bytes it takes; `path` is where it lies on disk, if it stands there by itself and unpacked.
    `blocks` gives its bytes, unpacked, a block at a time; it raises UnreadableError, DamagedError or OSError.
    """

    name: str
    folder: str | None
    size: int
    blocks: Callable[[], Iterator[bytes]]
    path: Path | None = None

    def read(self) -> tuple[bytes, str | None]:
        """All bytes, and None or a sentence on what is missing of them; raises UnreadableError or OSError."""
        damage: list[str] = []
        data = whole(good(self.blocks(), damage))
        if damage and not data:
            raise UnreadableError(damage[0], "damaged")
        return data, damage[0] if damage else None


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
        for beside in [
            f
            for f in folders
            if (page := _SAVED_WITH.match(f)) and {f"{page[1]}.html", f"{page[1]}.htm"} & set(names)
        ]:
            folders.remove(beside)
            reason = "pictures and styles saved with the page beside it; they hold no article"
            yield _bad(
                (here / beside).relative_to(root).as_posix(), UnreadableError(reason, "assets")
            )
        links = [f for f in folders if (here / f).is_symlink()]
        for name in sorted([n for n in names if not n.startswith(".")] + links):
            path = here / name
            shown = _plain(path.relative_to(root).as_posix())
            if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
                yield _bad(
                    shown,
                    UnreadableError(
                        "the link leaves the folder; copy the file into the folder to have it read",
                        "link",
                    ),
                )
            elif path.is_dir():
                yield _bad(
                    shown,
                    UnreadableError("the link leads to a folder that is read already", "link"),
                )
            else:
                yield from _opened(path, shown, inside)


def _plain(name: str) -> str:
    return name.encode("utf-8", "replace").decode()  # names of old archives may be no UTF-8


def _bad(name: str, problem: Exception) -> File:
    def blocks() -> Iterator[bytes]:
        raise problem

    return File(name, None, 0, blocks)


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
        yield File(name, folder, size, lambda: checked(inflated(_blocks(path)), size))
    else:
        yield File(name, folder, size, lambda: _blocks(path), path)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while block := opened.read(BLOCK):
            yield block


def _members(source: Path | io.BytesIO, name: str, size: int, depth: int = 0) -> Iterator[File]:
    """The files of a ZIP archive; one that is a document itself (DOCX, XLSX) stays whole. Archives in archives are opened once."""
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        yield _bad(
            name,
            UnreadableError(
                f"the ZIP archive is damaged ({problem}); what is whole in it is read, fetch or export it again",
                "zip",
            ),
        )
        data = (
            source.getvalue()
            if isinstance(source, io.BytesIO)
            else source.read_bytes()
            if size < MAX_WHOLE
            else b""
        )
        for inner, unpacked in _salvaged(data):
            shown = _plain("/".join([name, *_parts(inner)]))
            if unpacked.startswith(b"PK\x03\x04") and depth < 2:
                yield from _members(io.BytesIO(unpacked), shown, len(unpacked), depth + 1)
            else:
                yield File(shown, None, len(unpacked), partial(iter, [unpacked]))
        return
    with archive:
        members = [
            m
            for m in archive.infolist()
            if not m.is_dir() and not m.filename.startswith("__MACOSX/")
        ]
        members.sort(
            key=lambda m: len(_parts(m.filename))
        )  # as in a folder: its own files come before those of its folders
        if any(
            m.filename in ("[Content_Types].xml", "mimetype") for m in members
        ):  # an office document
            whole = sum(m.file_size for m in members)
            if whole > MAX_WHOLE or (whole > 10_000_000 and whole > MAX_RATIO * size):
                yield _bad(name, bomb(whole))
                return
            data = source.read_bytes() if isinstance(source, Path) else source.getvalue()
            yield File(name, None, size, lambda: iter([data]))
            return
        for member in members:
            parts = _parts(member.filename)
            if not parts or parts[-1].startswith("."):
                continue
            shown = _plain("/".join([name, *parts]))
            folder = parts[-2] if len(parts) > 1 else None
            file = File(shown, folder, member.compress_size, partial(_member, archive, member))
            try:
                nested = (
                    member.filename.lower().endswith((".zip", ".docx", ".xlsx", ".ods"))
                    and depth < 2
                )
                if nested and (data := file.read()[0]).startswith(b"PK\x03\x04"):
                    yield from _members(io.BytesIO(data), shown, member.compress_size, depth + 1)
                    continue
            except UnreadableError as problem:
                yield _bad(shown, problem)
                continue
            yield file


def _parts(name: str) -> list[str]:
    """The folders and the name of a member; names that climb stay below the archive."""
    return [part for part in Path(name.replace("\\", "/")).parts if part not in ("..", "/")]


def _salvaged(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the members that are whole in an archive whose list of contents, at its end, is lost.

    Source: .ZIP File Format Specification (APPNOTE), local file header.
    """
    at = data.find(b"PK\x03\x04")
    while 0 <= at <= len(data) - 30:
        flags, method, _, _, _, packed, _, named, extra = struct.unpack(
            "<2H2H3I2H", data[at + 6 : at + 30]
        )
        name = data[at + 30 : at + 30 + named].decode(
            "utf-8" if flags & 0x800 else "cp437", "replace"
        )
        start = at + 30 + named + extra
        if flags & 1 or method not in (0, zipfile.ZIP_DEFLATED):
            return
        found, end = (
            _deflated(data, start) if method else (data[start : start + packed], start + packed)
        )
        if end > len(data):
            return
        if not name.endswith("/") and not Path(name).name.startswith("."):
            yield name, found
        at = data.find(b"PK\x03\x04", end)


def _deflated(data: bytes, start: int) -> tuple[bytes, int]:
    """What is packed from `start` on, and where it ends; behind the data where it does not, or is a bomb."""
    member, parts, at = zlib.decompressobj(wbits=-15), list[bytes](), start
    try:
        while (
            not member.eof
            and at < len(data)
            and sum(map(len, parts)) <= MAX_RATIO * (at - start) + 10_000_000
        ):
            parts.append(
                member.decompress(data[at : at + 65536])
            )  # of a bomb no more than 64 MB at a time
            at = min(at + 65536, len(data))
    except zlib.error:
        return b"", len(data) + 1
    return b"".join(parts), at - len(member.unused_data) if member.eof else len(data) + 1


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    if member.flag_bits & 1:
        raise UnreadableError(
            "the archive asks for a password; unpack it and load the files", "password"
        )
    blocks = _unzipped(archive, member)
    first = next(blocks, b"")
    blocks = chain([first], blocks)
    yield from checked(
        inflated(blocks) if first.startswith(b"\x1f\x8b") else blocks, member.compress_size
    )


def _unzipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as packed:
            while block := packed.read(BLOCK):
                yield block
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        zlib.error,
    ) as damage:
        raise DamagedError(
            f"this file is damaged in its archive ({damage}); fetch or export it again", "zip"
        ) from None

"""Unpack: the bytes of a file in blocks, out of gzip, whole or in pieces that end with a row."""

import io
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GZIP, ZIP, OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # what such files begin with
BLOCK = 1 << 20
PIECE = 1 << 24  # bytes of a long table that are read at a time
MAX_WHOLE = 500_000_000  # bytes of a file read at once; tables of rows and crawls have no limit
MAX_PAGE = 20_000_000  # bytes; a longer page is a mistake, and extractors need far more memory
MAX_RATIO = 200  # unpacked to packed; text packs 3 to 15 times, a bomb 1,000 times
SMALL = 10_000_000  # bytes; what unpacks to no more is no bomb


class UnreadableError(Exception):
    """A file that cannot be read; the message says why and what to do."""

    def __init__(self, reason: str, rule: str) -> None:
        super().__init__(reason)
        self.rule = rule


class DamagedError(UnreadableError):
    """What the blocks of a packed file end with where it is cut; the blocks before are good."""


def good(blocks: Iterable[bytes], damage: list[str]) -> Iterator[bytes]:
    """The blocks up to where they are damaged; what is wrong is added to `damage`, in a sentence.

    >>> import gzip
    >>> b"".join(good(inflated([gzip.compress(b"Kim schreibt")[:-9]]), damage := []))
    b'Kim schreibt'
    >>> damage
    ['the gzip file is damaged (it ends too early); fetch it again']
    """
    try:
        yield from blocks
    except DamagedError as problem:
        damage.append(str(problem))


def read(opened: IO[bytes]) -> Iterator[bytes]:
    """The blocks of an open file.

    >>> list(read(io.BytesIO(b"Kim schreibt")))
    [b'Kim schreibt']
    """
    return iter(lambda: opened.read(BLOCK), b"")


def whole(blocks: Iterable[bytes]) -> bytes:
    """The bytes of all blocks; raises UnreadableError where there are more than MAX_WHOLE."""
    parts: list[bytes] = []
    size = 0
    for block in blocks:
        parts.append(block)
        size += len(block)
        if size > MAX_WHOLE:
            raise _too_large()
    return b"".join(parts)


def pieces(blocks: Iterable[bytes], *, quoted: bool = False, size: int = PIECE) -> Iterator[bytes]:
    r"""The bytes of all blocks in pieces of about `size` bytes that end with a line.

    Where cells may be `quoted`, a piece ends with a row. Raises UnreadableError for a line of more
    than MAX_WHOLE bytes.

    >>> list(pieces([b'a,b\n1,"x', b'\ny"\n2,', b'z'], quoted=True, size=4))
    [b'a,b\n', b'1,"x\ny"\n', b'2,z']
    """
    rest = bytearray()
    for block in blocks:
        rest += block
        if len(rest) < size:
            continue
        if end := _last_end(rest, quoted=quoted):
            yield bytes(rest[:end])
            del rest[:end]
        elif len(rest) > MAX_WHOLE:
            raise _too_large()
        else:
            size = 2 * len(rest)  # searched again no sooner, or a long line takes quadratic time
    if rest:
        yield bytes(rest)


def _last_end(data: bytearray, *, quoted: bool) -> int:
    """Where the last line ends, or row: a line break with an even number of quotes before it."""
    end = data.rfind(b"\n") + 1
    odd = quoted and data.count(b'"', 0, end) % 2
    while end and odd:
        before = data.rfind(b"\n", 0, end - 1) + 1
        odd ^= data.count(b'"', before, end) % 2
        end = before
    return end


class _Blocks(io.RawIOBase):
    """The blocks as a file without a buffer."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self.blocks = filter(None, blocks)
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        space = memoryview(buffer)
        self.rest = self.rest or next(self.blocks, b"")
        part, self.rest = self.rest[: len(space)], self.rest[len(space) :]
        space[: len(part)] = part
        return len(part)


def stream(blocks: Iterable[bytes]) -> io.BufferedReader:
    """The blocks as an open file, to be read from front to back.

    >>> stream([b"Kim ", b"schreibt"]).read()
    b'Kim schreibt'
    """
    return io.BufferedReader(_Blocks(blocks))


def checked(blocks: Iterable[bytes], packed: int) -> Iterator[bytes]:
    """The blocks that are not empty; raises UnreadableError for a bomb.

    A bomb is what gives more than text could pack to in `packed` bytes.

    >>> list(checked([b"Kim", b"", b"schreibt"], 5))
    [b'Kim', b'schreibt']
    """
    size = 0
    for block in filter(None, blocks):
        size += len(block)
        if is_bomb(size, packed):
            raise bomb(size)
        yield block


def inflated(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """What a gzip file holds, member by member, up to damage, which raises DamagedError.

    `gzip.open` would keep the last block before the damage to itself.

    >>> import gzip
    >>> b"".join(inflated([gzip.compress(b"Kim ") + gzip.compress(b"schreibt")]))
    b'Kim schreibt'
    """
    member = zlib.decompressobj(wbits=31)
    try:
        for block in blocks:
            rest = block.lstrip(b"\0") if member.eof else block  # padding between members
            while rest:
                member = zlib.decompressobj(wbits=31) if member.eof else member
                # little at a time: an error takes the output of its call with it
                yield member.decompress(rest, 1 << 16)
                rest = member.unused_data.lstrip(b"\0") if member.eof else member.unconsumed_tail
        yield member.flush()
        if not member.eof:
            raise zlib.error("it ends too early")
    except zlib.error as problem:
        reason = f"the gzip file is damaged ({problem}); fetch it again"
        raise DamagedError(reason, "gzip") from None


def _too_large() -> UnreadableError:
    size = f"over {MAX_WHOLE / 1e6:.0f} MB, which is too much to read at once"
    return UnreadableError(f"{size}; split it, or make it JSONL, CSV, Parquet or WARC", "size")


def is_bomb(unpacked: int, packed: int) -> bool:
    """Whether so many bytes, out of so few, are no text.

    >>> is_bomb(30_000_000, 1_000), is_bomb(30_000_000, 3_000_000)
    (True, False)
    """
    return unpacked > SMALL and unpacked > MAX_RATIO * packed


def bomb(size: int) -> UnreadableError:
    """The error for a file that unpacks to `size` bytes and more."""
    mb = f"{size / 1e6:.0f} MB"
    reason = f"it unpacks to {mb} and more; unpack it yourself if it is what it should be"
    return UnreadableError(reason, "size")

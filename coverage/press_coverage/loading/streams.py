"""Unpack: the bytes of a file a block at a time, out of gzip where it is packed, whole or in pieces that end with a row."""

import io
import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK = 1 << 20
PIECE = 1 << 24  # bytes of a long table that are read at a time
MAX_WHOLE = 500_000_000  # bytes of a file that is no table of rows or crawl, which are read in pieces of whatever length
MAX_PAGE = 20_000_000  # bytes; a longer page is an archive or a mistake, and extractors need far more memory than that
MAX_RATIO = 200  # unpacked to packed; text packs 3 to 15 times, a bomb 1,000 times


class UnreadableError(Exception):
    """A file that cannot be read; the message says why and what to do."""

    def __init__(self, reason: str, rule: str) -> None:
        super().__init__(reason)
        self.rule = rule


class DamagedError(UnreadableError):
    """What a packed file's blocks end with where it is cut or broken; the blocks before are good."""


def good(blocks: Iterable[bytes], damage: list[str]) -> Iterator[bytes]:
    """The blocks up to where they are damaged; what is wrong is added to `damage`, in a sentence.

    >>> import gzip
    >>> b"".join(good(inflated([gzip.compress(b"Kim schreibt")[:-9]]), damage := [])), damage[0][:24]
    (b'Kim schreibt', 'the gzip file is damaged')
    """
    try:
        yield from blocks
    except DamagedError as problem:
        damage.append(str(problem))


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
    """The bytes of all blocks in pieces of about `size` bytes that end with a line, or with a row where cells may be `quoted`.

    Raises UnreadableError for a line of more than MAX_WHOLE bytes.

    >>> list(pieces([b'a,b\\n1,"x', b'\\ny"\\n2,', b'z'], quoted=True, size=4))
    [b'a,b\\n', b'1,"x\\ny"\\n', b'2,z']
    """
    rest, held = b"", list[bytes]()
    for block in blocks:
        held.append(block)
        if len(rest) + sum(map(len, held)) < size:
            continue
        rest, held = b"".join([rest, *held]), []
        if cut := _last_end(rest, quoted=quoted):
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > MAX_WHOLE:
            raise _too_large()
        else:
            size = 2 * len(
                rest
            )  # joined again no sooner, or a long line would take time quadratic in its length
    if rest := b"".join([rest, *held]):
        yield rest


def _last_end(data: bytes, *, quoted: bool) -> int:
    """Where the last line ends, or the last row: a line break with an even number of quotation marks before it."""
    end = data.rfind(b"\n") + 1
    odd = quoted and data.count(b'"', 0, end) % 2
    while end and odd:
        before = data.rfind(b"\n", 0, end - 1) + 1
        odd ^= data.count(b'"', before, end) % 2
        end = before
    return end


class _Blocks(io.RawIOBase):
    def __init__(self, blocks: Iterable[bytes]) -> None:
        self.blocks = iter(blocks)
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        space = memoryview(buffer)
        while not self.rest and (block := next(self.blocks, None)) is not None:
            self.rest = block
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
    """The blocks, as long as no more comes out than text could pack to in `packed` bytes; raises UnreadableError for a bomb.

    >>> list(checked([b"Kim", b"", b"schreibt"], 5))
    [b'Kim', b'schreibt']
    """
    size = 0
    for block in blocks:
        size += len(block)
        if size > 10_000_000 and size > MAX_RATIO * packed:
            raise bomb(size)
        if block:
            yield block


def inflated(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """What a gzip file holds, member by member, up to where it is damaged, which raises DamagedError.

    `gzip.open` would keep the last block before the damage to itself.

    >>> import gzip
    >>> b"".join(inflated([gzip.compress(b"Kim ") + gzip.compress(b"schreibt")]))
    b'Kim schreibt'
    """
    member, problem = None, ""
    try:
        for block in blocks:
            rest = block
            while rest:
                if member is None:
                    rest = rest.lstrip(b"\0")
                    member = zlib.decompressobj(wbits=31) if rest else None
                    continue
                yield member.decompress(
                    rest, 1 << 16
                )  # small: an error takes the rest of a call's output with it
                rest = member.unused_data if member.eof else member.unconsumed_tail
                member = None if member.eof else member
        if member is not None:
            yield member.flush()
            problem = "" if member.eof else "it ends too early"
    except zlib.error as damage:
        problem = str(damage)
    if problem:
        raise DamagedError(f"the gzip file is damaged ({problem}); fetch it again", "gzip")


def _too_large() -> UnreadableError:
    said = f"over {MAX_WHOLE / 1e6:.0f} MB, which is too much to read at once; split it, or make it JSONL, CSV, Parquet or WARC"
    return UnreadableError(said, "size")


def bomb(size: int) -> UnreadableError:
    """The error for a file that unpacks to `size` bytes and more."""
    return UnreadableError(
        f"it unpacks to {size / 1e6:.0f} MB and more; unpack it yourself if it is what it should be",
        "size",
    )

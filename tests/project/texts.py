"""Whether a sentence of a press text stands in the project: a part of `make check`.

Run it alone with `python tests/project/texts.py`. It compares the files of the project, cells of
tables and outputs of notebooks among them, with all texts of ../shared, where it is there, for
common runs of eight words, figures apart. Addresses are left out: they carry over, and many spell
their article's headline.
"""

import gzip
import html
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from press_coverage.copies.shingles import Hashes, Ints, places_of, words_of

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
RUN = 8
LETTERED = 6  # words of a run that must have letters, more than one in scripts that have words
# what is common to pages everywhere and no press text: a run is allowed
# that stands in one of these, or has one in it
ALLOWED = {
    "the reporters committee for freedom of the press": "an organisation's name",
    "january february march april may june july "
    "august september october november december": "the months",
    "signing up you agree to our terms": "what newsletter forms say; "
    "the specimens' furniture says it, too",
    "会員 登録 ログイン": "members, register, log in: labels of a page's menu",
    "width device width initial": "HTML",
    "twitter card content": "HTML",
    "canonical href": "HTML",
    "listitem": "JSON-LD of schema.org",
}
_FACTOR = [np.uint64(0x9E3779B97F4A7C15 * (2 * k + 1) ** 3 % 2**64) for k in range(RUN)]
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
_TAG = re.compile(r"<[^<>]*>")


def main() -> int:
    """Print each file that has a run of words in common with a text, and the run.

    Returns 1 if there is one.
    """
    if not SHARED.exists():
        print("skipped: no press texts are here to compare with (../shared)")
        return 0
    found = common(own(ROOT), theirs(SHARED))
    for name, run in found:
        print(f"{name}: {run!r} stands in a press text; write it in words of your own")
    print(f"{len(found)} runs of {RUN} words in common with a press text")
    return bool(found)


def common(files: dict[str, list[str]], texts: Iterable[list[str]]) -> list[tuple[str, str]]:
    """Runs of eight words that a file shares with a text: the file and the run.

    Of each piece of a file, only the first such run.
    """
    pieces = [
        (name, plain)
        for name, strings in files.items()
        for string in strings
        for plain in _plain(string)
    ]
    mine, at = _runs([piece for _, piece in pieces])
    known = np.unique(mine)
    hits = np.zeros(len(known), dtype=bool)
    for batch in texts:
        theirs = _runs(batch)[0]
        place = np.minimum(np.searchsorted(known, theirs), max(len(known) - 1, 0))
        if len(known):
            hits[place[known[place] == theirs]] = True
    out = {}
    for index in np.flatnonzero(np.isin(mine, known[hits])):
        piece, first = at[index]
        name, text = pieces[piece]
        _, starts, ends = places_of(text)
        run = " ".join(text[starts[first] : ends[first + RUN - 1]].split())
        words = [
            text[a:b].lower()
            for a, b in zip(starts[first : first + RUN], ends[first : first + RUN], strict=True)
        ]
        lettered = sum(word.isalpha() and (len(word) > 1 or word > "\u3000") for word in words)
        said = "".join(words)
        if lettered >= LETTERED and not any(
            said in phrase or phrase in said for phrase in (key.replace(" ", "") for key in ALLOWED)
        ):
            out.setdefault((name, piece), run)
    return [(name, run) for (name, _), run in out.items()]


def _runs(texts: list[str]) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """A hash for each run of eight words, its text, and the word of the text that it begins at."""
    words, offsets = words_of(texts)
    count = max(len(words) - RUN + 1, 0)
    hashes = np.zeros(count, dtype=np.uint64)
    for step in range(RUN):
        hashes += words[step : step + count] * _FACTOR[step]
    hashes ^= hashes >> np.uint64(29)
    text: Ints = np.repeat(np.arange(len(texts)), np.diff(offsets))[:count]
    within = np.arange(count) + RUN <= offsets[1:][text]
    return hashes[within], np.column_stack([text, np.arange(count) - offsets[:-1][text]])[within]


def own(root: Path) -> dict[str, list[str]]:
    """The strings of each file that git knows or would take in, by its name."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]
    return {name: list(strings_of(root / name)) for name in names}


def strings_of(path: Path) -> Iterator[str]:
    """What a file says: of JSON and Parquet each string, of others the whole."""
    if path.suffix == ".parquet":
        table = pd.read_parquet(path)
        for column in table:
            yield from (
                (str(value) for value in table[column].dropna().unique())
                if table[column].dtype in ("str", object)
                else ()
            )
        return
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")
    name = path.name.removesuffix(".gz")
    if name.endswith((".ipynb", ".json")):
        yield from _strings(json.loads(text))
    elif name.endswith(".jsonl"):
        for line in filter(None, text.split("\n")):
            yield from _strings(json.loads(line))
    else:
        yield text


def theirs(shared: Path) -> Iterator[list[str]]:
    """The texts of the sets and of the seed, a set at a time."""
    for path in sorted([*shared.glob("seed/*.txt"), *shared.glob("data/*.jsonl.gz")]):
        yield [
            plain
            for string in strings_of(path)
            for plain in _plain(string, markup="saved_pages" in path.name)[-1:]
        ]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _plain(text: str, *, markup: bool = True) -> list[str]:
    """A text without addresses, and if it may be markup, as its reader would see it, too."""
    text = _ADDRESS.sub(" ", text)
    return [text, html.unescape(_TAG.sub(" ", text))] if markup and "<" in text else [text]


if __name__ == "__main__":
    sys.exit(main())

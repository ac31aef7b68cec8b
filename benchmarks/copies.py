"""Finding copies beside peers, in one run on one core:
`python benchmarks/copies.py [--quick] [--million] [--json FILE]`.

Texts of up to 420 words are cut from real articles (../shared/data, which is not part of the
project: without it, this says so and ends) and copied in nine ways. A tool says which are copies of
which; pairs in one group are held against the pairs that were made. The real articles hold copies
of their own, which count as wrong here, so precision is a lower bound. Every tool runs in a process
of its own; times are CPU seconds, the median of the rounds. With --million, how time and memory
grow, on texts drawn from the words of the real ones.
"""

import argparse
import gzip
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from bench import peak_mb

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
WORDS = 420  # of a text
SEED = 11


def passages(folder: Path) -> list[tuple[str, list[str]]]:
    """(headline, words) of texts cut from the articles, each passage once."""
    found, seen = [], set()
    for name in ("us_press_north_korea", "us_press_other"):
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as opened:
            for row in map(json.loads, opened):
                words = row["text"].split()
                for start in (0, WORDS):
                    part = words[start : start + WORDS]
                    key = " ".join(part[20:60]).lower()
                    if len(part) >= 150 and key not in seen:
                        seen.add(key)
                        found.append((row.get("title") or "", part))
    return found


def edited(words: list[str], share: float, vocabulary: list[str], draw: random.Random) -> list[str]:
    """The words, a share of them replaced (60 %), left out (20 %) or followed by another (20 %)."""
    out = []
    for word in words:
        luck = draw.random() / share  # below 1 the word is edited
        out += [draw.choice(vocabulary)] if luck < 0.6 else [word] if luck >= 0.8 else []
        out += [draw.choice(vocabulary)] if 0.8 <= luck < 1 else []
    return out


def copies(
    title: str, words: list[str], furniture: list[str], vocabulary: list[str], draw: random.Random
) -> Iterator[tuple[str, str]]:
    """(how it was made, text) of nine copies."""
    body = " ".join(words)
    other = " ".join(draw.sample(vocabulary, 8))
    sentences = re.split(r"(?<=[.!?])\s+", body)
    yield "headline changed", f"{other}\n{body}"
    yield (
        "sentences dropped",
        title + "\n" + " ".join([s for s in sentences if draw.random() > 1 / 3] or sentences[:1]),
    )
    for share in (0.7, 0.4):
        yield f"cut to {share:.0%}", title + "\n" + " ".join(words[: int(share * len(words))])
    for share in (0.05, 0.1, 0.2):
        yield (
            f"{share:.0%} of words edited",
            title + "\n" + " ".join(edited(words, share, vocabulary, draw)),
        )
    yield "furniture added", f"{draw.choice(furniture)}\n{title}\n{body}\n{draw.choice(furniture)}"
    some = " ".join(edited(words[: int(0.7 * len(words))], 0.05, vocabulary, draw))
    yield "headline, cut, edited, furniture", f"{other}\n{some}\n{draw.choice(furniture)}"


def corpus(base: list[tuple[str, list[str]]], size: int) -> list[dict[str, Any]]:
    """About `size` texts: a tenth of them with nine copies, the others alone.

    `gold` is the passage, `made` how it was copied.
    """
    draw = random.Random(SEED)
    furniture = [
        block
        for block in (ROOT / "data/model/furniture.txt").read_text(encoding="utf-8").split("\n\n")
        if len(block) > 80
    ]
    vocabulary = [word for _, words in base[:500] for word in words]
    rows = []
    for gold, (title, words) in enumerate(base):
        if len(rows) >= size:
            break
        rows.append({"gold": gold, "made": "", "body": title + "\n" + " ".join(words)})
        if gold < 0.0905 * size:
            made = copies(title, words, furniture, vocabulary, draw)
            rows += [{"gold": gold, "made": how, "body": text} for how, text in made]
    return rows


def drawn(base: list[tuple[str, list[str]]], size: int) -> Iterator[tuple[str, list[str]]]:
    """As many passages as `size` needs, of words drawn as often as they stand in the real ones."""
    draw = np.random.default_rng(SEED)
    counts = Counter(word for _, words in base for word in words)
    vocabulary, often = np.array(list(counts)), np.array(list(counts.values()), dtype=float)
    for _ in range(size // 5 + 1):
        yield "", draw.choice(vocabulary, 370, p=often / often.sum()).tolist()


def ours(texts: list[str]) -> list[int]:
    """The group of each text."""
    import press_coverage

    rows = pd.DataFrame(
        {"doc_id": [str(n) for n in range(len(texts))], "body": texts, "language": "en"}
    )
    texts.clear()  # the table has them now
    return [int(group) for group in press_coverage.dedupe(rows, progress=False)["dup_group"]]


def rensa(texts: list[str]) -> list[int]:
    """The same by MinHash with 128 numbers on runs of three words.

    Candidates are found in 32 bands, with a resemblance of one half.
    """
    from rensa import RMinHash, RMinHashLSH

    index, hashes, pairs = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32), [], []
    for at, text in enumerate(texts):
        hashes.append(RMinHash(num_perm=128, seed=SEED))
        hashes[-1].update(runs(text))
        index.insert(at, hashes[-1])
    for at, minhash in enumerate(hashes):
        pairs += [
            (other, at)
            for other in index.query(minhash)
            if other < at and minhash.jaccard(hashes[other]) >= 0.5
        ]
    return joined(len(texts), pairs)


def gaoya(texts: list[str]) -> list[int]:
    """The same with gaoya's index, 42 bands of three numbers."""
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=0.5,
        num_bands=42,
        band_size=3,
        analyzer="word",
        lowercase=True,
        ngram_range=(3, 3),
    )
    for at, text in enumerate(texts):
        index.insert_document(at, text)
    return joined(
        len(texts),
        [(other, at) for at, text in enumerate(texts) for other in index.query(text) if other < at],
    )


def datasketch(texts: list[str]) -> list[int]:
    """The same with datasketch's index."""
    from datasketch import MinHash, MinHashLSH

    index, pairs = MinHashLSH(threshold=0.5, num_perm=128), []
    for at, text in enumerate(texts):
        minhash = MinHash(num_perm=128, seed=SEED)
        minhash.update_batch([run.encode() for run in runs(text)])
        pairs += [(other, at) for other in index.query(minhash)]
        index.insert(at, minhash)
    return joined(len(texts), pairs)


TOOLS = {"press-coverage": ours, "rensa": rensa, "gaoya": gaoya, "datasketch": datasketch}


def runs(text: str) -> list[str]:
    """Runs of three words."""
    words = text.lower().split()
    return [" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))]


def joined(size: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """The first of all that are tied to each, directly or not.

    >>> joined(4, [(0, 2), (2, 3)])
    [0, 1, 0, 0]
    """
    first = list(range(size))

    def root(at: int) -> int:
        while first[at] != at:
            first[at] = first[first[at]]
            at = first[at]
        return at

    for one, two in pairs:
        one, two = sorted((root(one), root(two)))
        first[two] = one
    return [root(at) for at in range(size)]


def scored(groups: list[int], rows: list[dict[str, Any]]) -> dict[str, float]:
    """Recall and precision of pairs, and the share found for each way to copy.

    A copy is found if it stands in the group of the text it was made from.
    """
    found, made, both = (
        Counter(groups),
        Counter(row["gold"] for row in rows),
        Counter((g, r["gold"]) for g, r in zip(groups, rows, strict=True)),
    )
    pairs = [sum(n * (n - 1) / 2 for n in count.values()) for count in (both, made, found)]
    right: defaultdict[str, list[bool]] = defaultdict(list)
    first: dict[int, int] = {}
    for group, row in zip(groups, rows, strict=True):
        source = first.setdefault(row["gold"], group)
        if row["made"]:
            right[row["made"]].append(group == source)
    return {"pair_recall": pairs[0] / pairs[1], "pair_precision": pairs[0] / pairs[2]} | {
        k: float(np.mean(v)) for k, v in right.items()
    }


def measured(name: str, path: Path) -> dict[str, Any]:
    """CPU seconds, memory and groups of a tool on the texts of a file, in a process of its own."""
    out = subprocess.run(
        [sys.executable, __file__, "--tool", name, path],
        capture_output=True,
        text=True,
        check=False,
    )
    if out.returncode:
        print(f"{name}: {out.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return {}
    answer: dict[str, Any] = json.loads(out.stdout)
    return answer


def answer(name: str, path: Path) -> None:
    """What a tool's process says; the table's time and memory leave out the reading of texts."""
    texts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    before = peak_mb()
    TOOLS[name](texts[:50])  # modules are loaded
    start = time.process_time()
    groups = TOOLS[name](texts)
    took = time.process_time() - start
    print(json.dumps({"cpu_s": took, "texts_mb": before, "peak_mb": peak_mb(), "groups": groups}))


def table(
    rows: list[dict[str, Any]], names: Iterable[str], rounds: int, folder: Path
) -> pd.DataFrame:
    """A row a tool."""
    path = folder / "texts.jsonl"
    path.write_text("".join(json.dumps(row["body"]) + "\n" for row in rows), encoding="utf-8")
    answers: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for turn in range(rounds):  # one after the other in each round, so that a busy minute is shared
        for name, given in answers.items():
            print(f"{len(rows)} texts, round {turn + 1} of {rounds}: {name}", file=sys.stderr)
            given.append(measured(name, path))
    out = []
    for name, given in answers.items():
        if all(given):
            row = {
                "tool": name,
                "texts": len(rows),
                "mb": path.stat().st_size / 1e6,
                "cpu_s": float(np.median([a["cpu_s"] for a in given])),
            }
            row |= {"texts_mb": given[0]["texts_mb"], "peak_mb": max(a["peak_mb"] for a in given)}
            out.append(row | scored(given[0]["groups"], rows))
    return pd.DataFrame(out)


def main() -> None:
    """Measure, print the tables, and write them where `--json` says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 texts, one round")
    parser.add_argument(
        "--million",
        action="store_true",
        help="also how it grows from 10,000 to 1,000,000 texts; takes 12 GB and some minutes",
    )
    parser.add_argument("--json", type=Path, help="write the tables into this file, too")
    parser.add_argument("--tool", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if given.tool:
        answer(given.tool[0], Path(given.tool[1]))
        return
    if not (SHARED / "us_press_other.jsonl.gz").exists():
        print(
            "skipped: copies are made from real articles, "
            "which are not beside this folder (shared/data)"
        )
        return
    base = passages(SHARED)
    random.Random(SEED).shuffle(base)
    tables = {}
    with tempfile.TemporaryDirectory() as folder:
        size, rounds = (10_000, 1) if given.quick else (100_000, 3)
        found = table(corpus(base, size), TOOLS, rounds, Path(folder))
        tables["copies"] = found.assign(
            ratio=found["cpu_s"] / found.loc[found["tool"].eq("rensa"), "cpu_s"].iloc[0]
        )
        if given.million:
            sizes = (10_000, 100_000, 1_000_000)
            grown = [
                table(corpus(list(drawn(base, n)), n), ["press-coverage"], 1, Path(folder))
                for n in sizes
            ]
            tables["growth"] = pd.concat(grown).assign(
                us_a_text=lambda t: 1e6 * t["cpu_s"] / t["texts"]
            )
    for name, one in tables.items():
        print(f"\n{name}\n" + one.set_index("tool").T.to_string(float_format="{:.3f}".format))
    if given.json:
        given.json.write_text(
            json.dumps({name: one.to_dict("records") for name, one in tables.items()}, indent=1)
            + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()

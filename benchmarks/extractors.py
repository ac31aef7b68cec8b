"""Body quality and speed beside peers, in one run on one core:
`python benchmarks/extractors.py [--quick] [--json FILE]`.

Run by hand; pytest only reads its doctests. Every tool works in a process of its own, with a limit
of time and memory a page; a page on which it fails counts as empty text. Times are CPU seconds, the
median of rounds in which ours runs before each peer. Peers that are not installed are named as
such; they are the dependency group `bench`.

What `data/model/train.py` learns from must not be what a model is compared on: the output says
where that is so, and `--data FOLDER` takes files of the same names and shape from elsewhere. A run
whose package changes on the way is refused.
"""

import argparse
import gzip
import hashlib
import html
import importlib.util
import json
import multiprocessing
import os
import re
import resource
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import py3langid

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
SPECIMENS = ROOT / "data" / "specimens"
LIMIT_S, LIMIT_BYTES = 20, 8 * 2**30
OURS, REFERENCE = "press-coverage", "trafilatura"
GROUPS = {
    "de": "de at ch",
    "en": "us uk au ca ie ind nz za",
}  # an outlet's country to its language group; else 'other'
BLOCKS = (
    "p div li ul ol h1 h2 h3 h4 h5 h6 blockquote pre tr td th table "
    "section article figure figcaption br"
).split()
STOPLISTS = dict(
    pair.split(":")
    for pair in (
        "de:German en:English es:Spanish ko:Korean fr:French tr:Turkish cs:Czech hi:Hindi "
        "it:Italian no:Norwegian_Bokmal sw:Swahili vi:Vietnamese ar:Arabic da:Danish is:Icelandic "
        "lt:Lithuanian ru:Russian pt:Portuguese nl:Dutch pl:Polish"
    ).split()
)


class Item(NamedTuple):
    """A page, or a scrape as `lines`, with its gold.

    `group` is what figures are given for, `cluster` what is resampled.
    """

    name: str
    group: str
    cluster: str
    language: str
    source: str
    gold: str
    lines: tuple[tuple[str, int], ...] = ()  # line, and 1 for article, 0 furniture, 2 title


class Answer(NamedTuple):
    """What a tool made of a page."""

    text: Any
    seconds: float
    peak_mb: float
    failed: str = ""


def ours() -> Callable[[str, str], Any]:
    import press_coverage

    def run(folder: str, _: str) -> dict[str, Any]:
        start = time.process_time()
        articles, _ledger = press_coverage.load(folder, progress=False)
        loaded = time.process_time()
        articles, _ledger = press_coverage.clean(articles, progress=False)
        took = {"load": loaded - start, "clean": time.process_time() - loaded}
        return took | {"bodies": dict(zip(articles["source_file"], articles["body"], strict=True))}

    return run


def loading() -> Callable[[str, str], Any]:
    import press_coverage

    return lambda path, _: len(press_coverage.load(path, progress=False)[0])


def batching() -> Callable[[str, str], Any]:
    import press_coverage

    return lambda path, _: sum(
        len(articles) for articles, _ in press_coverage.loading.batches(path, progress=False)
    )


def reading_json() -> Callable[[str, str], Any]:
    return lambda path, _: len(pd.read_json(path, lines=True))


def trafilatura_with(**options: Any) -> Callable[[], Callable[[str, str], Any]]:
    def start() -> Callable[[str, str], Any]:
        import trafilatura

        return lambda page, _: trafilatura.extract(page, **options)

    return start


def readability() -> Callable[[str, str], Any]:
    import lxml.html
    from readability import Document

    def run(page: str, _: str) -> str:
        tree = lxml.html.fromstring(Document(page).summary(html_partial=True))
        for node in tree.iter(*BLOCKS):
            node.tail = "\n" + (node.tail or "")
        return str(tree.text_content())

    return run


def justext() -> Callable[[str, str], Any]:
    import justext as peer

    def run(page: str, language: str) -> str:
        if known := STOPLISTS.get(language):
            found = peer.justext(page, peer.get_stoplist(known))
        else:  # its own way for a language without a list
            found = peer.justext(page, frozenset(), stopwords_low=0, stopwords_high=0)
        return "\n".join(p.text for p in found if not p.is_boilerplate)

    return run


def newspaper() -> Callable[[str, str], Any]:
    from newspaper import Article

    def run(page: str, _: str) -> Any:
        article = Article(
            "https://outlet.example/article", fetch_images=False
        )  # it would ask the network for them
        article.download(input_html=page)
        article.parse()
        return article.text

    return run


def resiliparse() -> Callable[[str, str], Any]:
    from resiliparse.extract.html2text import extract_plain_text

    return lambda page, _: extract_plain_text(
        page, main_content=True, alt_texts=False, list_bullets=False
    )


TOOLS: dict[
    str, tuple[str, Callable[[], Callable[[str, str], Any]]]
] = {  # name: distribution, how to start it
    OURS: ("", ours),
    REFERENCE: ("trafilatura", trafilatura_with()),
    "trafilatura precision": ("trafilatura", trafilatura_with(favor_precision=True)),
    "trafilatura fast": ("trafilatura", trafilatura_with(fast=True)),
    "readability-lxml": ("readability-lxml", readability),
    "jusText": ("justext", justext),
    "newspaper4k": ("newspaper4k", newspaper),
    "resiliparse": ("resiliparse", resiliparse),
}
READERS: dict[str, tuple[str, Callable[[], Callable[[str, str], Any]]]] = {
    "load": (OURS, loading),
    "batches": (OURS, batching),
    "pandas.read_json": ("pandas", reading_json),
}


def serve(name: str, pipe: Connection) -> None:
    """A tool's process: says whether it is installed, then answers page after page."""
    warnings.simplefilter("ignore")
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    try:
        tool = (TOOLS | READERS)[name][1]()
    except ImportError as problem:
        return pipe.send((problem.name or str(problem), 0.0))
    pipe.send(("", peak_mb()))
    while True:
        try:
            page, language = pipe.recv()
        except EOFError:
            return None
        start, text, failed = time.process_time(), None, ""
        try:
            text = tool(page, language)
        except Exception as problem:  # whatever a peer raises, the page is lost to it
            failed = type(problem).__name__
        pipe.send(Answer(text, time.process_time() - start, peak_mb(), failed))


def peak_mb() -> float:
    """The most memory this process held.

    `ru_maxrss` would include that of the process it was started from.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS counts bytes


class Tool:
    """A tool in a process, started again when a page hangs or kills it.

    `missing` names the module that is not there, `start_mb` is the memory taken before the first
    page.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.start()

    def start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=serve, args=(self.name, other), daemon=True)
        self.process.start()
        other.close()
        self.missing, self.start_mb = self.pipe.recv()

    def __call__(self, page: str, language: str = "", *, limit: float = LIMIT_S) -> Answer:
        self.pipe.send((page, language))
        try:
            if self.pipe.poll(limit):
                answer: Answer = self.pipe.recv()
                return answer
            failed = f"over {limit:.0f} s"
        except (EOFError, ConnectionError):
            failed = "killed"
        self.process.kill()
        self.start()
        return Answer(None, limit, 0.0, failed)


def measured(
    folder: Path, items: list[Item], names: list[str], rounds: int, what: str
) -> tuple[dict[str, dict[str, str]], pd.DataFrame]:
    """Texts by tool and item, and a row a tool with its times.

    Ours works on the whole folder, peers page by page.
    """
    texts: dict[str, dict[str, str]] = {}
    rows = []
    mine, *peers = [Tool(name) for name in names]
    mine(str(folder), limit=LIMIT_S * len(items))  # tables and models are read with the first page
    for peer in peers:
        peer(as_page(items[0]), items[0].language)
    for turn in range(rounds):
        for peer in peers:
            print(f"{what}, round {turn + 1} of {rounds}: {OURS}, {peer.name}", file=sys.stderr)
            whole = mine(str(folder), limit=LIMIT_S * len(items))
            if whole.failed:
                raise RuntimeError(f"{OURS} failed on the {what}: {whole.failed}")
            texts[OURS] = {Path(file).stem: body for file, body in whole.text["bodies"].items()}
            for steps in (["load", "clean"], ["clean"]):
                cpu = sum(whole.text[step] for step in steps)
                rows.append(
                    {
                        "tool": f"{OURS} {' + '.join(steps)}",
                        "cpu_s": cpu,
                        "start_mb": mine.start_mb,
                        "peak_mb": whole.peak_mb,
                    }
                )
            answers = [peer(as_page(item), item.language) for item in items]
            texts[peer.name] = {
                item.name: str(a.text or "") for item, a in zip(items, answers, strict=True)
            }
            cpu, peak, why = (
                sum(a.seconds for a in answers),
                max(a.peak_mb for a in answers),
                Counter(a.failed for a in answers if a.failed),
            )
            row = {
                "tool": peer.name,
                "cpu_s": cpu,
                "start_mb": peer.start_mb,
                "peak_mb": peak,
                "failed": why.total(),
            }
            rows.append(
                row | {"why": ", ".join(f"{n} {reason}" for reason, n in why.most_common())}
            )
    for tool in (mine, *peers):
        tool.process.kill()
    empty = {
        name: sum(not text.strip() for text in found.values()) for name, found in texts.items()
    }
    table = pd.DataFrame(rows).fillna({"failed": 0, "why": ""}).groupby("tool", sort=False)
    out = table.agg(
        {"cpu_s": "median", "start_mb": "max", "peak_mb": "max", "failed": "max", "why": "last"}
    ).reset_index()
    out.insert(1, "empty", [empty[OURS if tool.startswith(OURS) else tool] for tool in out["tool"]])
    return texts, out.astype({"failed": int})


def read_in(folder: Path, articles: int, rounds: int) -> pd.DataFrame:
    """A row for each way to read one file of JSON lines: CPU seconds, memory, ratio.

    The file has dates and publishers to be understood.
    """
    draw = np.random.default_rng(7)
    words = np.array([f"word{n}" for n in range(5000)])
    path = folder / "articles.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for n in range(articles):
            row = {
                "id": f"a{n}",
                "title": f"Talks {n}",
                "date": "2018-05-31",
                "source": "BBC News",
                "text": " ".join(draw.choice(words, 250)),
            }
            out.write(json.dumps(row) + "\n")
    rows = []
    for turn in range(rounds):
        for name in READERS:
            print(f"reading, round {turn + 1} of {rounds}: {name}", file=sys.stderr)
            tool = Tool(name)
            answer = tool(str(path), limit=LIMIT_S * 20)
            tool.process.kill()
            if answer.text != articles:
                raise RuntimeError(
                    f"{name} read {answer.text} of {articles} articles ({answer.failed})"
                )
            rows.append(
                {
                    "tool": name,
                    "cpu_s": answer.seconds,
                    "start_mb": tool.start_mb,
                    "peak_mb": answer.peak_mb,
                }
            )
    found = (
        pd.DataFrame(rows)
        .groupby("tool", sort=False)
        .agg({"cpu_s": "median", "start_mb": "max", "peak_mb": "max"})
        .reset_index()
    )
    return found.assign(
        ratio=found["cpu_s"] / found["cpu_s"].iloc[-1],
        articles=articles,
        mb=path.stat().st_size / 1e6,
    )


def as_page(item: Item) -> str:
    """Peers know pages only: a scrape's lines become paragraphs."""
    if not item.lines:
        return item.source
    return (
        "<html><body>"
        + "".join(f"<p>{html.escape(line)}</p>" for line, _ in item.lines)
        + "</body></html>"
    )


def shares(got: str, gold: str) -> tuple[float, float, float]:
    """Shares of the 4-word shingles of both texts that are right, too many and missing.

    Source: https://github.com/scrapinghub/article-extraction-benchmark

    >>> shares("one two three four five", "one two three four six")
    (0.3333333333333333, 0.3333333333333333, 0.3333333333333333)
    """
    a, b = shingles(got), shingles(gold)
    counts = [(x.total()) for x in (a & b, a - b, b - a)]
    total = max(sum(counts), 1)
    return counts[0] / total, counts[1] / total, counts[2] / total


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(zip(words, words[1:], words[2:], words[3:], strict=False))


def page_quality(items: list[Item], texts: dict[str, dict[str, str]]) -> pd.DataFrame:
    """F1 by tool and group, and ours less each peer's with a 95 % interval over outlets.

    Each page weighs the same.
    """
    scored = {
        name: np.array([shares(found.get(i.name, ""), i.gold) for i in items])
        for name, found in texts.items()
    }
    rows = []
    for group in ["all", *sorted({item.group for item in items})]:
        chosen = [n for n, item in enumerate(items) if group in ("all", item.group)]
        clusters: dict[str, list[int]] = {}
        for n in chosen:
            clusters.setdefault(items[n].cluster, []).append(n)
        members, chance = list(clusters.values()), np.random.default_rng(0)
        draws = [
            np.concatenate(
                [members[k] for k in chance.integers(len(members), size=len(members))]
            ).astype(int)
            for _ in range(1000)
        ]
        for name, values in scored.items():
            score = f1(values[chosen])
            row = {"group": group, "tool": name, "pages": len(chosen), "f1": score}
            if name != OURS:
                low, high = np.percentile(
                    [f1(scored[OURS][d]) - f1(values[d]) for d in draws], [2.5, 97.5]
                )
                row |= {"ours_less_it": f1(scored[OURS][chosen]) - score, "low": low, "high": high}
            rows.append(row)
    return pd.DataFrame(rows)


def f1(counts: Any) -> float:
    """F1 from rows of right, too many, missing."""
    right, extra, missing = np.asarray(counts, dtype=float).reshape(-1, 3).sum(axis=0)
    return float(2 * right / max(2 * right + extra + missing, 1e-9))


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def line_quality(items: list[Item], texts: dict[str, dict[str, str]]) -> pd.DataFrame:
    """Precision, recall and F1 of lines, and the share of characters judged rightly.

    Titles are not counted.
    """
    rows = []
    for name, found in texts.items():
        for item in items:
            body = found.get(item.name, "")
            kept, flat = {plain(line) for line in body.split("\n")}, plain(body)
            for line, label in item.lines:
                key = plain(line)
                if label != 2 and key:
                    is_kept = key in kept or (len(key) >= 25 and key in flat)
                    rows.append((name, item.group, item.name, is_kept, label == 1, len(key)))
    table = pd.DataFrame(rows, columns=["tool", "language", "text", "kept", "gold", "n"])
    table = pd.concat([table.assign(language="all"), table])
    table["right"] = (table["kept"] == table["gold"]) * table["n"]
    table["hits"] = table["kept"] & table["gold"]
    sums = table.groupby(["language", "tool"], sort=False)[
        ["hits", "kept", "gold", "right", "n"]
    ].sum()
    out = pd.DataFrame({"texts": table.groupby(["language", "tool"], sort=False)["text"].nunique()})
    out["precision"], out["recall"] = (
        sums["hits"] / sums["kept"].clip(lower=1),
        sums["hits"] / sums["gold"].clip(lower=1),
    )
    out["f1"], out["characters"] = (
        2 * sums["hits"] / (sums["kept"] + sums["gold"]).clip(lower=1),
        sums["right"] / sums["n"],
    )
    return out.reset_index()


def fingerprint() -> str:
    """A hash of the package as it is on disk.

    Every process reads it anew, so it must not change during a run.
    """
    spec = importlib.util.find_spec("press_coverage")
    folder = Path(str(spec.origin)).parent if spec else ROOT
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return hashlib.sha256(
        b"".join(str(path.relative_to(folder)).encode() + path.read_bytes() for path in files)
    ).hexdigest()[:12]


def read(path: Path) -> Iterator[dict[str, Any]]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as opened:
        yield from map(json.loads, opened)


def group_of(country: str) -> str:
    return next(
        (group for group, countries in GROUPS.items() if country in countries.split()), "other"
    )


def pages(folder: Path = SHARED) -> list[Item]:
    """Saved pages with gold where they are, else the specimens."""
    saved = folder / "saved_pages.jsonl.gz"
    if saved.exists():
        rows = [(r, "\n".join(r["gold"]["body"])) for r in read(saved)]
        languages = [py3langid.classify(gold)[0] for _, gold in rows]
        return [
            Item(f"{n:04}", group_of(r["country"]), r["outlet"], language, r["html"], gold)
            for n, ((r, gold), language) in enumerate(zip(rows, languages, strict=True))
        ]
    return [
        Item(Path(r["doc_id"]).stem, r["language"], r["outlet"], r["language"], source, r["body"])
        for r, source in specimens("html")
    ]


def scrapes(folder: Path = SHARED) -> list[Item]:
    """Plain texts with a label for each line where they are, else the specimens."""
    lines = folder / "page_lines.jsonl.gz"
    if lines.exists():
        return [
            Item(
                f"{n:04}",
                r["lang"],
                r["outlet"],
                r["lang"],
                "\n".join(r["lines"]),
                "",
                tuple(zip(r["lines"], r["labels"], strict=True)),
            )
            for n, r in enumerate(read(lines))
        ]
    items = []
    for r, source in specimens("text"):
        true, title = plain(r["body"]), plain(r["title"])
        labels = [
            2 if plain(line) == title else int(plain(line) in true) for line in source.split("\n")
        ]
        labelled = tuple(zip(source.split("\n"), labels, strict=True))
        items.append(
            Item(
                Path(r["doc_id"]).stem,
                r["language"],
                r["outlet"],
                r["language"],
                source,
                r["body"],
                labelled,
            )
        )
    return items


def press(most: int, folder: Path = SHARED) -> list[Item]:
    """Scrapes without gold, evenly from the whole set, for speed at scale.

    There are none without the folder of shared data.
    """
    path = folder / "us_press_other.jsonl.gz"
    rows = list(read(path)) if path.exists() else []
    chosen = rows[:: max(len(rows) // most, 1)][:most]
    return [
        Item(
            f"{n:05}",
            "en",
            plain(r["source"]),
            "en",
            r["text"],
            "",
            tuple((line, 1) for line in r["text"].split("\n")),
        )
        for n, r in enumerate(chosen)
    ]


def specimens(form: str) -> Iterator[tuple[dict[str, Any], str]]:
    for r in read(SPECIMENS / "gold" / "articles.jsonl"):
        if r["format"] == form:
            yield r, (SPECIMENS / "corpus" / r["doc_id"]).read_text(encoding="utf-8")


def write(folder: Path, items: list[Item], suffix: str, *, by_publisher: bool = False) -> Path:
    for item in items:
        place = folder / item.cluster if by_publisher else folder
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{item.name}{suffix}").write_text(item.source, encoding="utf-8", newline="")
    return folder


def main() -> None:
    """Measure, print the tables, and write them where `--json` says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round on a fifth of the input")
    parser.add_argument("--json", type=Path, help="write the tables into this file, too")
    parser.add_argument(
        "--data",
        type=Path,
        default=SHARED,
        help="folder of saved_pages, page_lines and us_press_other",
    )
    given = parser.parse_args()
    began = fingerprint()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(
            0, {max(os.sched_getaffinity(0))}
        )  # one core for all, also for libraries with threads
    step, rounds = (5, 1) if given.quick else (1, 3)
    source = "files of --data" if given.data != SHARED else "../shared/data"
    if not given.data.exists():
        source = f"THE SPECIMENS ONLY, as {source} is not there"
    elif given.data == SHARED and (ROOT / "data" / "model" / "train.py").exists():
        source += (
            ", WHICH THE MODELS WERE TRAINED ON: quality of ours is too good here; "
            "data/model/figures.json has it by outlets not seen"
        )
    versions, names = {OURS: f"this checkout, {began}"}, list(TOOLS)
    for name in names[1:]:
        missing = Tool(name).missing
        versions[name] = (
            f"not installed (no module {missing})" if missing else version(TOOLS[name][0])
        )
    names = [name for name in names if not versions[name].startswith("not")]
    lined = [OURS, "jusText" if "jusText" in names else REFERENCE]
    tables: dict[str, pd.DataFrame] = {
        "tools": pd.DataFrame(versions.items(), columns=["tool", "version"])
    }
    with tempfile.TemporaryDirectory() as scratch:
        items = pages(given.data)[::step]
        texts, speed = measured(
            write(Path(scratch, "pages"), items, ".html"), items, names, rounds, "pages"
        )
        reference = speed.loc[speed["tool"] == REFERENCE, "cpu_s"].iloc[0]
        tables["bodies of pages"] = page_quality(items, texts)
        tables["speed on pages"] = speed.assign(
            ratio=speed["cpu_s"] / reference, pages_per_s=len(items) / speed["cpu_s"]
        )
        for what, items, by_publisher in (
            ("plain texts", scrapes(given.data)[::step], False),
            ("press texts", press(2000 // step, given.data), True),
        ):
            if items:
                folder = write(Path(scratch, what), items, ".txt", by_publisher=by_publisher)
                texts, speed = measured(folder, items, lined, rounds, what)
                size = sum(len(item.source.encode()) for item in items) / 1e6
                tables[f"speed on {what}"] = speed.assign(
                    texts=len(items), mb=size, mb_per_s=size / speed["cpu_s"]
                )
                if what == "plain texts":
                    tables["lines of plain texts"] = line_quality(items, texts)
        tables["reading a table"] = read_in(Path(scratch), 100_000 // step, rounds)
    if fingerprint() != began:
        sys.exit(
            "The package changed while it was measured, so its figures would mix two versions: "
            "nothing is reported; run it again."
        )
    print(f"Measured on: {source}")
    for name, table in tables.items():
        print(f"\n{name}\n" + table.to_string(index=False, float_format="{:.3f}".format, na_rep=""))
    if given.json:
        records = {
            name: json.loads(table.to_json(orient="records")) for name, table in tables.items()
        }
        given.json.write_text(
            json.dumps({"measured_on": source, "quick": given.quick, **records}, indent=1) + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()

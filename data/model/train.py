"""Train the two models that tell an article from a page's boilerplate: `make model`.

Needs catboost and the pages with gold in ../shared/data (saved_pages, page_lines), which are not
part of the project; without them it says so and changes nothing. What goes into a model is numbers
about a line's shape, phrases and place, never its words.

Labels: a line is part of the article where its 4-grams (short lines: its letters) stand in the gold
body. Long lines amid an article that the gold lacks, and that a model trained on other outlets
takes for article, are left out of training: mostly the gold forgot them. To each page come versions
of it: without the boilerplate before, without any, and with boilerplate from furniture.txt, which
was written for this.

With --figures it only measures. Figures come from eight folds by outlet, each scored by a model
that never saw the outlet, over all lines as labelled; they are written to figures.json.
"""

import gzip
import json
import random
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from digests import record

from press_coverage.cleaning.lines.features import features
from press_coverage.cleaning.lines.verdicts import KEEP, Needed, needed, sign
from press_coverage.cleaning.pages.blocks import blocks, copies, numbers, parse
from press_coverage.cleaning.pages.metadata import metadata
from press_coverage.text.words import squeeze

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "data"
MODELS = HERE.parents[1] / "coverage" / "press_coverage" / "models"
FOLDS = 8
MODEL: dict[str, dict[str, Any]] = {
    "lines": {"depth": 5, "rsm": 0.4},
    "pages": {"depth": 4, "rsm": 0.3},
}


class Page(NamedTuple):
    """One page: lines, labels, features, weights, gold shingles.

    Labels are 1 for article, 0 for boilerplate, 2 for lines that are not counted.
    """

    outlet: str
    language: str
    lines: list[str]
    labels: Any
    rows: Any
    weights: Any
    gold: Counter[tuple[str, ...]]


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(zip(*(words[i:] for i in range(4)), strict=False))


def read(name: str) -> list[dict[str, Any]]:
    with gzip.open(SHARED / f"{name}.jsonl.gz", "rt", encoding="utf-8") as opened:
        return [json.loads(line) for line in opened]


def labelled(lines: Sequence[str], gold: Sequence[str]) -> Any:
    """1 where half of the line's shingles stand in the gold, or a short line does as it is."""
    known, paragraphs, flat = (
        shingles("\n".join(gold)),
        {squeeze(p) for p in gold},
        squeeze("".join(gold)),
    )
    labels = []
    for line in lines:
        own, bare = shingles(line), squeeze(line)
        share = sum(n for s, n in own.items() if s in known) / max(own.total(), 1)
        labels.append(
            share >= 0.5
            if own.total() >= 2
            else bare in paragraphs or (len(bare) >= 12 and bare in flat)
        )
    return np.array(labels, dtype=int)


def saved_pages() -> tuple[list[Page], list[Page]]:
    """The saved pages as blocks with their structure, and the same as plain lines."""
    with_place, plain = [], []
    for item in read("saved_pages"):
        tree = parse(item["html"])
        found, said = blocks(tree), metadata(tree)
        lines = [block.text for block in found]
        labels = labelled(lines, item["gold"]["body"])
        labels[copies([block.bare for block in found])] = 0
        language = "de" if item["country"] in ("de", "at", "ch") else str(said["language"])
        weights = np.sqrt([shingles(line).total() + 1 for line in lines])
        gold = shingles("\n".join(item["gold"]["body"]))
        rows = numbers(found, *(str(said[name] or "") for name in ("title", "description", "text")))
        with_place.append(Page(item["outlet"], language, lines, labels, rows, weights, gold))
        plain.append(with_place[-1]._replace(rows=features(lines), weights=np.ones(len(lines))))
    return with_place, plain


def page_lines() -> list[Page]:
    pages = []
    for item in read("page_lines"):
        pairs = [
            (line.strip(), label)
            for line, label in zip(item["lines"], item["labels"], strict=True)
            if line.strip()
        ]
        lines, labels = [line for line, _ in pairs], np.array([label for _, label in pairs])
        pages.append(
            Page(
                item["outlet"],
                item["lang"],
                lines,
                labels,
                features(lines),
                np.ones(len(lines)),
                Counter(),
            )
        )
    return pages


def bank(part: int) -> dict[str, list[tuple[str, list[str]]]]:
    """The blocks of furniture.txt by kind, with their language.

    Two thirds are for training (part 0), one for testing (part 1).
    """
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for block in (
        (HERE / "furniture.txt")
        .read_text(encoding="utf-8")
        .replace("{outlet}", "Nordlicht")
        .strip()
        .split("\n\n")
    ):
        head, *lines = block.split("\n")
        _, kind, language = head.split()
        if (zlib.crc32(block.encode()) % 3 == 0) == bool(part):
            found.setdefault(kind, []).append((language, lines))
    return found


def versions(
    page: Page, blocks_by_kind: dict[str, list[tuple[str, list[str]]]], seed: int
) -> list[Page]:
    """The page cut down, and with other boilerplate around and amid it.

    It is cut to the article and what follows, and to the article or a few paragraphs.
    """
    draw = random.Random(seed)
    written = {line for kind in blocks_by_kind.values() for _, lines in kind for line in lines}
    article = np.flatnonzero(page.labels == 1)
    if not len(article):
        return []

    def made(pairs: Sequence[tuple[str, int]], weight: float) -> Page:
        lines, labels = [line for line, _ in pairs], np.array([y for _, y in pairs])
        heavy = np.array(
            [y == 0 and line in written and len(line.split()) > 7 for line, y in pairs]
        )  # sentences that are no article
        return page._replace(
            lines=lines,
            labels=labels,
            rows=features(lines),
            weights=np.where(heavy, 4 * weight, weight),
        )

    def some(kind: str, most: int) -> list[tuple[str, int]]:
        near = [lines for language, lines in blocks_by_kind[kind] if language == page.language]
        near = near or [lines for language, lines in blocks_by_kind[kind] if language == "en"]
        return [(line, 0) for _ in range(draw.randint(0, most)) for line in draw.choice(near)]

    title = [
        (line, 2) for line, y in zip(page.lines[: article[0]], page.labels, strict=False) if y == 2
    ][-1:]
    body = [(page.lines[i], 1) for i in article]
    after = [
        (line, int(y))
        for line, y in zip(page.lines[article[0] :], page.labels[article[0] :], strict=True)
    ]
    kept = draw.randint(0, max(len(after) - article[-1] + article[0], 0))
    amid = [
        pair
        for line in body
        for pair in [*(some("inline", 1) if draw.random() < 0.2 else []), line]
    ]
    mixed = [
        *some("head", 2),
        *title,
        *amid,
        *some("appeal", 2),
        *some("list", 3),
        *some("appeal", 1),
        *some("foot", 2),
    ]
    out = [
        made(title + after[: article[-1] - article[0] + 1 + kept], 0.5),
        made(title + body, 0.25),
        made(body, 0.25),
    ]
    first = draw.randrange(len(body))
    brief = [
        line
        for pair in body[first : first + draw.randint(1, 6)]
        for line in [*(some("inline", 1) if draw.random() < 0.3 else []), pair]
    ]
    short = (
        made([*title, *brief, *some("appeal", 1), *some("list", 1)], 1),
        made([*title, *brief], 1),
    )
    cell = [*body[:-2], *some("inline", 1), *body[-2:], *some("appeal", 1), *some("foot", 1)]
    return [
        *out,
        made(mixed, 0.5),
        *short,
        made([*title, *body, *some("appeal", 2), *some("list", 2)], 0.5),
        made(cell, 0.25),
    ]


def fitted(pages: Sequence[Page], name: str) -> Any:
    from catboost import CatBoostClassifier

    rows, labels, weights = (
        np.concatenate([getattr(page, field) for page in pages])
        for field in ("rows", "labels", "weights")
    )
    counted = labels != 2
    model = CatBoostClassifier(
        **{
            "iterations": 300,
            "learning_rate": 0.1,
            "l2_leaf_reg": 5,
            "border_count": 64,
            **MODEL[name],
        },
        random_seed=0,
        thread_count=2,
        verbose=0,
        allow_writing_files=False,
    )
    return model.fit(rows[counted], labels[counted], sample_weight=weights[counted])


def folds(pages: Sequence[Page], more: Sequence[Page], name: str) -> list[Any]:
    """For each page the probabilities by a model that was trained on other outlets alone."""
    found: list[Any] = [None] * len(pages)
    for fold in range(FOLDS):
        out = [zlib.crc32(page.outlet.encode()) % FOLDS == fold for page in pages]
        others = [page for page in more if zlib.crc32(page.outlet.encode()) % FOLDS != fold]
        model = fitted(
            [page for page, left_out in zip(pages, out, strict=True) if not left_out] + others, name
        )
        for at in np.flatnonzero(out).tolist():
            found[at] = model.predict_proba(pages[at].rows)[:, 1]
        print(f"{name}: fold {fold + 1} of {FOLDS}", file=sys.stderr)
    return found


def forgotten(page: Page, probability: Any) -> Any:
    """Lines amid the article that the gold lacks although a model is sure of them."""
    article = np.flatnonzero(page.labels == 1)
    if not len(article):
        return np.zeros(len(page.lines), dtype=bool)
    at = np.arange(len(page.lines))
    return (
        (page.labels == 0)
        & (probability > 0.7)
        & (at > article[0])
        & (at < article[-1])
        & (np.array([len(x) for x in page.lines]) > 40)
    )


def line_figures(pages: Sequence[Page], found: Sequence[Any], keep: Needed) -> dict[str, float]:
    """Line F1, and shares: characters right, content kept, boilerplate after the article gone."""
    sums: Counter[str] = Counter()
    for page, probability in zip(pages, found, strict=True):
        size = np.array([len(squeeze(line)) for line in page.lines])
        least = np.array([needed(sign(row), keep) for row in page.rows])
        counted, true, kept = (
            (page.labels != 2) & (size > 0),
            page.labels == 1,
            probability >= least,
        )
        after = (
            counted & ~true & (np.arange(len(true)) > np.flatnonzero(true)[-1])
            if true.any()
            else counted & False
        )
        cells = {"hit": true & kept, "missed": true & ~kept, "false": ~true & kept}
        sums.update({name: int((counted & cell).sum()) for name, cell in cells.items()})
        parts = {
            "all": counted,
            "right": counted & (true == kept),
            "true": true,
            "true_kept": true & kept,
            "after": after,
            "gone": after & ~kept,
        }
        sums.update({name: int(size[part].sum()) for name, part in parts.items()})
    return {
        "line_f1": 2 * sums["hit"] / (2 * sums["hit"] + sums["missed"] + sums["false"]),
        "line_recall": sums["hit"] / (sums["hit"] + sums["missed"]),
        "characters_right": sums["right"] / sums["all"],
        "content_kept": sums["true_kept"] / sums["true"],
        "furniture_after_gone": sums["gone"] / max(sums["after"], 1),
    }


def body_f1(pages: Sequence[Page], found: Sequence[Any], threshold: float) -> float:
    """4-gram shingle F1 of the body, each page weighing the same."""
    sums = np.zeros(3)
    for page, probability in zip(pages, found, strict=True):
        again = copies([squeeze(line) for line in page.lines])
        kept = shingles(
            "\n".join(
                line
                for line, p, c in zip(page.lines, probability, again, strict=True)
                if p > threshold and not c
            )
        )
        counts = np.array(
            [c.total() for c in (kept & page.gold, kept - page.gold, page.gold - kept)]
        )
        sums += counts / max(counts.sum(), 1)
    return float(2 * sums[0] / (2 * sums[0] + sums[1] + sums[2]))


def write(model: Any, name: str) -> None:
    """The trees as plain arrays, checked against the library's own answer by the caller's tests."""
    path = HERE / "model.json"
    model.save_model(str(path), format="json")
    told = json.loads(path.read_text())
    path.unlink()
    trees = [tree for tree in told["oblivious_trees"] if tree["splits"]]
    depth = MODEL[name]["depth"]
    column, border = (
        np.zeros((len(trees), depth), np.int16),
        np.full((len(trees), depth), np.inf, np.float32),
    )
    leaf = np.zeros((len(trees), 2**depth), np.float32)
    for at, tree in enumerate(trees):
        for bit, split in enumerate(tree["splits"]):
            column[at, bit], border[at, bit] = split["float_feature_index"], split["border"]
        leaf[at, : len(tree["leaf_values"])] = tree["leaf_values"]
    scale, (bias,) = told["scale_and_bias"]
    np.savez_compressed(
        MODELS / f"{name}.npz",
        column=column,
        border=border,
        leaf=leaf * scale,
        bias=np.float64(bias),
    )


def main() -> None:
    """Cross-validate, train, write the models and the figures."""
    if not SHARED.is_dir():
        sys.exit(
            "skipped: the pages to train from are not here "
            f"({SHARED.relative_to(HERE.parents[2])}); the models stay as they are"
        )
    with_place, plain = saved_pages()
    lines = page_lines()
    figures: dict[str, Any] = {}
    of_pages = folds(with_place, [], "pages")
    groups: dict[str, Callable[[Page], bool]] = {
        "all": lambda page: True,
        "de": lambda page: page.language == "de",
        "other": lambda page: page.language != "de",
    }
    for group, test in groups.items():
        chosen = [at for at, page in enumerate(with_place) if test(page)]
        f1 = body_f1([with_place[at] for at in chosen], [of_pages[at] for at in chosen], 0.5)
        figures[f"pages {group}"] = {"pages": len(chosen), "body_f1": f1}
    first = folds(lines, plain, "lines")
    mended = [
        page._replace(labels=np.where(forgotten(page, p), 2, page.labels))
        for page, p in zip(lines, first, strict=True)
    ]
    training, held_out = bank(0), bank(1)
    more = plain + [
        v for seed, page in enumerate(mended + plain) for v in versions(page, training, seed)
    ]
    tests = [
        v for seed, page in enumerate(mended) for v in versions(page, held_out, 1000 + seed)[3:4]
    ]
    found = folds([*mended, *tests], more, "lines")
    as_labelled, on_tests = found[: len(lines)], found[len(lines) :]
    for group, test in groups.items():
        chosen = [at for at, page in enumerate(lines) if test(page)]
        for setting, keep in (("", KEEP["text"]), (" recall first", KEEP["recall first"])):
            told = line_figures(
                [lines[at] for at in chosen], [as_labelled[at] for at in chosen], keep
            )
            figures[f"lines {group}{setting}"] = {"pages": len(chosen)} | told
    figures["lines with written furniture"] = line_figures(tests, on_tests, KEEP["text"])
    print(json.dumps(figures, indent=2))
    if "--figures" not in sys.argv:
        write(fitted(with_place, "pages"), "pages")
        write(fitted([*mended, *more], "lines"), "lines")
    rounded = {name: {k: round(v, 4) for k, v in found.items()} for name, found in figures.items()}
    (HERE / "figures.json").write_text(json.dumps(rounded, indent=2) + "\n", encoding="utf-8")
    record("figures.json")


if __name__ == "__main__":
    main()

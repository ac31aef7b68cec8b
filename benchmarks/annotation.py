"""Articles a second that `annotate` works through, beside spaCy, in one run on one core:
`python benchmarks/annotation.py [--rounds N]`.

Peers do a part of the work: spaCy's tokenizer alone, the tokenizer with a PhraseMatcher over all
forms of the actors codebook, and the full pipeline of en_core_web_sm where that model is installed
(without it, this says so). Texts are the bodies of the English specimens, and 300 articles of the
US press where they are at hand (../shared/data, not part of the project). Times are CPU seconds;
ours and the peers take turns, and the median of the rounds is given, with the ratio to ours.
"""

import argparse
import gzip
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher

import press_coverage
from press_coverage.codebooks import terms

ROOT = Path(__file__).parents[1]
US = ROOT.parent / "shared" / "data" / "us_press_north_korea.jsonl.gz"
MODEL = "en_core_web_sm"
FEW = 20  # texts for a full pipeline, which is slow


def texts() -> dict[str, list[str]]:
    """Bodies by where they are from."""
    lines = (ROOT / "data/specimens/gold/articles.jsonl").read_text(encoding="utf-8").splitlines()
    found = {
        "English specimens": [
            row["body"] for row in map(json.loads, lines) if row["language"] == "en"
        ]
        * 5
    }
    if US.exists():
        with gzip.open(US, "rt", encoding="utf-8") as opened:
            found["US articles"] = [
                json.loads(line)["text"] for line, _ in zip(opened, range(300), strict=False)
            ]
    else:
        print(f"skipped: the US articles ({US.name}) are not beside this folder (shared/)")
    return found


def ours(bodies: Sequence[str]) -> None:
    articles = pd.DataFrame(
        {"doc_id": [str(at) for at in range(len(bodies))], "language": "en", "body": list(bodies)}
    )
    press_coverage.annotate(articles, progress=False)


def matching() -> Callable[[Sequence[str]], None]:
    """The tokenizer with every form of every actor as a phrase."""
    nlp = spacy.blank("en")
    nlp.max_length = 2**31 - 1
    matcher = PhraseMatcher(nlp.vocab)
    for row in terms.read("actors"):
        if row.language == "en" and row.label:
            matcher.add(row.label, [nlp.make_doc(form) for form in terms.forms(row.term)])
    return lambda bodies: [matcher(doc) for doc in nlp.pipe(bodies)] and None


def piping(nlp: Language) -> Callable[[Sequence[str]], None]:
    nlp.max_length = 2**31 - 1
    return lambda bodies: [None for _ in nlp.pipe(bodies)] and None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    tools = {
        "press-coverage annotate": ours,
        "spaCy tokenizer": piping(spacy.blank("en")),
        "spaCy PhraseMatcher": matching(),
    }
    if spacy.util.is_package(MODEL):
        tools[f"spaCy {MODEL}"] = piping(spacy.load(MODEL))
    else:
        print(f"skipped: spaCy's {MODEL}, all of it; the model is not installed")
    rows = []
    for name, bodies in texts().items():
        took: dict[str, list[float]] = {tool: [] for tool in tools}
        for turn in range(rounds + 1):  # the first warms up
            for tool, run in tools.items():
                some = bodies[:FEW] if MODEL in tool else bodies
                start = time.process_time()
                run(some)
                if turn:
                    took[tool].append((time.process_time() - start) / len(some))
        own = statistics.median(took["press-coverage annotate"])
        length = round(statistics.mean(map(len, bodies)))
        for tool, times in took.items():
            one = statistics.median(times)
            rows.append(
                {
                    "texts": name,
                    "characters": length,
                    "tool": tool,
                    "articles_a_second": round(1 / one),
                    "ratio": round(own / one, 2),
                }
            )
    print(pd.DataFrame(rows).to_string(index=False))


if __name__ == "__main__":
    main()

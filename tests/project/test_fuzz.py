"""Whatever a page, a scrape or a cell holds, cleaning goes on, ends, and keeps the article."""

import gc
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import press_coverage

# A guard against hangs, no test of speed: processor time as a multiple of the yardstick's, measured
# right before and after on the same machine (the slowest case takes half of it, as it took half of
# the 5 seconds that were the guard before), and memory beyond a plain page's. SECONDS is where a
# case is cut however slow the machine.
YARDSTICKS, SECONDS, MEGABYTES = 200, 40, 500

PROSE = "The envoys of both sides met again in the border village on Friday, officials said."
PARAGRAPHS = "".join(f"<p>On day {n}, {PROSE}</p>" for n in range(1, 9))
TAGS = (
    "html body head p div table tr td ul li a b br script style noscript svg math template title h1"
    " form select option article iframe"
    " frameset plaintext textarea blockquote time meta"
).split()
KEYS = (
    "@context @type @graph @id headline alternativeHeadline author name datePublished"
    " dateModified articleBody articleSection publisher url"
    " mainEntityOfPage isAccessibleForFree hasPart inLanguage description image"
).split()
ODD = [
    *(
        "\x00",
        "\u202e",
        "\ufeff",
        "\u2028",
        "\x1b[0m",
        "\x85",
        "\r",
        "Ã¶",
        "e\u0301\u0327" * 5,
        "\U0010ffff",
        "ﷺ",
    ),
    *(
        "&#xD800;",
        "&#0;",
        "&#99999999;",
        "&amp;amp;",
        "&nosuch;",
        "&",
        "<",
        ">",
        "'",
        '"',
        "„",
        "«",
        "]]>",
        "©",
        "- ",
        "\t" * 9,
    ),
    *(
        "南北の代表は金曜日に国境の村で再び会談した。",
        "التقى المبعوثون مجددا في القرية الحدودية",
        "השליחים נפגשו שוב בכפר הגבול",
        PROSE,
        "12 June 2018",
    ),
    *(
        "Most read",
        "Photo: pool",
        "Share",
        "Subscribe to our newsletter today.",
        "By A. Writer",
        "ADVERTISEMENT",
        "Read more: ",
    ),
]
TEXT = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(ODD)
QUOTE = st.sampled_from(["'", '"', "", "\\'", ">"])
NAME = st.sampled_from(
    ["class", "id", "datetime", "itemprop", "property", "content", "lang", "href", "\x00", "data-x"]
)
ATTRIBUTES = st.lists(st.builds("{}={}{}{}".format, NAME, QUOTE, TEXT, QUOTE), max_size=2).map(
    " ".join
)
TAG = st.sampled_from(TAGS)
BROKEN = st.sampled_from(
    [
        "<!--",
        "-->",
        "<![CDATA[",
        "<!DOCTYPE",
        "<?xml",
        "?>",
        "</",
        "<p",
        "<!",
        "<base href='//['>",
        '<html lang="\x00">',
    ]
)
PIECE = (
    TEXT
    | BROKEN
    | st.builds("<{} {}>".format, TAG, ATTRIBUTES)
    | st.builds("</{}>".format, TAG)
    | st.builds("<{0}>{1}</{0}>".format, TAG, TEXT)
)
SOUP = st.lists(PIECE, max_size=20).map("".join)
SCRAPE = st.lists(st.lists(TEXT, max_size=3).map(" ".join), max_size=15).map("\n".join)
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.just("\ud83d") | TEXT
NONSENSE = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=12,
)

fuzzed = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def page(more: str = "", *, head: str = "", body: str = PARAGRAPHS) -> str:
    start = f"<!DOCTYPE html><html lang='en'><head><title>Talks</title>{head}</head>"
    return f"{start}<body><article>{body}{more}</article></body></html>"


def linked(data: str) -> str:
    return page(head=f'<script type="application/ld+json">{data}</script>')


def cleaned(form: str, *raw: str) -> pd.DataFrame:
    """The articles, after holding the verb's answer to what is true of every answer."""
    ids = [str(n) for n in range(len(raw))]
    found = pd.DataFrame({"doc_id": ids, "format": form, "raw": pd.Series(list(raw), dtype=object)})
    articles, ledger = press_coverage.clean(found, progress=False)
    assert articles["doc_id"].tolist() == ids
    assert all(isinstance(body, str) for body in articles["body"])
    assert set(ledger["doc_id"]) <= set(ids)
    assert set(ledger["step"]) <= {"clean"}
    if form != "html":
        for line in (
            ledger[ledger["action"].eq("dropped")].dropna(subset=["start", "end"]).itertuples()
        ):
            assert 0 <= line.start < line.end <= len(raw[int(line.doc_id)])
    return articles


@fuzzed
@given(soup=st.lists(SOUP, min_size=3, max_size=3))
def test_tag_soup_as_a_page(soup: list[str]) -> None:
    cleaned("html", soup[0], page(soup[1]), page(head=soup[2]))


@fuzzed
@given(scrapes=st.lists(SCRAPE, min_size=3, max_size=3), form=st.sampled_from(["text", "table"]))
def test_lines_of_anything_as_a_scrape_or_a_cell(scrapes: list[str], form: str) -> None:
    cleaned(form, *scrapes)


@fuzzed
@given(data=st.dictionaries(st.sampled_from(KEYS), NONSENSE, min_size=4))
def test_linked_data_of_wrong_types_leaves_the_article_alone(data: dict[str, Any]) -> None:
    articles = cleaned("html", linked(json.dumps({"@type": "NewsArticle", **data})))
    assert PROSE in articles.loc[0, "body"]


@fuzzed
@given(
    data=st.binary(max_size=60),
    name=st.sampled_from(["a.html", "a.txt", "a.csv", "a.json", "a.jsonl", "a.html.gz", "a"]),
    at=st.integers(0, 300),
)
def test_any_bytes_in_a_file(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str, at: int
) -> None:
    whole = page().encode()
    through_a_file(
        tmp_path_factory.mktemp("bytes") / name,
        whole[:at] + data + whole[at:] if name.startswith("a.html") else data * 5,
    )


CHARSETS = [
    "utf-8",
    "iso-8859-1",
    "windows-1251",
    "utf-16",
    "utf-16-le",
    "shift_jis",
    "euc-kr",
    "utf-7",
    "idna",
    "rot13",
    "none-such",
    "\x00",
    "",
]
WORDS = "Gespräche in Pjöngjang, переговоры в Пхеньяне, 平壌での会談. " * 5


@pytest.mark.parametrize("declared", CHARSETS)
@pytest.mark.parametrize("used", ["utf-8", "cp1252", "cp1251", "utf-16", "shift_jis"])
def test_a_charset_declared_wrongly(tmp_path: Path, declared: str, used: str) -> None:
    through_a_file(
        tmp_path / "a.html",
        page(f"<p>{WORDS}</p>", head=f'<meta charset="{declared}">').encode(used, "replace"),
    )


def test_half_of_a_surrogate_pair_in_an_export(tmp_path: Path) -> None:
    through_a_file(
        tmp_path / "a.jsonl",
        b'{"title": "\\ud83d", "text": "%s \\ud83d"}\n{"text": "Talks."}' % PROSE.encode(),
    )


def through_a_file(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    articles, ledger = press_coverage.load(path, progress=False)
    assert "unexpected" not in set(ledger["rule"])
    assert path.name in set(ledger["source_file"])
    articles, _ = press_coverage.clean(articles, progress=False)
    assert all(isinstance(body, str) for body in articles["body"])


def entity_bomb() -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e0 "bomb">{entities}]>' + page(
        "<p>&e11;</p>"
    ).removeprefix("<!DOCTYPE html>")


def noise(alphabet: str, n: int) -> str:
    return "".join(random.Random(0).choices(alphabet, k=n))


PAGES: dict[str, Callable[[], str]] = {
    "plain": page,
    "5,000 levels": lambda: page("<div>" * 5_000 + PROSE + "</div>" * 5_000),
    "200,000 levels": lambda: page("<div>" * 200_000 + PROSE + "</div>" * 200_000),
    "200,000 levels around the article": lambda: page(body="<div>" * 200_000 + PARAGRAPHS),
    "5,000 levels of inline tags": lambda: page("<p>" + "<b><i>" * 5_000 + PROSE),
    "2,000 tables in one another": lambda: page("<table><tr><td>" * 2_000 + PROSE),
    "2,000 lists in one another": lambda: page("<ul><li>Talks" * 2_000),
    "200,000 tags never closed": lambda: page("<p><font><a href=x>" * 70_000),
    "200,000 tags never opened": lambda: page("</div></p></b>" * 70_000),
    "wrong nesting": lambda: page("<b><p><i></b>Talks</p><table><p></i></table>" * 3_000),
    "quotes never closed": lambda: page("<a href='x class=\"y>Talks</a>" * 10_000),
    "comments never closed": lambda: page("<!-- <!-" * 100_000),
    "100,000 times <": lambda: page("<" * 100_000),
    "100,000 times &": lambda: page("&" * 100_000),
    "null bytes": lambda: page("\x00").replace("e", "e\x00"),
    "control characters": lambda: page("<p>" + "".join(map(chr, range(1, 160))) * 1_000),
    "an attribute of 5 MB": lambda: page(f'<p class="{"x " * 2_500_000}">{PROSE}</p>'),
    "10,000 attributes": lambda: page(
        "<p " + " ".join(f'a{n}="{n}"' for n in range(10_000)) + ">Talks"
    ),
    "a bomb of entities": entity_bomb,
    "an entity from a file": lambda: (
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        + page("<p>&x;</p>").removeprefix("<!DOCTYPE html>")
    ),
    "references to no character": lambda: page(
        "<p>" + "&#0;&#xD800;&#x110000;&#99999999999;&nosuch;&" * 5_000
    ),
    "half surrogates": lambda: page(
        f"<p>\ud83d {PROSE} \udc00</p>" * 100, head="<meta name=author content='\ud83d'>"
    ),
    "10,000 rows": lambda: page(
        "<table>" + f"<tr><td>{PROSE}</td><td>7</td></tr>" * 10_000 + "</table>"
    ),
    "10,000 items": lambda: page(
        "<ul>" + f"<li><a href=x>Talks</a> {PROSE}</li>" * 10_000 + "</ul>"
    ),
    "10,000 paragraphs": lambda: page(
        "".join(f"<p>On day {n}, {PROSE}</p>" for n in range(10_000))
    ),
    "10,000 breaks": lambda: page("<p>" + f"{PROSE}<br>" * 10_000),
    "3,000 links": lambda: page("<a href=x>Talks resume</a> " * 3_000),
    "2,000 captions": lambda: page(
        "<figure><img src=x><figcaption>Photo: pool</figcaption></figure>" * 2_000
    ),
    "2,000 quotations": lambda: page(f"<blockquote>{PROSE}</blockquote>" * 2_000),
    "10,000 empty blocks": lambda: page("<div></div>" * 10_000),
    "one paragraph of 2 MB": lambda: page(f"<p>{PROSE * 24_000}</p>"),
    "one word of 1 MB": lambda: page(f"<p>{'x' * 1_000_000}</p>"),
    "no space in 1 MB": lambda: page(f"<p>{'代表は会談した。' * 40_000}</p>"),
    "blanks of 1 MB": lambda: page(f"<p>{' ' * 1_000_000}</p>"),
    "from right to left": lambda: page(
        "<p dir=rtl>\u202eالتقى المبعوثون مجددا في القرية الحدودية.</p>" * 1_000
    ),
    "a title of 1 MB": lambda: page(
        head=f"<meta property='og:title' content='{'Talks ' * 170_000}'>"
    ),
    "a description of 1 MB": lambda: page(
        f"<p>{PROSE}", head=f"<meta name=description content='{PROSE * 12_000}'>"
    ),
    "a date of 300 kB": lambda: page(
        head=f"<meta property='article:published_time' content='{'2018-05-31 ' * 30_000}'>"
    ),
    "a thousand dates that are none": lambda: page(
        head="<meta property='article:published_time' content='31 Foo 20188'>" * 1_000
    ),
    "digits of 300 kB": lambda: page(f"<time datetime={'1' * 300_000}>{'1' * 300_000}</time>"),
    "2,000 copyright lines": lambda: page("<p>© 2018 - 2019 Copyright</p>" * 2_000),
    "an address of 1 MB": lambda: page(
        head=f"<link rel=canonical href='https://outlet.example/{'a/' * 500_000}'>"
    ),
    "only a script": lambda: f"<html><script>{'var x = 1;' * 100_000}</script></html>",
    "only a script never closed": lambda: "<script>" * 50_000,
    "only a head": lambda: "<html><head><title>Talks</title></head></html>",
    "nothing": lambda: "",
    "linked data 10,000 deep": lambda: linked('{"@graph": [' * 10_000 + "]}" * 10_000),
    "linked data 10,000 deep, cut": lambda: linked('{"author": ' * 10_000),
    "linked data in 5,000 blocks": lambda: page(
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": []}</script>'
        * 5_000
    ),
    "linked data of 5 MB": lambda: linked(
        json.dumps({"@type": "NewsArticle", "articleBody": PROSE * 60_000})
    ),
    "linked data with half a surrogate": lambda: linked(
        json.dumps(dict.fromkeys(KEYS, "\ud83d Talks") | {"@type": "NewsArticle"})
    ),
    "linked data with huge numbers": lambda: linked(
        f'{{"@type": "NewsArticle", "datePublished": {"9" * 5_000}, "headline": 1e999}}'
    ),
    **{f"noise {n}": lambda n=n: page(noise("<>/='\" &;!-abp\n", 100_000 + n)) for n in range(3)},
}
SCRAPES: dict[str, Callable[[], str]] = {
    "plain": lambda: f"Talks\n{PROSE}\n{PROSE}",
    "one line of 5 MB": lambda: PROSE * 60_000,
    "one word of 5 MB": lambda: "x" * 5_000_000,
    "200,000 tiny lines": lambda: "x\n" * 200_000,
    "20,000 lines of prose": lambda: "".join(f"{n} envoys met.\n" for n in range(20_000)),
    "200,000 empty lines": lambda: "\n \r\n" * 100_000,
    "20,000 list openers": lambda: "Most read\n" * 20_000,
    "wrapped at a width": lambda: (
        "The envoys of both sides met again in the village near the border on\n" * 5_000
    ),
    "wrapped pieces with a hyphen": lambda: (
        "the negotiators of both sides and their inter-\n" * 5_000
    ),
    "blanks of 5 MB": lambda: " " * 5_000_000,
    "blanks and tabs between words": lambda: (" " * 50_000 + "x" + "\t" * 50_000) * 20,
    "full stops of 300 kB": lambda: "." * 300_000,
    "digits of 300 kB": lambda: "1" * 300_000,
    "dates of 300 kB": lambda: "12.6.2018 " * 30_000,
    "quotation marks of 300 kB": lambda: "„«“\"'" * 60_000,
    "opening marks of 300 kB": lambda: "„" * 150_000 + "«" * 150_000,
    "hyphens of 300 kB": lambda: "a-" * 150_000,
    "credits of 300 kB": lambda: "Photo by von (c) © " * 15_000,
    "splices of 300 kB": lambda: "ADVERTISEMENT Story continues below " * 8_000,
    "addresses of 300 kB": lambda: "https://outlet.example/a@b.example," * 9_000,
    "mojibake of 300 kB": lambda: "GesprÃ¤che in PjÃ¶ngjang â€“ " * 9_000,
    "entities of 300 kB": lambda: "&amp;amp;" * 33_000,
    "brackets of 300 kB": lambda: "([{<" * 75_000,
    "accents of 200,000": lambda: "e" + "\u0301\u0327" * 100_000,
    "null bytes": lambda: PROSE.replace(" ", "\x00 ") * 1_000,
    "control characters": lambda: "".join(map(chr, range(160))) * 1_000,
    "half surrogates": lambda: f"\ud83d\n{PROSE} \udc00\n{PROSE}",
    "from right to left": lambda: "\u202eالتقى المبعوثون مجددا في القرية الحدودية.\n" * 5_000,
    "no space in 300 kB": lambda: "代表は会談した。" * 12_000,
    "tags of 300 kB": lambda: "<p>" * 100_000,
}
CELLS = {name: SCRAPES[name] for name in ("plain", "wrapped at a width", "half surrogates")}
NASTY = {
    (form, name): make
    for form, cases in (("html", PAGES), ("text", SCRAPES), ("table", CELLS))
    for name, make in cases.items()
}


def yardstick() -> float:
    """Seconds of processor time that counting the words of 6,000 sentences takes here and now."""
    began = time.process_time()
    for _ in range(6_000):
        Counter(re.findall(r"\w+", PROSE.lower()))
    return time.process_time() - began


def tried() -> dict[str, list[Any]]:
    """Each nasty input cleaned in a fork.

    What went wrong, processor time in yardsticks, and memory beyond the first, plain page.
    """
    cleaned("html", page())  # what is read once is read before the forks
    cleaned("text", SCRAPES["plain"]())
    gc.freeze()  # a fork copies what its garbage collector touches
    unit, plain, found = 2**20 if sys.platform == "darwin" else 1024, 0, {}
    for (form, name), make in NASTY.items():
        before = yardstick()
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
            signal.alarm(10 * SECONDS)
            code = 1
            try:
                cleaned(form, make())
                code = 0
            except BaseException as problem:
                os.write(
                    writer, f"{type(problem).__name__}: {problem}".encode("utf-8", "replace")[:500]
                )
            os._exit(code)
        os.close(writer)
        with os.fdopen(reader, "rb") as said:
            wrong = said.read().decode()
        _, status, used = os.wait4(child, 0)
        if os.WIFSIGNALED(status):
            wrong = f"cut by {signal.Signals(os.WTERMSIG(status)).name}"
        plain = plain or used.ru_maxrss
        found[f"{form}: {name}"] = [
            wrong,
            (used.ru_utime + used.ru_stime) / max(before, yardstick()),
            (used.ru_maxrss - plain) / unit,
        ]
    return found


@pytest.fixture(scope="module")
def results() -> dict[str, list[Any]]:
    run = subprocess.run(
        [sys.executable, __file__], capture_output=True, text=True, timeout=600, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    answers: dict[str, list[Any]] = json.loads(run.stdout)
    return answers


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each input is tried in a fork")
@pytest.mark.parametrize("case", [f"{form}: {name}" for form, name in NASTY])
def test_a_nasty_input_neither_stops_nor_hangs_nor_fills_the_memory(
    results: dict[str, list[Any]], case: str
) -> None:
    wrong, yardsticks, megabytes = results[case]
    assert not wrong
    assert yardsticks < YARDSTICKS
    assert megabytes < MEGABYTES


if __name__ == "__main__":
    print(json.dumps(tried()))

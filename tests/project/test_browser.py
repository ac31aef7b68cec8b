"""The report in a browser: each page as a phone would show it.

A page is opened from its file in headless Chromium, without a network.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(
    filter(
        None,
        map(
            shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        ),
    ),
    None,
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
QUIET += ["--disable-component-update", "--disable-sync"]
NOTEBOOKS = sorted(path.stem for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
PHONES = (360, 420)  # CSS pixels
PAPER = 680  # A4 between margins of 15 mm
SMALLEST = 12  # CSS pixels of text
RULES = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
]  # all that axe has for these, none left out
KINDS = ("said", "asked", "links", "images", "sideways", "print", "text", "axe", "keyboard")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here; on Debian and Ubuntu: apt-get install chromium"
)


@pytest.fixture(
    scope="module"
)  # not longer: while Playwright is on, its event loop is in the way of the notebooks' kernels
def browser() -> Iterator[Browser]:
    """Chromium, started when the site is built."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def seen(site: Path, browser: Browser) -> dict[str, dict[str, list[str]]]:
    """What is wrong with each page of the report, by kind."""
    return {
        path.relative_to(site).as_posix(): faults(browser, path)
        for path in sorted(site.rglob("*.html"))
    }


def faults(browser: Browser, path: Path) -> dict[str, list[str]]:
    """What is wrong with a page, by kind."""
    context = browser.new_context(
        viewport={"width": PHONES[0], "height": 800}, offline=True, reduced_motion="reduce"
    )
    page = context.new_page()
    said, asked = list[str](), list[str]()
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    found = {
        "links": links(page),
        "images": images(page),
        "sideways": sideways(page),
        "text": small_text(page),
        "axe": violations(page),
        "keyboard": out_of_reach(page),
        "print": too_wide_for_paper(page),
        "said": said,
        "asked": [url for url in asked if urlsplit(url).scheme not in ("file", "data")],
    }
    context.close()
    return found


def links(page: Page) -> list[str]:
    """Links to a file that is not there or to an id that its page lacks.

    Links into the web are not followed.
    """
    wrong = []
    for url in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"):
        to = urlsplit(url)
        target = Path(url2pathname(to.path))
        if to.scheme not in ("file", "http", "https"):
            wrong.append(url)
        elif to.scheme == "file" and not target.is_file():
            wrong.append(f"{url}: no such file")
        elif to.fragment and to.scheme == "file":
            at = unquote(to.fragment)
            here = url.split("#")[0] == page.url.split("#")[0]
            if not (
                page.evaluate("id => document.getElementById(id) !== null", at)
                if here
                else f'id="{at}"' in target.read_text("utf-8")
            ):
                wrong.append(f"{url}: no such place")
    return wrong


def images(page: Page) -> list[str]:
    """Images that did not load or that nothing describes."""
    read = "images => images.map(image => [image.alt, image.complete && image.naturalWidth > 0])"
    return [
        alt or "no alt"
        for alt, loaded in page.eval_on_selector_all("img", read)
        if not loaded or len(alt) < 20
    ]


def sideways(page: Page) -> list[str]:
    """Widths of a phone's screen at which the whole page scrolls sideways."""
    wrong = []
    for width in reversed(PHONES):
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        if wide > width:
            wrong.append(f"{wide} px at {width}")
    return wrong


def small_text(page: Page) -> list[str]:
    """Text that is shown smaller than SMALLEST."""
    read = """least => [...document.querySelectorAll('body *')]
        .filter(e => e.checkVisibility() &&
            [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()))
        .map(e => [parseFloat(getComputedStyle(e).fontSize), e.textContent.trim()])
        .filter(([size]) => size < least)
        .map(([size, text]) => `${size} px: ${text.slice(0, 40)}`)"""
    small: list[str] = page.evaluate(read, SMALLEST)
    return small


def out_of_reach(page: Page) -> list[str]:
    """Boxes that scroll by themselves and that Tab never comes to."""
    count = page.evaluate("""() => {
        const scrolls = e => /auto|scroll/.test(getComputedStyle(e).overflowX) &&
            e.scrollWidth > e.clientWidth;
        window.boxes = [...document.querySelectorAll('body *')].filter(scrolls);
        window.unreached = new Set(window.boxes);
        document.addEventListener('focusin', event => window.unreached.delete(event.target));
        return document.querySelectorAll('a[href], [tabindex]').length + window.boxes.length;
    }""")
    for _ in range(count + 1):
        page.keyboard.press("Tab")
    left: list[str] = page.evaluate("[...window.unreached].map(e => e.outerHTML.slice(0, 80))")
    return left


def violations(page: Page) -> list[str]:
    """What axe finds against RULES: the rule and the first element against it."""
    answer = (
        Axe()
        .run(page, options={"runOnly": RULES, "resultTypes": ["violations"], "preload": False})
        .response
    )
    return [
        f"{rule['id']} ({len(rule['nodes'])}): {rule['nodes'][0]['html'][:120]}"
        for rule in answer["violations"]
    ]


def too_wide_for_paper(page: Page) -> list[str]:
    """Whether a printed page would be cut at its right edge."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    return [f"{wide} px on paper of {PAPER}"] if wide > PAPER else []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("page", ["index", *NOTEBOOKS])
def test_a_page_has_no_fault(page: str, kind: str, seen: dict[str, dict[str, list[str]]]) -> None:
    assert seen[f"{page}.html"][kind] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_rows_has_no_fault(kind: str, seen: dict[str, dict[str, list[str]]]) -> None:
    assert any(name.startswith("rows/") for name in seen), "the fixture makes them"
    assert {
        name: found[kind]
        for name, found in seen.items()
        if name.startswith("rows/") and found[kind]
    } == {}


BROKEN = """<!DOCTYPE html><html lang="en"><head><title>Broken</title></head><body>\
<main><h1>Broken</h1>
<p style="color: #ccc">Pale. <a href="gone.html">Dead</a> <a href="#nowhere">Nowhere</a> \
<a href="script:1">Odd</a></p>
<p style="font-size: 9px">Small.</p>
<img src="gone.png">\
<img alt="A picture that is said to be here, and is not" src="data:image/png;base64,AAAA">
<div tabindex="-1" style="width: 9rem; overflow-x: auto">\
<div style="width: 30rem">Wide in a box</div></div>
<div style="width: 800px">Wide</div>
<script>console.error("loud"); fetch("http://press.example/"); throw new Error("thrown")</script>\
</main></body></html>"""


@pytest.fixture(scope="module")
def broken(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("broken") / "broken.html"
    path.write_text(BROKEN, encoding="utf-8")
    return faults(browser, path)


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("said", ["loud", "thrown"]),
        ("asked", ["http://press.example/"]),
        ("links", ["gone.html: no such file", "broken.html#nowhere: no such place", "script:1"]),
        ("images", ["no alt", "A picture that is said to be here"]),
        ("sideways", ["px at 420", "px at 360"]),
        ("print", ["px on paper of 680"]),
        ("text", ["9 px: Small."]),
        ("axe", ["color-contrast", "image-alt"]),
        ("keyboard", ['<div tabindex="-1"']),
    ],
)
def test_each_fault_of_a_broken_page_is_named(
    kind: str, named: list[str], broken: dict[str, Any]
) -> None:
    assert {
        fault for fault in named if not any(fault in found for found in broken[kind])
    } == set(), broken[kind]
    assert {kind for kind in KINDS if not broken[kind]} == set()

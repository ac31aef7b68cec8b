"""HTML to text: the lines of a page, or a piece of markup as one line."""

import re

import lxml.etree
import lxml.html

_OWN_LINE = frozenset(
    "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table td"
    " th tr ul".split()
)
_APART = ("p", "br", "div", "li", "td", "h1", "h2", "h3", "h4", "blockquote")
_UNSEEN = ("script", "style", "title")
_MARKUP = re.compile(r"<[A-Za-z/!]|&(?:#|\w+;)")


def lines_of(page: str) -> str:
    r"""The text of a page, one paragraph or table cell a line; "" where it cannot be parsed.

    >>> lines_of("<title>a</title><p>Kim <b>writes</b>.<p>Trump<br>answers.").split("\n")
    ['Kim writes.', 'Trump', 'answers.']
    """
    page = re.sub(r"^\s*<\?xml[^>]*>", "", page)  # lxml refuses a declared encoding in text
    try:
        tree = lxml.html.fromstring(page, parser=lxml.html.HTMLParser(huge_tree=False))
    except (lxml.etree.ParserError, ValueError):
        return ""
    parts: list[str] = []
    for event, node in lxml.etree.iterwalk(tree, events=("start", "end")):
        if node.tag in _OWN_LINE:
            parts.append("\n")
        text = node.tail if event == "end" else "" if node.tag in _UNSEEN else node.text
        parts.append(re.sub(r"\s+", " ", text or ""))
    return re.sub(r"[ \t]*\n\s*", "\n", "".join(parts)).strip()


def line_of(markup: str) -> str:
    """A text that may hold markup, such as a feed's summary, as one line.

    >>> line_of("<p>Two</p><p>envoys &amp; met</p>"), line_of("1 < 2")
    ('Two envoys & met', '1 < 2')
    """
    if _MARKUP.search(markup):
        tree = lxml.html.document_fromstring(f"<div>{markup.replace(chr(0), '')}</div>")
        for element in tree.iter(*_APART):
            element.text, element.tail = f" {element.text or ''}", f" {element.tail or ''}"
        for element in list(tree.iter("script", "style")):
            element.drop_tree()
        markup = str(tree.text_content())
    return " ".join(markup.split())

"""Feeds, sitemaps and lists of links: what was published when and where, mostly without text."""

import email.utils
import html
import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import feedparser
from lxml import etree

from press_coverage.loading.notes import Note, note
from press_coverage.loading.streams import UnreadableError
from press_coverage.text.html import line_of

WHOLE = 60  # words from which an item's content counts as the article, not as its announcement
_MISC = re.compile(r"<\?[^>]*\?>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(
    r"""
    [\s\ufeff]*
    (?: <!DOCTYPE \s+ (?P<type>[\w:.-]+) [^\[>]*
        (?: \[ [^\]]* \] \s* )?              # declarations of entities
        (?: >\s* | $ )
    )?
    (?: < (?P<root>[A-Za-z_][\w:.-]*) )?
    """,
    re.VERBOSE,
)
_FEEDS = {  # roots of feeds, and what makes such a file one
    "rss": re.compile(""),
    "feed": re.compile("/atom", re.I),
    "RDF": re.compile(r"purl\.org/rss/|netscape\.com/rdf/"),
}
_SITEMAPS = ("urlset", "sitemapindex")
_NO_DAMAGE = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
_TAGS = re.compile(r"<[^<>]*>")
_URL = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_GKG_ID = re.compile(r"\d{14}-T?\d+")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?")
_EXTRA = re.compile(r"<PAGE_(TITLE|AUTHORS|PRECISEPUBTIMESTAMP)>([^<]*)</PAGE_")
_EVENTS = (58, 61)  # columns of GDELT's events 1.0 and 2.0
_GKG = 27  # columns of its knowledge graph 2.0


def kind_of_xml(head: bytes) -> str | None:
    """'feed' or 'sitemap' if the first 2,000 bytes of a file open one, else None.

    >>> kind_of_xml(b'<?xml version="1.0"?><rss version="2.0">'), kind_of_xml(b"<urlset>")
    ('feed', 'sitemap')
    >>> kind_of_xml(b"<html><rss>")
    """
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    text = head[: 2000 - len(head[:2000]) % 2].decode(encoding, "replace").removeprefix("ï»¿")
    doctype, root = _ROOT.findall(_MISC.sub("", text))[0]
    root = (root or doctype).split(":")[-1]
    if root in _SITEMAPS:
        return "sitemap"
    return "feed" if root in _FEEDS and _FEEDS[root].search(text) else None


def read_feed(data: bytes) -> Iterator[dict[str, Any]]:
    """The items of an RSS (0.9x, 1.0, 2.0) or Atom feed, as records in its order, and notes.

    An item with its full content (`WHOLE` words or more) has key "html"; no item has a body, the
    others are links. Dates are ISO, with the zone as printed; an item that only says when it was
    updated is dated by that. Raises UnreadableError for a file that holds no feed. Source: RSS 2.0
    and RFC 4287.

    >>> item = b"<item><title>Talks</title><link>http://example.org/1</link></item>"
    >>> list(read_feed(b'<rss version="2.0"><channel>' + item + b"</channel></rss>"))
    [{'row': 1, 'title': 'Talks', 'url': 'http://example.org/1'}]
    """
    # a stream: bytes could be taken for a path or an address
    parsed = feedparser.parse(io.BytesIO(data), sanitize_html=False)
    if not parsed.get("version") and not parsed.entries:
        remedy = "save the feed's XML itself, not the page that shows it"
        raise UnreadableError(f"the file holds no feed: {remedy}", "feed")
    for row, entry in enumerate(parsed.entries, start=1):
        yield _record(row, entry, parsed.feed)
    if not parsed.entries:
        yield _nothing("feed", "items")
    problem = parsed.get("bozo_exception")
    if parsed.bozo and not isinstance(problem, _NO_DAMAGE):
        yield _damaged(str(problem), data, b"rss|feed|RDF")


def _record(row: int, entry: Any, feed: Any) -> dict[str, Any]:
    record = {key: value for key, value in _item(entry, feed).items() if value}
    if record.keys() & {"title", "url", "html"}:
        return {"row": row, **record}
    reason = f"item {row} has neither a link nor a title"
    return note("empty", reason, "feed_item", row=row, text=record.get("lead"))


def _item(entry: Any, feed: Any) -> dict[str, str | None]:
    contents = entry.get("content", [])
    content: Any = max(contents, key=lambda part: len(part.get("value", "")), default={})
    markup = _markup(content)
    enough = len(_TAGS.sub(" ", markup).split()) >= WHOLE
    summary = entry.get("summary", "")
    published, updated = _date(entry, "published"), _date(entry, "updated")
    terms = (tag.get("term") for tag in entry.get("tags", []))
    return {
        "title": line_of(entry.get("title", "")),
        "url": _url(entry, feed),
        "publishing_date": published or updated,
        "updated": updated if published else None,
        "publisher": _publisher(entry, feed),
        "authors": _authors(entry),
        "language": content.get("language") or entry.get("language") or feed.get("language"),
        "section": line_of(next(filter(None, terms), "")),
        "lead": None if enough and summary == content.get("value") else line_of(summary or markup),
        "html": markup if enough else None,
    }


def _url(entry: Any, feed: Any) -> str | None:
    link = (entry.get("link") or "").strip()
    return urljoin(feed.get("link") or "", link) if link else None


def _publisher(entry: Any, feed: Any) -> str:
    source = entry.get("source", {}).get("title") or entry.get("publisher")
    return line_of(source or feed.get("publisher") or feed.get("title", ""))


def _markup(content: Any) -> str:
    """The content of an item; plain text gets a paragraph a line."""
    text: str = content.get("value", "")
    if content.get("type") != "text/plain":
        return text
    lines = (html.escape(line.strip(), quote=False) for line in text.split("\n") if line.strip())
    return "".join(f"<p>{line}</p>" for line in lines)


def _authors(entry: Any) -> str:
    names = [author.get("name", "").strip() for author in entry.get("authors", [])]
    return "; ".join(dict.fromkeys(filter(None, names or [entry.get("author", "")])))


def _date(entry: Any, key: str) -> str:
    """A date as ISO 8601 with the zone as printed, or as printed; "" where there is none."""
    # dict.get: the class of feedparser gives "published" for a missing "updated", with a warning
    printed = " ".join((dict.get(entry, key) or "").split())
    parsed = dict.get(entry, f"{key}_parsed")
    if re.match(r"\d{4}-", printed):
        return printed
    try:
        stamp = email.utils.parsedate_to_datetime(printed)
    except ValueError:  # no date of RFC 822: feedparser knows more forms, all turned to UTC
        if not parsed:
            return printed
        day = "{:04}-{:02}-{:02}".format(*parsed)
        return day + "T{3:02}:{4:02}:{5:02}Z".format(*parsed) if ":" in printed else day
    return stamp.isoformat() if ":" in printed else stamp.date().isoformat()


def read_sitemap(data: bytes) -> Iterator[dict[str, Any]]:
    """The addresses of a sitemap or a Google News sitemap, as records in its order, and notes.

    When an address was last modified is "updated": it does not say when the article was published.
    An index of sitemaps lists no articles and gives a note. Raises UnreadableError for a file that
    holds no sitemap. Source: the protocol of sitemaps.org 0.9, and Google's news sitemap 0.9.

    >>> place = b"<url><loc>http://example.org/1</loc><lastmod>2018-06-12</lastmod></url>"
    >>> list(read_sitemap(b"<urlset>" + place + b"</urlset>"))
    [{'row': 1, 'url': 'http://example.org/1', 'updated': '2018-06-12'}]
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        reason = f"the sitemap cannot be parsed ({error}): save it again"
        raise UnreadableError(reason, "sitemap") from None
    yield from _places(root)
    errors = [e.message for e in parser.error_log if e.level >= etree.ErrorLevels.ERROR]
    if errors:
        yield _damaged(errors[0], data, b"urlset|sitemapindex")


def _places(root: Any) -> Iterator[dict[str, Any]]:
    name = "" if root is None else _local(root)
    if name not in _SITEMAPS:
        remedy = "save the sitemap's XML itself, not a page that shows it"
        raise UnreadableError(f"the file holds no sitemap: {remedy}", "sitemap")
    if name == "sitemapindex":
        count = sum(_local(child) == "sitemap" for child in root)
        reason = f"an index that lists {count} sitemaps and no articles: save the sitemaps it lists"
        yield note("not_read", reason, "sitemap_index")
        return
    places = [child for child in root if _local(child) == "url"]
    for row, place in enumerate(places, start=1):
        yield _place(row, place)
    if not places:
        yield _nothing("sitemap", "addresses")


_FIELDS = {
    "title": "title", "loc": "url", "publication_date": "publishing_date", "name": "publisher",
    "language": "language", "lastmod": "updated", "keywords": "keywords", "genres": "genres",
}  # fmt: skip


def _place(row: int, place: Any) -> dict[str, Any]:
    values: dict[str, str] = {}
    for element in place.iter():
        key = _FIELDS.get(_local(element))
        if key and not _is_media(element):
            text = "".join(element.itertext(etree.Element, with_tail=False))
            values[key] = values.get(key) or " ".join(text.split())
    record = {key: values[key] for key in _FIELDS.values() if values.get(key)}
    if not record.keys() & {"url", "title"}:
        return note("empty", f"entry {row} of the sitemap has no address", "sitemap_item", row=row)
    return {"row": row, **record}


def _is_media(element: Any) -> bool:
    """Whether it belongs to an image or a video, which have a title and an address, too."""
    return any(_local(above) in ("image", "video") for above in element.iterancestors())


def _local(element: Any) -> str:
    return re.split("[}:]", str(element.tag))[-1]


def is_list(text: str) -> bool:
    r"""Whether a text is a list of addresses, one a line, or a GDELT table without a header.

    Its first 200 lines tell.

    >>> is_list("https://example.org/1\nhttps://example.org/2\n"), is_list("")
    (True, False)
    >>> is_list("Talks\nhttps://example.org/1\n")
    False
    """
    lines = _first_lines(text.lstrip("\ufeff"))
    addresses = (_URL.fullmatch(line.strip()) for line in lines)
    return bool(lines) and (all(addresses) or all(map(_gdelt, lines)))


def _first_lines(text: str) -> list[str]:
    """Without the last where it is a row of a table that may be cut."""
    lines = [line for line in text.split("\n", 200)[:200] if line.strip()]
    tabs = len(lines) > 1 and "\t" in lines[0] and "\t" in lines[-1]
    return lines[:-1] if tabs and not text.endswith("\n") else lines


def read_list(text: str) -> Iterator[dict[str, Any]]:
    r"""The addresses of a list (one a line) or a GDELT table without a header, by line, and notes.

    GDELT's date is the quarter of an hour (UTC) or the day in which it saw the article; the
    knowledge graph's own time of publication goes before it. A row of the events table has
    "event_date" and "event_id": an article with several events has several rows. Source: GDELT's
    codebooks for the GKG 2.1 and for events 1.03 and 2.0.

    >>> list(read_list("https://example.org/1\n\nTalks\n"))[0]
    {'row': 1, 'url': 'https://example.org/1'}
    """
    for row, line in enumerate(text.lstrip("\ufeff").split("\n"), start=1):
        line = line.rstrip("\r")
        if not line.strip():
            continue
        fields = {"url": line.strip()} if _URL.fullmatch(line.strip()) else _gdelt(line)
        if fields:
            yield {"row": row} | {key: value for key, value in fields.items() if value}
        else:
            reason = f"line {row} is neither an address nor a whole row of a GDELT table"
            yield note("not_read", f"{reason}: it may be cut off", "list", row=row, text=line)


def _gdelt(line: str) -> dict[str, Any] | None:
    """The article of a row of GDELT's knowledge graph or of its events; None for another line."""
    cells = line.rstrip("\r").split("\t")
    if len(cells) not in (_GKG, *_EVENTS) or not _STAMP.fullmatch(cells[1]):
        return None
    if len(cells) == _GKG:
        return _in_knowledge_graph(cells) if _GKG_ID.fullmatch(cells[0]) else None
    return _in_events(cells) if cells[0].isdecimal() else None


def _in_knowledge_graph(cells: list[str]) -> dict[str, Any]:
    extra = {key: " ".join(html.unescape(text).split()) for key, text in _EXTRA.findall(cells[26])}
    return {
        "title": extra.get("TITLE"),
        **_address(cells[4]),
        "publishing_date": _iso(extra.get("PRECISEPUBTIMESTAMP", "")) or _iso(cells[1]),
        "publisher": cells[3],
        "authors": extra.get("AUTHORS", "").replace(";", "; "),
        "language": "".join(re.findall(r"\Asrclc:(\w+)", cells[25])),
    }


def _in_events(cells: list[str]) -> dict[str, Any]:
    dates = {"publishing_date": _iso(cells[-2]), "event_date": _iso(cells[1])}
    return {**_address(cells[-1]), **dates, "event_id": cells[0]}


def _address(cell: str) -> dict[str, str]:
    """The address of a source; a broadcast or a journal has none, but a reference."""
    return {"url" if _URL.fullmatch(cell) else "source_reference": cell}


def _iso(stamp: str) -> str | None:
    match = _STAMP.fullmatch(stamp)
    if match is None:
        return None
    day = "-".join(match.group(1, 2, 3))
    return f"{day}T{':'.join(match.group(4, 5, 6))}Z" if match[4] else day


def _nothing(kind: str, things: str) -> Note:
    reason = f"the {kind} lists no {things}: it may have been saved when it was empty"
    return note("empty", reason, kind)


def _damaged(error: str, data: bytes, roots: bytes) -> Note:
    closed = re.search(rb"</(?:\w+:)?(?:%s)\s*>\s*(?:<!--.*)?$" % roots, data[-500:])
    how = "some of it may be missing" if closed else "it is cut off before its end"
    error = " ".join(error.split())[:120]
    return note("partly_read", f"the XML is damaged and {how}: save it again ({error})", "xml")

"""Feeds, sitemaps and lists of links: what was published when and where, mostly without the articles themselves."""

import email.utils
import html
import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import feedparser
import lxml.html
from lxml import etree

from press_coverage.loading.streams import UnreadableError

WHOLE = 60  # words from which an item's content counts as the article, not as its announcement
_MISC = re.compile(r"<\?[^>]*\?>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(
    r"[\s\ufeff]*(?:<!DOCTYPE\s+(?P<type>[\w:.-]+)[^\[>]*(?:\[[^\]]*\]\s*)?(?:>\s*|$))?(?:<(?P<root>[A-Za-z_][\w:.-]*))?"
)
_RSS_RDF = (
    "purl.org/rss/",
    "netscape.com/rdf/",
)  # an RDF file is a feed only with one of these vocabularies
_MARKUP = re.compile(r"<[A-Za-z/!]|&(?:#|\w+;)")
_TAGS = re.compile(r"<[^<>]*>")
_URL = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_GKG_ID = re.compile(r"\d{14}-T?\d+")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?")
_EXTRA = re.compile(r"<PAGE_(TITLE|AUTHORS|PRECISEPUBTIMESTAMP)>([^<]*)</PAGE_")
_EVENTS = (58, 61)  # columns of GDELT's events 1.0 and 2.0; its knowledge graph 2.0 has 27


def kind_of_xml(head: bytes) -> str | None:
    """'feed' or 'sitemap' if the first 2,000 bytes of a file open one, else None.

    >>> kind_of_xml(b'<?xml version="1.0"?><rss version="2.0">'), kind_of_xml(b"<urlset>"), kind_of_xml(b"<html><rss>")
    ('feed', 'sitemap', None)
    """
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    text = head[: 2000 - len(head[:2000]) % 2].decode(encoding, "replace").removeprefix("ï»¿")
    found = _ROOT.match(_MISC.sub("", text))
    root = ((found["root"] or found["type"] or "") if found else "").split(":")[-1]
    if root in ("urlset", "sitemapindex"):
        return "sitemap"
    if (
        root == "rss"
        or (root == "feed" and "/atom" in text.lower())
        or (root == "RDF" and any(name in text for name in _RSS_RDF))
    ):
        return "feed"
    return None


def read_feed(data: bytes) -> Iterator[dict[str, Any]]:
    """The items of an RSS (0.9x, 1.0, 2.0) or Atom feed, as records in the order of the feed, and notes.

    An item with its full content (`WHOLE` words or more) has key "html"; no item has a body, the others are links.
    Dates are ISO, with the zone as printed; an item that only says when it was updated is dated by that.
    Raises UnreadableError for a file that holds no feed. Source: RSS 2.0 and RFC 4287.

    >>> item = b"<item><title>Talks</title><link>http://example.org/1</link></item>"
    >>> list(read_feed(b'<rss version="2.0"><channel>' + item + b"</channel></rss>"))
    [{'row': 1, 'title': 'Talks', 'url': 'http://example.org/1'}]
    """
    parsed = feedparser.parse(
        io.BytesIO(data), sanitize_html=False
    )  # a stream: bytes could be taken for a path or an address
    if not parsed.get("version") and not parsed.entries:
        raise UnreadableError(
            "the file holds no feed: save the feed's XML itself, not the page that shows it", "feed"
        )
    for row, entry in enumerate(parsed.entries, start=1):
        record = {"row": row} | {
            key: value for key, value in _item(entry, parsed.feed).items() if value
        }
        if record.keys() & {"title", "url", "html"}:
            yield record
        else:
            text = {"text": record["lead"]} if "lead" in record else {}
            yield (
                _note("empty", f"item {row} has neither a link nor a title", "feed_item", row=row)
                | text
            )
    if not parsed.entries:
        yield _note(
            "empty", "the feed lists no items: it may have been saved when it was empty", "feed"
        )
    if parsed.bozo and not isinstance(
        parsed.get("bozo_exception"),
        (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType),
    ):
        yield _damaged(
            str(parsed.get("bozo_exception")),
            re.search(rb"</(?:\w+:)?(?:rss|feed|RDF)\s*>\s*(?:<!--.*)?$", data[-500:]),
        )


def _item(entry: Any, feed: Any) -> dict[str, str | None]:
    whole: Any = max(
        (part for part in entry.get("content", [])),
        key=lambda part: len(part.get("value", "")),
        default={},
    )
    markup = whole.get("value", "")
    if whole.get("type") == "text/plain":
        markup = "".join(
            f"<p>{html.escape(line.strip(), quote=False)}</p>"
            for line in markup.split("\n")
            if line.strip()
        )
    enough = len(_TAGS.sub(" ", markup).split()) >= WHOLE
    summary, source = (
        entry.get("summary", ""),
        entry.get("source", {}).get("title") or entry.get("publisher"),
    )
    names = [author.get("name", "").strip() for author in entry.get("authors", [])] or [
        entry.get("author", "")
    ]
    # dict.get: the class of feedparser gives "published" for a missing "updated", with a warning
    published, updated = (dict.get(entry, key) or "" for key in ("published", "updated"))
    link = (entry.get("link") or "").strip()
    return {
        "title": _plain(entry.get("title", "")),
        "url": urljoin(feed.get("link") or "", link) if link else None,
        "publishing_date": _date(published, entry.get("published_parsed"))
        or _date(updated, dict.get(entry, "updated_parsed")),
        "updated": _date(updated, dict.get(entry, "updated_parsed")) if published else None,
        "publisher": _plain(source or feed.get("publisher") or feed.get("title", "")),
        "authors": "; ".join(dict.fromkeys(name for name in names if name)),
        "language": whole.get("language") or entry.get("language") or feed.get("language"),
        "section": next(
            (_plain(tag["term"]) for tag in entry.get("tags", []) if tag.get("term")), None
        ),
        "lead": None if enough and summary == whole.get("value") else _plain(summary or markup),
        "html": markup if enough else None,
    }


def _date(printed: str, parsed: Any) -> str:
    printed = " ".join(printed.split())
    if re.match(r"\d{4}-", printed):
        return printed
    try:
        stamp = email.utils.parsedate_to_datetime(printed)
    except ValueError:  # no date of RFC 822: feedparser knows more forms, all turned to UTC
        if not parsed:
            return printed
        day = f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}"
        return f"{day}T{parsed[3]:02}:{parsed[4]:02}:{parsed[5]:02}Z" if ":" in printed else day
    return stamp.isoformat() if ":" in printed else stamp.date().isoformat()


def _plain(text: str) -> str:
    if _MARKUP.search(text):
        tree = lxml.html.document_fromstring(f"<div>{text.replace(chr(0), '')}</div>")
        for element in tree.iter(
            "p", "br", "div", "li", "td", "h1", "h2", "h3", "h4", "blockquote"
        ):
            element.text, element.tail = f" {element.text or ''}", f" {element.tail or ''}"
        for element in list(tree.iter("script", "style")):
            element.drop_tree()
        text = str(tree.text_content())
    return " ".join(text.split())


def read_sitemap(data: bytes) -> Iterator[dict[str, Any]]:
    """The addresses of a sitemap or a Google News sitemap, as records in the order of the file, and notes.

    When an address was last modified is "updated": it does not say when the article was published. An index of
    sitemaps lists no articles and gives a note. Raises UnreadableError for a file that holds no sitemap.
    Source: the protocol of sitemaps.org 0.9, and Google's news sitemap 0.9.

    >>> list(read_sitemap(b"<urlset><url><loc>http://example.org/1</loc><lastmod>2018-06-12</lastmod></url></urlset>"))
    [{'row': 1, 'url': 'http://example.org/1', 'updated': '2018-06-12'}]
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(
            f"the sitemap cannot be parsed ({error}): save it again", "sitemap"
        ) from None
    name = _local(root) if root is not None else ""
    if name == "sitemapindex":
        count = sum(_local(child) == "sitemap" for child in root)
        yield _note(
            "not_read",
            f"an index that lists {count} sitemaps and no articles: save the sitemaps it lists",
            "sitemap_index",
        )
    elif name == "urlset":
        places = [child for child in root if _local(child) == "url"]
        for row, place in enumerate(places, start=1):
            yield _place(row, place)
        if not places:
            yield _note(
                "empty",
                "the sitemap lists no addresses: it may have been saved when it was empty",
                "sitemap",
            )
    else:
        raise UnreadableError(
            "the file holds no sitemap: save the sitemap's XML itself, not a page that shows it",
            "sitemap",
        )
    if errors := [
        entry.message for entry in parser.error_log if entry.level >= etree.ErrorLevels.ERROR
    ]:
        yield _damaged(
            errors[0],
            re.search(rb"</(?:\w+:)?(?:urlset|sitemapindex)\s*>\s*(?:<!--.*)?$", data[-500:]),
        )


_SITEMAP_FIELDS = {
    "title": "title", "loc": "url", "publication_date": "publishing_date", "name": "publisher", "language": "language",
    "lastmod": "updated", "keywords": "keywords", "genres": "genres",
}  # fmt: skip


def _place(row: int, place: Any) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for element in place.iter():
        # an image or a video of the article has a title and an address, too
        media = any(
            _local(above) in ("image", "video")
            for above in element.iterancestors()
            if above is not place
        )
        key = None if media else _SITEMAP_FIELDS.get(_local(element))
        value = "".join(element.itertext(etree.Element, with_tail=False)) if key else ""
        if key and value.strip() and key not in record:
            record[key] = " ".join(value.split())
    if not record.keys() & {"url", "title"}:
        return _note("empty", f"entry {row} of the sitemap has no address", "sitemap_item", row=row)
    return {"row": row} | {key: record[key] for key in _SITEMAP_FIELDS.values() if key in record}


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def is_list(text: str) -> bool:
    r"""Whether a text is a list of addresses, one a line, or a GDELT table without a header; its first 200 lines tell.

    >>> is_list("https://example.org/1\nhttps://example.org/2\n"), is_list("Talks\nhttps://example.org/1\n"), is_list("")
    (True, False, False)
    """
    lines = [line for line in text.lstrip("\ufeff").split("\n", 200)[:200] if line.strip()]
    if len(lines) > 1 and "\t" in lines[0] and "\t" in lines[-1] and not text.endswith("\n"):
        lines.pop()  # the last row of a table may be cut
    return bool(lines) and (
        all(_URL.fullmatch(line.strip()) for line in lines) or all(_gdelt(line) for line in lines)
    )


def read_list(text: str) -> Iterator[dict[str, Any]]:
    r"""The addresses of a list (one a line) or of a GDELT table without a header, as records by line, and notes.

    GDELT's date is the quarter of an hour (UTC) or the day in which it saw the article; the knowledge graph's own
    time of publication goes before it. A row of the events table has "event_date" and "event_id": an article with
    several events has several rows. Source: GDELT's codebooks for the GKG 2.1 and for events 1.03 and 2.0.

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
            reason = f"line {row} is neither an address nor a whole row of a GDELT table: it may be cut off"
            yield _note("not_read", reason, "list", row=row) | {"text": line}


def _gdelt(line: str) -> dict[str, Any] | None:
    cells = line.rstrip("\r").split("\t")
    if len(cells) == 27 and _GKG_ID.fullmatch(cells[0]) and _STAMP.fullmatch(cells[1]):
        extra = {
            key: " ".join(html.unescape(value).split()) for key, value in _EXTRA.findall(cells[26])
        }
        seen = _iso(extra.get("PRECISEPUBTIMESTAMP", "")) or _iso(cells[1])
        where = (
            "url" if _URL.fullmatch(cells[4]) else "source_reference"
        )  # a broadcast or a journal has no address
        language = re.match(r"srclc:(\w+)", cells[25])
        found = {
            "title": extra.get("TITLE"),
            where: cells[4],
            "publishing_date": seen,
            "publisher": cells[3],
        }
        return found | {
            "authors": extra.get("AUTHORS", "").replace(";", "; "),
            "language": language[1] if language else None,
        }
    if len(cells) in _EVENTS and cells[0].isdecimal() and _STAMP.fullmatch(cells[1]):
        where = "url" if _URL.fullmatch(cells[-1]) else "source_reference"
        return {
            where: cells[-1],
            "publishing_date": _iso(cells[-2]),
            "event_date": _iso(cells[1]),
            "event_id": cells[0],
        }
    return None


def _iso(stamp: str) -> str | None:
    found = _STAMP.fullmatch(stamp)
    day = f"{found[1]}-{found[2]}-{found[3]}" if found else None
    return f"{day}T{found[4]}:{found[5]}:{found[6]}Z" if found and found[4] else day


def _damaged(error: str, closed: object) -> dict[str, Any]:
    how = "some of it may be missing" if closed else "it is cut off before its end"
    return _note(
        "partly_read",
        f"the XML is damaged and {how}: save it again ({' '.join(error.split())[:120]})",
        "xml",
    )


def _note(action: str, reason: str, rule: str, **where: int) -> dict[str, Any]:
    return {"action": action, "reason": reason, "rule": rule, **where}

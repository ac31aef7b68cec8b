"""Feeds, sitemaps and lists of links: what they list is read, what they lack is said."""

from typing import Any

import pytest

from press_coverage.loading.links import is_list, kind_of_xml, read_feed, read_list, read_sitemap
from press_coverage.loading.streams import UnreadableError

LONG = "<p>" + "Die Unterhändler setzten ihre Gespräche in Genf fort. " * 9 + "</p>"
ITEM = "<item><title>Talks &amp; tea</title><link>/a/1.html</link>{}</item>"
NS = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def rss(items: str, version: str = "2.0") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="{version}" {NS}>'
        f"<channel><title>Nordhafener Kurier</title>"
        f"<link>https://kurier.example.org/</link><language>de</language>{items}</channel></rss>"
    )


def atom(entries: str) -> str:
    title = "<title>The Harrow Ledger</title>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">{title}{entries}</feed>'


RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Donaublatt Wien</title></channel>'
    '<item rdf:about="https://d.example.org/1"><title>Gespräche</title><link>https://d.example.org/1</link>'
    "<dc:date>2018-06-12T08:00:00+02:00</dc:date><dc:creator>Ute Rabenau</dc:creator>"
    "</item></rdf:RDF>"
)
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "'
    + "&a;" * 50
    + '"><!ENTITY c "'
    + "&b;" * 50
    + '"><!ENTITY d "'
    + "&c;" * 50
    + '">]>'
)


def read(
    data: str | bytes, reader: Any = read_feed
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    pieces = list(reader(data if isinstance(data, bytes) else data.encode()))
    return [piece for piece in pieces if "action" not in piece], [
        piece for piece in pieces if "action" in piece
    ]


FIELDS = [
    (
        rss(ITEM.format("")),
        {
            "title": "Talks & tea",
            "url": "https://kurier.example.org/a/1.html",
            "publisher": "Nordhafener Kurier",
        },
    ),
    (rss(ITEM.format("")), {"language": "de", "row": 1}),
    (rss(ITEM.format(""), "0.91"), {"title": "Talks & tea"}),
    (
        rss(ITEM.format("<pubDate>Tue, 12 Jun 2018 01:00:00 +0900</pubDate>")),
        {"publishing_date": "2018-06-12T01:00:00+09:00"},
    ),
    (rss(ITEM.format("<pubDate>Tue, 12 Jun 2018</pubDate>")), {"publishing_date": "2018-06-12"}),
    (rss(ITEM.format("<pubDate>im Juni</pubDate>")), {"publishing_date": "im Juni"}),
    (
        rss(ITEM.format("<category>Politik</category><category>Asien</category>")),
        {"section": "Politik"},
    ),
    (
        rss(ITEM.format("<dc:creator>Ute Rabenau</dc:creator><dc:creator>Jan Holm</dc:creator>")),
        {"authors": "Ute Rabenau; Jan Holm"},
    ),
    (
        rss(
            ITEM.format(
                "<description>&lt;p&gt;Two&lt;/p&gt;"
                "&lt;p&gt;envoys &amp;amp; met&lt;/p&gt;</description>"
            )
        ),
        {"lead": "Two envoys & met"},
    ),
    (
        rss(ITEM.format('<source url="https://b.example.org">Blitzblatt</source>')),
        {"publisher": "Blitzblatt"},
    ),
    (
        rss(
            ITEM.format(
                f"<content:encoded><![CDATA[{LONG}]]></content:encoded><description>Kurz</description>"
            )
        ),
        {"lead": "Kurz"},
    ),
    (
        rss(ITEM.format("<content:encoded><![CDATA[<p>Two envoys</p>]]></content:encoded>")),
        {"lead": "Two envoys"},
    ),
    (
        RDF,
        {
            "publishing_date": "2018-06-12T08:00:00+02:00",
            "authors": "Ute Rabenau",
            "url": "https://d.example.org/1",
        },
    ),
    (
        atom(
            '<entry><title>Talks</title><link href="https://h.example.org/1"/><published>2018-06-12T01:00:00Z</published>'
            "<updated>2018-06-13T01:00:00Z</updated><author><name>Ann Lee</name></author></entry>"
        ),
        {
            "publishing_date": "2018-06-12T01:00:00Z",
            "updated": "2018-06-13T01:00:00Z",
            "authors": "Ann Lee",
            "language": "en",
        },
    ),
]


@pytest.mark.parametrize(("data", "wanted"), FIELDS)
def test_a_feed_gives_the_fields_of_its_items(data: str, wanted: dict[str, Any]) -> None:
    (record,), notes = read(data)
    assert {key: record.get(key) for key in wanted} == wanted
    assert notes == []
    assert "body" not in record
    assert all(record.values())


@pytest.mark.parametrize(
    "data",
    [
        rss(ITEM.format(f"<content:encoded><![CDATA[{LONG}]]></content:encoded>")),
        rss(
            ITEM.format(
                f"<content:encoded><![CDATA[{LONG}]]></content:encoded><description>Kurz</description>"
            )
        ),
        rss(
            ITEM.format(
                f"<description>Kurz</description><content:encoded><![CDATA[{LONG}]]></content:encoded>"
            )
        ),
        atom(f'<entry><title>T</title><content type="html"><![CDATA[{LONG}]]></content></entry>'),
        atom(f'<entry><title>T</title><content type="text">{LONG[3:-4]}</content></entry>'),
        atom(
            f'<entry><title>T</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{LONG}</div></content></entry>'
        ),
    ],
)
def test_full_content_is_kept_as_markup(data: str) -> None:
    (record,), _ = read(data)
    assert record["html"].count("Unterhändler") == 9
    assert record["html"].count("<p>") == 1
    assert record.get("lead") in (None, "Kurz")


NOTES = [
    (
        rss(ITEM.format("") + "<item><description>Two</description></item>"),
        1,
        "empty",
        "neither a link nor a title",
    ),
    (rss(""), 0, "empty", "lists no items"),
    (rss(ITEM.format("") * 3)[:-20], 3, "partly_read", "cut off before its end"),
    (rss(ITEM.format("&nicht;<b>") * 2), 2, "partly_read", "some of it may be missing"),
    (rss(ITEM.format("&d;")).replace("?><rss", "?>" + BOMB + "<rss"), 1, None, ""),
]


@pytest.mark.parametrize(("data", "records", "action", "reason"), NOTES)
def test_a_feed_in_a_bad_state_gives_what_can_be_read_and_a_note(
    data: str, records: int, action: str | None, reason: str
) -> None:
    found, notes = read(data)
    assert [record["title"] for record in found] == ["Talks & tea"] * records
    assert len(str(found)) < 5000
    assert action is None or any(
        note["action"] == action and reason in note["reason"] for note in notes
    ), notes


def test_a_wrongly_declared_encoding_loses_no_letter() -> None:
    (record,), _ = read(rss("<item><title>Gespräche</title></item>").encode("latin-1"))
    assert record["title"] == "Gespräche"


@pytest.mark.parametrize(
    "data",
    [b"", b"<html><body><p>Talks</p></body></html>", b"/etc/hostname", b"http://127.0.0.1:9/"],
)
@pytest.mark.parametrize("reader", [read_feed, read_sitemap])
def test_what_is_no_feed_or_sitemap_is_not_read(data: bytes, reader: Any) -> None:
    with pytest.raises(UnreadableError):
        list(reader(data))


SITEMAP = (
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
    "<url><loc> https://k.example.org/1 </loc><image:image><image:loc>https://k.example.org/1.jpg</image:loc><image:title>Foto"
    "</image:title></image:image><news:news><news:publication><news:name>Blitzblatt</news:name><news:language>de</news:language>"
    "</news:publication><news:publication_date>2018-06-12</news:publication_date>"
    "<news:title>Tee &amp; Gespräche</news:title>"
    "</news:news></url><url><lastmod>2018-06-12</lastmod></url><url><loc>https://k.example.org/3</loc></url></urlset>"
)
NEWS = {
    "row": 1, "title": "Tee & Gespräche", "url": "https://k.example.org/1",
    "publishing_date": "2018-06-12",
    "publisher": "Blitzblatt", "language": "de",
}  # fmt: skip


def test_a_news_sitemap_gives_its_fields_without_those_of_its_pictures() -> None:
    records, notes = read(SITEMAP, read_sitemap)
    assert records == [NEWS, {"row": 3, "url": "https://k.example.org/3"}]
    assert [(note["action"], note["row"]) for note in notes] == [("empty", 2)]


SITEMAPS = [
    (SITEMAP[:-60], 1, "partly_read", "cut off"),
    (SITEMAP.replace("xmlns:news=", "xmlns:old="), 2, "partly_read", "some of it may be missing"),
    (
        SITEMAP.replace("?><url", "?>" + BOMB + "<url").replace("Tee", "&d;Tee"),
        1,
        "partly_read",
        "some of it may be missing",
    ),
    (
        "<sitemapindex><sitemap><loc>https://k.example.org/s.xml</loc></sitemap></sitemapindex>",
        0,
        "not_read",
        "lists 1 sitemaps",
    ),
    ("<urlset></urlset>", 0, "empty", "lists no addresses"),
]


@pytest.mark.parametrize(("data", "records", "action", "reason"), SITEMAPS)
def test_a_sitemap_in_a_bad_state_gives_what_can_be_read_and_a_note(
    data: str, records: int, action: str, reason: str
) -> None:
    found, notes = read(data, read_sitemap)
    assert len(found) >= records
    assert all(record.get("url", "").startswith("https://k.example.org/") for record in found)
    assert len(str(found)) < 2000
    assert any(note["action"] == action and reason in note["reason"] for note in notes), notes


KINDS = [
    (rss("").encode(), "feed"),
    (rss("").encode("utf-16"), "feed"),
    (b"\xef\xbb\xbf\n<!-- <urlset> -->" + rss("").encode(), "feed"),
    (atom("").encode(), "feed"),
    (RDF.encode(), "feed"),
    (SITEMAP.encode(), "sitemap"),
    ((BOMB.replace("x [", "rss [") + "<rss>").encode(), "feed"),
    (b"<sitemapindex>", "sitemap"),
    (b"<feed><animal>Hay</animal></feed>", None),
    (b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">', None),
    (b"<!DOCTYPE html><html><body><rss></body>", None),
    (b"Talks <rss>", None),
    (b"", None),
    (b"<" * 2000, None),
]


@pytest.mark.parametrize(("head", "kind"), KINDS)
def test_the_kind_of_an_xml_file_is_told_by_its_root(head: bytes, kind: str | None) -> None:
    assert kind_of_xml(head) == kind


EXTRA = "<PAGE_AUTHORS>Ann Lee;Jan Holm</PAGE_AUTHORS>"
EXTRA += "<PAGE_TITLE>Tea &amp;amp; talks</PAGE_TITLE>".replace("&amp;amp;", "&amp;")
GKG = "\t".join(
    [
        "20180612060000-T7",
        "20180612060000",
        "1",
        "k.example.org",
        "https://k.example.org/1",
        *[""] * 20,
        "srclc:deu;eng:x",
        EXTRA,
    ]
)
EVENT1 = "\t".join(["771", "20180611", *[""] * 54, "20180612", "https://k.example.org/2"])
EVENT2 = "\t".join(["772", "20180611", *[""] * 57, "20180612061500", "https://k.example.org/3"])
LISTS = [
    ("\ufeffhttps://k.example.org/1\r\n\r\n", [{"row": 1, "url": "https://k.example.org/1"}]),
    (
        GKG,
        [
            {"row": 1, "title": "Tea & talks", "url": "https://k.example.org/1",
             "publishing_date": "2018-06-12T06:00:00Z",
             "publisher": "k.example.org", "authors": "Ann Lee; Jan Holm", "language": "deu"}
        ],
    ),
    (EVENT1, [{"row": 1, "url": "https://k.example.org/2",
      "publishing_date": "2018-06-12", "event_date": "2018-06-11", "event_id": "771"}]),
    (
        EVENT2 + "\n",
        [{"row": 1, "url": "https://k.example.org/3",
      "publishing_date": "2018-06-12T06:15:00Z", "event_date": "2018-06-11", "event_id": "772"}],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "records"), LISTS)
def test_a_list_gives_its_addresses(text: str, records: list[dict[str, Any]]) -> None:
    assert is_list(text)
    assert list(read_list(text)) == records


def test_a_row_that_is_cut_is_noted_with_its_text() -> None:
    text = EVENT1 + "\n" + EVENT1[:30]
    assert is_list(text)
    first, note = read_list(text)
    assert first["row"] == 1
    assert (note["action"], note["row"], note["text"]) == ("not_read", 2, EVENT1[:30])


NO_LISTS = [
    "",
    "\n \n",
    "Talks in Genf\n",
    "See https://k.example.org/1\n",
    "https://k.example.org/1\nTwo envoys met.",
    "a\tb\nc\td",
    "https://",
]


@pytest.mark.parametrize("text", NO_LISTS)
def test_an_article_or_a_table_is_no_list(text: str) -> None:
    assert not is_list(text)

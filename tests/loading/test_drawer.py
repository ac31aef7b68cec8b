"""The drawer: archives, crawls, documents, feeds and lists are opened.

Damage in one costs no other its articles.
"""

import gzip
import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pandas as pd
import pytest

import press_coverage
from press_coverage.loading.streams import pieces

SENTENCE = (
    "Die Unterhändler beider Seiten setzten am Freitag ihre Gespräche über Abrüstung im Grenzdorf"
    " fort."
)
PAGE = (
    '<!DOCTYPE html><html lang="de"><head><meta charset="utf-8">'
    "<title>Gespräche im Grenzdorf</title>"
    '<meta property="article:published_time" content="2018-05-31T16:42:00+02:00">'
    "</head><body><article>"
    "<h1>Gespräche im Grenzdorf</h1>"
    + "".join(f"<p>{SENTENCE} Es war die {n}. Runde.</p>" for n in range(2, 9))
    + "</article></body></html>"
)


def zipped(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return held.getvalue()


def crawled(pages: list[tuple[str, str, bytes]]) -> bytes:
    """A packed crawl, one gzip member a record, as Common Crawl writes them."""
    held = b""
    for n, (url, kind, body) in enumerate(pages):
        http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{n}>\r\n"
        head += f"WARC-Target-URI: {url}\r\nWARC-Date: 2018-06-02T01:02:03Z\r\n"
        head += "Content-Type: application/http; msgtype=response\r\n"
        head += f"Content-Length: {len(http)}\r\n\r\n"
        held += gzip.compress(head.encode() + http + b"\r\n\r\n", mtime=0)
    return held


def saved_as_mhtml() -> bytes:
    message = EmailMessage()
    message["Date"] = "Sat, 02 Jun 2018 01:02:03 -0000"
    message["Snapshot-Content-Location"] = "https://a.example/1"
    message.set_content(PAGE, subtype="html", charset="utf-8", cte="quoted-printable")
    message.add_related(b"\x89PNG", "image", "png")
    return b"From: <Saved by Blink>\r\n" + message.as_bytes()


def loaded(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    return press_coverage.load(path, progress=False)


CONTAINERS = {
    "a page": ("a.html", PAGE.encode()),
    "a packed page": ("a.html.gz", gzip.compress(PAGE.encode(), mtime=0)),
    "a ZIP archive": ("a.zip", zipped({"pages/a.html": PAGE.encode()})),
    "an archive in an archive": ("a.zip", zipped({"inner.zip": zipped({"a.html": PAGE.encode()})})),
    "a packed page in an archive": ("a.zip", zipped({"a.html.gz": gzip.compress(PAGE.encode())})),
    "an MHTML file": ("a.mhtml", saved_as_mhtml()),
    "a crawl": (
        "a.warc.gz",
        crawled([("https://a.example/1", "text/html; charset=utf-8", PAGE.encode())]),
    ),
    "an unpacked crawl": (
        "a.warc",
        gzip.decompress(crawled([("https://a.example/1", "text/html", PAGE.encode())])),
    ),
    "a table of pages": (
        "a.jsonl",
        json.dumps({"url": "https://a.example/1", "html": PAGE}).encode(),
    ),
}


@pytest.mark.parametrize(("name", "data"), CONTAINERS.values(), ids=list(CONTAINERS))
def test_a_page_is_the_same_in_every_container(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    articles, ledger = loaded(tmp_path)
    assert ledger["action"].tolist() == ["read"], ledger["reason"].tolist()
    articles, _ = press_coverage.clean(articles, progress=False)
    row = articles.iloc[0]
    assert row["title"] == "Gespräche im Grenzdorf"
    assert row["body"].endswith(
        "\n".join(f"{SENTENCE} Es war die {n}. Runde." for n in range(2, 9))
    )
    assert str(row["publishing_date"]) == "2018-05-31 14:42:00+00:00"


@pytest.mark.parametrize("name", ["a.mhtml", "a.warc.gz"])
def test_the_time_of_the_copy_is_kept_apart_from_the_publishing_date(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(dict(CONTAINERS.values())[name])
    articles, _ = loaded(tmp_path)
    assert str(articles.loc[0, "retrieved"]) == "2018-06-02 01:02:03+00:00"
    assert articles["publishing_date"].isna().all()
    assert articles.loc[0, "url"] == "https://a.example/1"


def test_what_a_crawl_holds_beside_pages_is_counted(tmp_path: Path) -> None:
    records = [
        ("https://a.example/1", "text/html", PAGE.encode()),
        ("https://a.example/p", "image/png", b"\x89PNG"),
    ]
    (tmp_path / "a.warc.gz").write_bytes(crawled(records))
    articles, ledger = loaded(tmp_path)
    assert len(articles) == 1
    assert ledger["reason"].tolist() == ["1 article", "1 records are no pages: 1 image/png"]


def test_the_folder_beside_a_saved_page_is_one_row(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "a_files").mkdir()
    (tmp_path / "a_files" / "frame.html").write_text(PAGE, encoding="utf-8")
    articles, ledger = loaded(tmp_path)
    assert articles["doc_id"].tolist() == ["a.html"]
    assert ledger["source_file"].tolist() == ["a_files", "a.html"]


def spreadsheet() -> bytes:
    """A workbook of one sheet whose first cell below the header is merged with the one under it."""
    cells = {
        "A1": "Zeitung",
        "B1": "Titel",
        "C1": "Text",
        "A2": "Nordhafener Kurier",
        "B2": "Eins",
        "C2": SENTENCE,
        "B3": "Zwei",
    }
    cells["C3"] = SENTENCE + " Ende."
    rows = "".join(
        f'<row r="{n}">'
        + "".join(
            f'<c r="{at}" t="inlineStr"><is><t>{v}</t></is></c>'
            for at, v in cells.items()
            if at[1] == n
        )
        + "</row>"
        for n in "123"
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>'.encode(),
            "_rels/.rels": (
                f'<Relationships xmlns="{package}/relationships">'
                f'<Relationship Id="r" Type="{rel}/officeDocument"'
                f' Target="xl/workbook.xml"/></Relationships>'
            ).encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{main}" xmlns:r="{rel}">'
                f'<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{package}/relationships">'
                f'<Relationship Id="r1" Type="{rel}/worksheet"'
                f' Target="worksheets/sheet1.xml"/></Relationships>'
            ).encode(),
            "xl/worksheets/sheet1.xml": (
                f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>'
                '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells></worksheet>'
            ).encode(),
        }
    )


def test_merged_cells_of_a_spreadsheet_have_their_value_in_each_row(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(spreadsheet())
    articles, _ = loaded(tmp_path)
    assert articles["publisher"].tolist() == ["Nordhafener Kurier"] * 2
    assert articles["title"].tolist() == ["Eins", "Zwei"]
    assert articles["doc_id"].tolist() == ["a.xlsx:2", "a.xlsx:3"]


def locked(archive: bytes) -> bytes:
    """The archive with the mark that its members ask for a password."""
    held = bytearray(archive)
    held[6] |= 1
    held[held.index(b"PK\x01\x02") + 8] |= 1
    return bytes(held)


def table(kind: str) -> bytes:
    """Nine articles as CSV (with line breaks in its cells), JSON or JSON lines."""
    rows = [
        {"id": str(n), "title": f"Gespräche {n}", "text": f"{SENTENCE}\nEs war die {n}. Runde."}
        for n in range(1, 10)
    ]
    if kind == "csv":
        return (
            "id,title,text\n" + "\n".join(f'{r["id"]},{r["title"]},"{r["text"]}"' for r in rows)
        ).encode()
    if kind == "json":
        return json.dumps(rows).encode()
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


DAMAGED = {
    "a gzip file that is cut": (
        "bad.html.gz",
        gzip.compress(PAGE.encode() * 50)[:-40],
        "partly_read",
        "gzip file is damaged",
    ),
    "an archive that is cut": (
        "bad.zip",
        zipped({"a.html": PAGE.encode()})[:-30],
        "not_read",
        "ZIP archive is damaged",
    ),
    "a gzip bomb": ("bad.html.gz", gzip.compress(b"a" * 30_000_000), "not_read", "unpacks to"),
    "a bomb in an archive": (
        "bad.zip",
        zipped({"a.html": b"a" * 30_000_000}),
        "not_read",
        "unpacks to",
    ),
    "a crawl that is cut": (
        "bad.warc.gz",
        crawled([("https://a.example/1", "text/html", PAGE.encode())] * 2)[:-100],
        "partly_read",
        "damaged",
    ),
    "an MHTML file without a page": (
        "bad.mhtml",
        b"MIME-Version: 1.0\n\nnothing",
        "not_read",
        "holds no page",
    ),
    "a Word file that is none": (
        "bad.docx",
        zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<"}),
        "not_read",
        "Word file",
    ),
    "a spreadsheet that is none": (
        "bad.xlsx",
        zipped({"[Content_Types].xml": b"<x/>"}),
        "not_read",
        "cannot be parsed",
    ),
    "an archive with a password": (
        "bad.zip",
        locked(zipped({"a.html": PAGE.encode()})),
        "not_read",
        "asks for a password",
    ),
    "a table that is cut": (
        "bad.csv",
        table("csv")[:-40],
        "partly_read",
        "quotation mark is opened",
    ),
    "a table of lines that is cut": (
        "bad.jsonl",
        table("jsonl")[:-40],
        "not_read",
        "row 9 is not JSON",
    ),
    "a packed table that is cut": (
        "bad.jsonl.gz",
        gzip.compress(table("jsonl"))[:-20],
        "partly_read",
        "gzip file is damaged",
    ),
    "a list of objects that is cut": (
        "bad.json",
        table("json")[:-40],
        "partly_read",
        "8 objects were read",
    ),
    "two tables joined": (
        "bad.csv",
        table("csv") + b"\n" + table("csv"),
        "dropped",
        "the header again",
    ),
    "two lists of objects joined": (
        "bad.json",
        table("json") * 2,
        "partly_read",
        "18 objects were read",
    ),
    "a table in another encoding": (
        "bad.csv",
        table("csv").decode().encode("cp1252"),
        "repaired",
        "its bytes are cp1252",
    ),
    "an old Word file or a password": (
        "bad.doc",
        b"\xd0\xcf\x11\xe0" + bytes(600),
        "not_read",
        "without a password",
    ),
}


@pytest.mark.parametrize(("name", "data", "action", "reason"), DAMAGED.values(), ids=list(DAMAGED))
def test_damage_has_its_row_and_costs_no_other_file(
    tmp_path: Path, name: str, data: bytes, action: str, reason: str
) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.html").write_text(PAGE, encoding="utf-8")
    articles, ledger = loaded(tmp_path)
    lines = ledger[ledger["source_file"].str.startswith(name) & ledger["action"].eq(action)]
    assert lines["reason"].str.contains(reason, regex=False).any(), ledger[
        ["source_file", "action", "reason"]
    ].to_string()
    assert "good.html" in articles["doc_id"].tolist()


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json"])
def test_a_table_that_is_cut_keeps_the_rows_before(tmp_path: Path, kind: str) -> None:
    whole = table(kind)
    for size in range(len(whole) // 2, len(whole) - 8, 61):
        (tmp_path / f"a.{kind}").write_bytes(whole[:size])
        articles, _ = loaded(tmp_path)
        full = whole[:size].count(b"Runde.") - 1
        assert articles["raw"].str.endswith("Runde.").sum() >= full
        assert articles["doc_id"].tolist()[:full] == [str(n) for n in range(1, full + 1)]


def test_joined_tables_give_the_articles_of_both(tmp_path: Path) -> None:
    for kind in ("csv", "json", "jsonl"):
        (tmp_path / f"a.{kind}").write_bytes(table(kind) + b"\n" + table(kind))
        articles, _ = loaded(tmp_path / f"a.{kind}")
        assert len(articles) == 18
        assert articles["doc_id"].is_unique


def test_an_archive_that_is_cut_keeps_the_files_before(tmp_path: Path) -> None:
    members = {f"{n}.html": PAGE.replace("Gespräche", f"Gespräche {n}").encode() for n in range(3)}
    members["inner.zip"] = zipped({"a.html": PAGE.encode()})
    archive = zipped(members)
    (tmp_path / "a.zip").write_bytes(archive[: archive.rindex(b"PK\x05\x06") - 40])
    articles, ledger = loaded(tmp_path)
    assert articles["doc_id"].tolist() == [
        "a.zip/0.html",
        "a.zip/1.html",
        "a.zip/2.html",
        "a.zip/inner.zip/a.html",
    ]
    assert "ZIP archive is damaged" in ledger["reason"][0]


def test_ten_thousand_files_with_one_bad_give_all_others(tmp_path: Path) -> None:
    for n in range(10_000):
        (tmp_path / f"{n:05}.json").write_text(
            f'{{"title": "Talks {n}", "text": "Two envoys met."}}', encoding="utf-8"
        )
    (tmp_path / "05000.json").write_bytes(b'{"title": "Talks", "text": ')
    articles, ledger = loaded(tmp_path)
    assert len(articles) == 9_999
    assert len(ledger) == 10_000
    assert ledger.loc[ledger["action"] != "read", "source_file"].tolist() == ["05000.json"]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_batches_hold_what_load_holds(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_bytes((table("csv") + b"\n") * 30)
    whole, _ = loaded(tmp_path)
    frame = whole.loc[:, ["doc_id", "title", "raw"]].rename(columns={"raw": "text"})
    (tmp_path / "a.csv").unlink()
    {"csv": frame.to_csv, "parquet": frame.to_parquet}.get(kind, lambda *_, **__: None)(
        tmp_path / f"a.{kind}", index=False
    )
    if kind == "jsonl":
        frame.to_json(tmp_path / "a.jsonl", orient="records", lines=True)
    monkeypatch.setattr(pieces, "__kwdefaults__", {"quoted": False, "size": 1000})
    monkeypatch.setattr("press_coverage.loading.streams.BLOCK", 700)
    parts = list(press_coverage.loading.batches(tmp_path, size=20, progress=False))
    assert len(parts) > (1 if kind == "parquet" else 5)
    both = pd.concat([articles for articles, _ in parts], ignore_index=True)
    pd.testing.assert_frame_equal(
        both[["doc_id", "title", "raw"]], whole[["doc_id", "title", "raw"]]
    )
    ledger = pd.concat([ledger for _, ledger in parts], ignore_index=True)
    assert ledger["parsed"].dropna().tolist() == [len(whole)]
    assert both["doc_id"].is_unique


def test_pages_that_were_fetched_know_their_address(tmp_path: Path) -> None:
    (tmp_path / "a.example").mkdir()
    (tmp_path / "a.example" / "one.html").write_text(PAGE, encoding="utf-8")
    rows = "https://a.example/one,a.example/one.html,saved,,2026-01-02T03:04:05+00:00,200,0\r\n"
    rows += "https://a.example/two,,gone,the site,,404,\r\n"
    (tmp_path / "hydrated.csv").write_bytes(
        ("url,file,status,reason,retrieved,http_status,sha256\r\n" + rows).encode()
    )
    articles, ledger = loaded(tmp_path)
    assert articles[["doc_id", "url"]].values.tolist() == [
        ["a.example/one.html", "https://a.example/one"]
    ]
    assert str(articles["retrieved"][0]) == "2026-01-02 03:04:05+00:00"
    assert ledger[["action", "reason"]].values.tolist()[:2] == [
        ["read", "the addresses of 1 saved pages"],
        ["not_read", "gone: the site"],
    ]


def test_a_crawl_that_is_cut_keeps_the_pages_before(tmp_path: Path) -> None:
    name, data, *_ = DAMAGED["a crawl that is cut"]
    (tmp_path / name).write_bytes(data)
    articles, _ = loaded(tmp_path)
    assert "https://a.example/1" in articles["url"].tolist()


def test_names_that_climb_out_of_an_archive_stay_below_it(tmp_path: Path) -> None:
    inside = tmp_path / "corpus"
    inside.mkdir()
    (inside / "a.zip").write_bytes(
        zipped({"../../up.html": PAGE.encode(), "/root.html": PAGE.encode()})
    )
    articles, _ = loaded(inside)
    assert articles["doc_id"].tolist() == ["a.zip/up.html", "a.zip/root.html"]
    assert [p.name for p in tmp_path.rglob("*")] == ["corpus", "a.zip"], "nothing is written"


@pytest.mark.parametrize(
    ("dates", "read"),
    [
        (["5/6/2018", "5/31/2018"], ["2018-05-06", "2018-05-31"]),
        (["5/6/2018", "31/5/2018"], ["2018-06-05", "2018-05-31"]),
        (["5/6/2018", "4/6/2018"], ["2018-06-05", "2018-06-04"]),
    ],
    ids=[
        "a month-first date tells for its column",
        "a day-first date tells for its column",
        "in doubt day first, with a note",
    ],
)
def test_dates_with_slashes(tmp_path: Path, dates: list[str], read: list[str]) -> None:
    (tmp_path / "a.csv").write_text(
        "sep=;\n" + "\n".join(["date;text", *(f"{d};{SENTENCE}" for d in dates)]), encoding="utf-8"
    )
    articles, ledger = loaded(tmp_path)
    assert articles["publishing_date"].dt.date.astype(str).tolist() == read
    assert ledger["rule"].eq("month_first").sum() == (0 if "31" in "".join(dates) else 1)


def test_publishers_get_one_spelling_and_a_near_miss_a_suggestion(tmp_path: Path) -> None:
    rows = [
        "publisher,text",
        f"Sueddeutsche Zeitung,{SENTENCE}",
        f"Frankfurter Algemeine Zeitung,{SENTENCE}",
    ]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    articles, ledger = loaded(tmp_path)
    assert articles["publisher"].tolist() == [
        "Süddeutsche Zeitung",
        "Frankfurter Algemeine Zeitung",
    ]
    assert articles["country"].tolist()[0] == "DE"
    assert (
        ledger["reason"]
        .str.contains("did you mean 'Frankfurter Allgemeine Zeitung'", regex=False)
        .any()
    )


def test_a_list_of_urls_gives_articles_without_a_body(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "id,publish_date,title,url\n1,2018-06-01,Talks,https://a.example/1\n", encoding="utf-8"
    )
    articles, _ = loaded(tmp_path)
    cleaned, ledger = press_coverage.clean(articles, progress=False)
    assert cleaned.loc[0, ["url", "title", "body"]].tolist() == ["https://a.example/1", "Talks", ""]
    assert ledger["action"].tolist() == ["empty"]

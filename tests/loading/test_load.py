"""Load: files as found become one table, and the ledger has a row for each."""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import press_coverage
from press_coverage.loading.documents import decode
from press_coverage.loading.files import File
from press_coverage.loading.notes import Notes, Rows
from press_coverage.loading.sniffing import articles_of
from press_coverage.loading.spreadsheets import ALIASES
from press_coverage.text.dates import parse_date

PAGE = (
    "<!DOCTYPE html><html lang='de'><head><meta charset='utf-8'>"
    "<title>Gespräche in Pjöngjang</title>"
    "</head><body><article>"
    + "".join(
        f"<p>Am {day}. Juni setzten die Unterhändler beider Seiten ihre Gespräche über Abrüstung"
        f" in Pjöngjang fort.</p>"
        for day in range(1, 9)
    )
    + "</article></body></html>"
)


def whole_run(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Load, clean and annotate, as a user would; the ledgers of all three."""
    articles, first = press_coverage.load(path)
    articles, second = press_coverage.clean(articles)
    notes = press_coverage.annotate(articles)
    return articles, pd.concat([first, second, notes.ledger])


BAD = [
    ("empty.html", b"", "not_read", "the file is empty"),
    ("cut.html", PAGE.encode()[:700], "partly_read", "it may be cut off"),
    (
        "latin.html",
        PAGE.encode("latin-1"),
        "repaired",
        "declared as utf-8, but its bytes are cp1252",
    ),
    (
        "broken.html",
        PAGE.encode().replace(b"Juni", b"Ju\xffni", 2),
        "repaired",
        "2 bytes do not fit",
    ),
    ("huge.html", PAGE.encode() + b" " * 50_000_000, "not_read", "50.0 MB"),
    ("picture.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "not_read", "a PNG image"),
    ("noise.html", bytes(range(256)) * 8, "not_read", "binary"),
    (
        "nobody.csv",
        b"title,date\nTalks,2018-06-01\n",
        "not_read",
        "no column holds the text (columns: title, date)",
    ),
    (
        "ragged.csv",
        b"title,text\nOne,Two envoys met.\nTwo,Three, four\n",
        "not_read",
        "row 3 has 3 cells, the header 2",
    ),
    (
        "dates.csv",
        b"text,date\nTwo envoys met.,32 May 2018\n",
        "repaired",
        "column 'publishing_date': '32 May 2018' was not understood",
    ),
    ("half.jsonl", b'{"text": "Two envoys met."}\n{"text": "Thr', "not_read", "row 2 is not JSON"),
    ("broken.json", b'[{"text": "Two envo', "not_read", "cannot be parsed"),
    ("broken.parquet", b"PAR1 and then nothing", "not_read", "cannot be parsed"),
    (
        "broken.txt.gz",
        gzip.compress(b"Talks\nTwo envoys met.")[:-6],
        "partly_read",
        "the gzip file is damaged",
    ),
    ("list.html", b"<html><body><nav></nav></body></html>", "empty", "no article was found"),
]


@pytest.mark.parametrize(("name", "data", "action", "reason"), BAD, ids=[case[0] for case in BAD])
def test_bad_input_has_a_clear_line_in_the_ledger_and_does_not_stop_the_run(
    tmp_path: Path, name: str, data: bytes, action: str, reason: str
) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.html").write_text(PAGE, encoding="utf-8")
    articles, ledger = whole_run(tmp_path)
    lines = ledger[(ledger["source_file"] == name) & (ledger["action"] == action)]
    assert lines["reason"].str.contains(reason, regex=False).any(), ledger[
        ["source_file", "action", "reason"]
    ].to_string()
    good = articles[articles["doc_id"] == "good.html"].iloc[0]
    assert good["body"].count("\n") == 7
    assert "Pjöngjang" in good["body"]


def test_latin_1_bytes_declared_as_utf_8_lose_no_letter(tmp_path: Path) -> None:
    (tmp_path / "latin.html").write_bytes(PAGE.encode("latin-1"))
    articles, _ = whole_run(tmp_path)
    assert (
        "Unterhändler beider Seiten ihre Gespräche über Abrüstung in Pjöngjang"
        in articles.loc[0, "body"]
    )


def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text(
        "Secret\nNobody should read this sentence in the corpus.", encoding="utf-8"
    )
    inside = tmp_path / "corpus"
    (inside / "sub").mkdir(parents=True)
    (inside / "a.txt").write_text(
        "Talks\nTwo envoys met at the border on Friday, officials said.", encoding="utf-8"
    )
    (inside / "link.txt").symlink_to(tmp_path / "outside.txt")
    (inside / "up").symlink_to(tmp_path)
    (inside / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    articles, ledger = press_coverage.load(inside)
    assert articles["doc_id"].tolist() == ["a.txt"]
    reasons = ledger.set_index("source_file")["reason"]
    assert "leaves the folder" in reasons["link.txt"]
    assert "leaves the folder" in reasons["up"]
    assert "gone.txt" in reasons


def test_every_file_has_a_row_in_the_ledger(specimens) -> None:
    corpus = Path(__file__).parents[2] / "data" / "specimens" / "corpus"
    files = specimens.ledger.query("step == 'load' and rule == 'load'")["source_file"]
    assert sorted(files) == sorted(
        p.relative_to(corpus).as_posix() for p in corpus.rglob("*") if p.is_file()
    )


def test_every_specimen_is_loaded_under_its_id(specimens) -> None:
    assert set(specimens.loaded["doc_id"]) == set(specimens.gold)


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "json", "parquet", "csv.gz"])
def test_a_table_reads_the_same_in_every_kind(tmp_path: Path, ending: str) -> None:
    rows = pd.DataFrame(
        {
            "Headline": ["Talks; resumed", "No, said Seoul"],
            "Newspaper": ["The Harrow Ledger", "Uralia"],
            "Date": ["2018-06-01T10:00:00+02:00", "1 June 2018"],
            "Text": ["The envoys met.\nThey ate.", 'He said "wait".'],
            "bias": ["left", "right"],
        }
    )
    path = tmp_path / f"export.{ending}"
    if ending == "parquet":
        rows.to_parquet(path)
    elif "json" in ending:
        rows.to_json(path, orient="records", lines=ending == "jsonl", force_ascii=False)
    else:
        rows.to_csv(path, index=False, sep="\t" if ending == "tsv" else ",")
    articles, ledger = press_coverage.load(path)
    assert articles["body"].tolist() == rows["Text"].tolist()
    assert articles["title"].tolist() == rows["Headline"].tolist()
    assert articles["publisher"].tolist() == rows["Newspaper"].tolist()
    assert articles["publishing_date"].astype(str).tolist() == [
        "2018-06-01 08:00:00+00:00",
        "2018-06-01 00:00:00+00:00",
    ]
    assert articles["bias"].tolist() == ["left", "right"], "columns of one's own stay"
    assert ledger["action"].tolist() == ["read"]


def test_the_answer_of_a_service_is_a_table(tmp_path: Path) -> None:
    answer = {
        "status": "ok",
        "articles": [{"source": {"id": None, "name": "Uralia"}, "content": "Two envoys met."}],
    }
    (tmp_path / "a.json").write_text(json.dumps(answer), encoding="utf-8")
    articles, _ = press_coverage.load(tmp_path)
    assert articles.loc[0, ["publisher", "body"]].tolist() == ["Uralia", "Two envoys met."]


ODD_TABLES = {
    "a column named row": ("a.csv", b"row,text\n9,Two envoys met.\n"),
    "a column twice": ("a.csv", b"x,x,text\n1,2,Two envoys met.\n"),
    "an unnamed column twice": ("a.csv", b",text,\n1,Two envoys met.,2\n"),
    "body and Body": ("a.csv", b"body,text,Body\nTwo envoys met.,b,c\n"),
    "a number as body": ("a.jsonl", b'{"text": 5}\n{"text": "Two envoys met."}'),
    "a body of sections": (
        "a.jsonl",
        b'{"body": {"summary": ["Two envoys met."], "sections": [{"paragraphs": ["They ate."]}]}}',
    ),
    "half a surrogate pair": ("a.jsonl", b'{"text": "Two envoys met.", "title": "\\ud83d"}'),
    "an endless nest": ("a.jsonl", b'{"text": "Two envoys met."}\n' + b"[" * 100_000),
    "a list as a column of one's own": (
        "a.jsonl",
        b'{"text": "Two envoys met.", "topics": ["a", "b"]}',
    ),
    "an unknown charset": ("a.html", b"<meta charset=undefined>" + PAGE.encode()),
    "an impossible date": (
        "a.html",
        PAGE.replace(
            "<title>", "<meta name='date' content='2018-05-31T10:00:00+2400'><title>"
        ).encode(),
    ),
    "deep nesting": ("a.html", PAGE.replace("<article>", "<font>" * 400 + "<article>").encode()),
}


@pytest.mark.parametrize(("name", "data"), ODD_TABLES.values(), ids=list(ODD_TABLES))
def test_odd_input_is_read(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    articles, _ = whole_run(tmp_path)
    assert articles["body"].str.contains("envoys met|Unterhändler").any()
    if name == "a.html":
        assert articles.loc[0, "body"].count("\n") == 7


def test_gaps_and_arrays_in_parquet_are_read(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {
            "id": [1, 2],
            "text": ["Two envoys met.", None],
            "date": [pd.NaT, pd.Timestamp("2018-06-01")],
            "authors": [["A", "B"], None],
        }
    )
    rows.convert_dtypes().to_parquet(tmp_path / "a.parquet")
    articles, ledger = press_coverage.load(tmp_path)
    assert articles["doc_id"].tolist() == ["1", "2"]
    assert articles.loc[0, "authors"] == "A; B"
    assert ledger["action"].tolist() == ["read", "empty"]


def test_a_quotation_mark_left_open_is_noted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        'title,text\nOne,"Two envoys met.\n' + "Two,They ate.\n" * 9, encoding="utf-8"
    )
    _, ledger = press_coverage.load(tmp_path)
    assert ledger["action"].tolist() == ["partly_read", "partly_read"]


def test_a_note_on_a_row_names_its_article_even_where_the_id_was_changed(tmp_path: Path) -> None:
    for name, date in (("a", "2018-06-01"), ("b", "soon")):
        (tmp_path / f"{name}.csv").write_text(
            f"id,date,text\n7,{date},Two envoys met.\n", encoding="utf-8"
        )
    _, ledger = press_coverage.load(tmp_path)
    assert ledger.loc[ledger["rule"] == "publishing_date", "doc_id"].tolist() == ["7#2"]


@pytest.mark.parametrize(
    "data", [b"MIME-Version: 1.0\r\nFrom: <Saved by Blink>", gzip.compress(b"", mtime=0)]
)
def test_what_is_not_read_yet_says_so(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    _, ledger = press_coverage.load(tmp_path)
    assert ledger["action"].tolist() == ["not_read"]


def test_pages_in_a_table_are_pages(tmp_path: Path) -> None:
    (tmp_path / "crawl.jsonl").write_text(
        json.dumps({"url": "https://a.example/1", "html": PAGE}), encoding="utf-8"
    )
    articles, _ = whole_run(tmp_path)
    assert articles.loc[0, "format"] == "html"
    assert articles.loc[0, "body"].count("\n") == 7


def test_an_id_that_stands_twice_is_made_unique_and_noted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n7,One came.\n7,Two came.\n", encoding="utf-8")
    articles, ledger = press_coverage.load(tmp_path)
    assert articles["doc_id"].tolist() == ["7", "7#2"]
    assert "the id '7' stands twice" in ledger["reason"].to_list()[1]


def test_several_paths_may_be_given(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"Talks {name}\nTwo envoys met.", encoding="utf-8")
    articles, _ = press_coverage.load([tmp_path / "a.txt", tmp_path / "b.txt"])
    assert articles["doc_id"].tolist() == ["a.txt", "b.txt"]


def test_a_path_that_is_not_there_is_an_error_with_its_name() -> None:
    with pytest.raises(FileNotFoundError, match="no/such/corpus"):
        press_coverage.load("no/such/corpus")


def test_no_alias_stands_for_two_columns() -> None:
    aliases = [alias for listed in ALIASES.values() for alias in listed]
    assert len(aliases) == len(set(aliases))


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("31. Mai 2018", "2018-05-31"),
        ("31.05.2018, 16:42", "2018-05-31"),
        ("31.5.18", "2018-05-31"),
        ("May 31, 2018", "2018-05-31"),
        ("5/31/2018", "2018-05-31"),
        ("31/5/2018", "2018-05-31"),
        ("31 мая 2018", "2018-05-31"),
        ("2018년 5월 31일", "2018-05-31"),
        ("2018-05-31", "2018-05-31"),
        ("2018-05-31T23:30:00-04:00", "2018-06-01"),
        ("20180531", "2018-05-31"),
        ("gestern", None),
        ("1630 GMT yesterday", None),
        ("31. Juni 2018", None),
        ("2018", None),
    ],
)
def test_dates_are_read_in_four_languages(printed: str, day: str | None) -> None:
    found = parse_date(printed)
    assert (found[0].date().isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("printed", "instant"),
    [
        ("31. Mai 2018, 16:42 Uhr MESZ", "14:42"),
        ("May 31, 2018 Thursday 2:05 PM GMT", "14:05"),
        ("31 мая 2018, 16:42 МСК", "13:42"),
        ("2018년 5월 31일 오후 3시 5분", "15:05"),
        ("2018-05-31 오전 9:30 KST", "00:30"),
    ],
)
def test_times_are_read_in_four_languages(printed: str, instant: str) -> None:
    found = parse_date(printed)
    assert found is not None
    assert found[0].strftime("%Y-%m-%d %H:%M") == f"2018-05-31 {instant}"


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("windows-1251", "cp1251"),
        ("iso-8859-1", "cp1252"),
        ("no-such", "utf-8"),
        ("rot13", "utf-8"),
    ],
)
def test_the_bytes_decide_over_the_declaration(declared: str, written: str) -> None:
    text = f"<meta charset={declared}>" + ("Пхеньян" if written == "cp1251" else "Pjöngjang – „ja“")
    assert decode(text.encode(written))[0] == text


def test_a_byte_order_mark_is_no_letter() -> None:
    assert decode("\ufeffKim".encode()) == ("Kim", None)
    assert decode("Kim".encode("utf-16")) == ("Kim", None)


HELD: dict[
    str, tuple[str, bytes, int, str]
] = {  # what a table may hold: name, bytes, articles, what the ledger says
    "a header alone": ("a.csv", b"title,text\n", 0, "0 articles"),
    "nothing but a separator": ("a.csv", b"sep=;\n", 0, "no header"),
    "our own columns, filled otherwise": (
        "a.csv",
        b"raw,format,sha256,source_file,text\nR,pdf,y,x,Kim writes.\n",
        1,
        "'pdf' was not understood",
    ),
    "a length in words": (
        "a.csv",
        b"text,length\nKim writes.,many\n",
        1,
        "'many' was not understood",
    ),
    "numbers and truth values": (
        "a.json",
        b'[{"text": 123, "title": true, "date": 20180531, "length": "512 words"}]',
        1,
        "1 article",
    ),
    "shares and kinds of copies": (
        "a.csv",
        b"text,dup_share,dup_kind\nKim writes.,2,odd\n",
        1,
        "'odd' was not understood",
    ),
    "a null byte": ("a.csv", b"title,text\nA,Kim \x00 writes.\n", 1, "1 article"),
    "what is no object": (
        "a.jsonl",
        b'{"text": "Kim writes."}\n[1]\n"s"\n\n3\n',
        1,
        "is not an object",
    ),
    "an address list without a good date": (
        "hydrated.csv",
        b"url,file,status,reason,retrieved,http_status,sha256\nhttps://a.example,a/b.html,saved,,soon,,\n",
        0,
        "1 saved pages",
    ),
}


@pytest.mark.parametrize(("name", "data", "articles", "said"), HELD.values(), ids=list(HELD))
def test_whatever_a_table_holds_the_run_goes_on(
    tmp_path: Path, name: str, data: bytes, articles: int, said: str
) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "b.csv").write_text("text\nTrump answers.\n", encoding="utf-8")
    found, ledger = press_coverage.load(tmp_path, progress=False)
    assert len(found) == articles + 1
    assert ledger["reason"].str.contains(said, regex=False).any(), ledger["reason"].tolist()


def test_a_table_without_a_row_is_read(tmp_path: Path) -> None:
    pd.DataFrame({"text": []}).to_parquet(tmp_path / "a.parquet")
    articles, ledger = press_coverage.load(tmp_path, progress=False)
    assert articles.empty
    assert ledger[["action", "parsed"]].values.tolist() == [["read", 0]]


def test_what_was_cleaned_and_deduplicated_can_be_saved_and_loaded_again(
    tmp_path: Path, specimens
) -> None:
    before = press_coverage.dedupe(specimens.articles, progress=False)
    before.to_parquet(tmp_path / "articles.parquet")
    after, ledger = press_coverage.load(tmp_path, progress=False)
    assert ledger["action"].tolist() == ["read"]
    same = [
        column for column in before if column not in ("source_file", "sha256", "publishing_date")
    ]
    pd.testing.assert_frame_equal(after[same], before[same])
    assert (after["publishing_date"].dropna() == before["publishing_date"].dropna()).all()


def test_a_fault_of_a_reader_costs_its_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(file: File) -> Iterator[tuple[Rows, Notes]]:
        if file.name == "a.txt":
            raise KeyError("x")
        return articles_of(file)

    monkeypatch.setattr(sys.modules["press_coverage.loading.folder"], "articles_of", faulty)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Talks\nTwo envoys met.", encoding="utf-8")
    articles, ledger = press_coverage.load(tmp_path, progress=False)
    assert articles["doc_id"].tolist() == ["b.txt"]
    assert ledger[["action", "rule"]].values.tolist() == [
        ["not_read", "unexpected"],
        ["read", "load"],
    ]

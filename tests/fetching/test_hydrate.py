"""Hydrate: a server that misbehaves in every way the web does, and what becomes of each page."""

import gzip
import hashlib
import os
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from press_coverage.fetching import polite as module
from press_coverage.fetching.pages import COLUMNS, LEDGER, hydrate

hydrating = sys.modules[hydrate.__module__]  # the package gives the verb the module's name

PAGE = b"<!DOCTYPE html><title>Talks</title><p>Two envoys met for talks.</p>"
LATIN = "<meta charset='utf-8'><p>Gespräche über Abrüstung</p>".encode("latin-1")
ROBOTS = b"User-agent: *\nDisallow: /private\n"


class Server(ThreadingHTTPServer):
    """Counts what it is asked, and how many ask at the same time."""

    daemon_threads = True
    request_queue_size = 32

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.times: list[float] = []
        self.agents: set[str] = set()
        # requests under way as the asking side has it: a server may still work on others
        self.most = self.now = 0
        self.robots: tuple[int, bytes] = (200, ROBOTS)
        self.guard = threading.Lock()
        self.base = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error here."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        server = self.server
        with server.guard:
            server.asked.append(self.path)
            server.times.append(time.monotonic())
            server.agents.add(self.headers.get("User-Agent", ""))
        self.answer(self.path, server.asked.count(self.path))

    def answer(self, path: str, count: int) -> None:
        name = path.split("?")[0].strip("/")
        if name == "robots.txt":
            return self.send(*self.server.robots, kind="text/plain")
        if name.startswith("archive/"):
            return (
                self.send(200, b"<p>The archived copy.</p>")
                if "kept" in name
                else self.send(404, b"nothing")
            )
        if name.startswith("endless"):
            return self.send(302, b"", Location=f"/endless{count}")
        if name in ANSWERS:
            return ANSWERS[name](self, count)
        return self.send(200, PAGE)

    def send(
        self,
        code: int,
        body: bytes,
        *,
        kind: str = "text/html; charset=utf-8",
        length: int | None = None,
        **headers: str,
    ) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        time.sleep(0.01)  # so that another request would come in between
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        self.send(200, b"", length=100)
        for _ in range(100):
            self.wfile.write(b".")
            self.wfile.flush()
            time.sleep(0.05)


def at_first(code: int, **headers: str) -> Callable[[Handler, int], None]:
    return lambda handler, count: (
        handler.send(code, b"wait", **headers) if count == 1 else handler.send(200, PAGE)
    )


ANSWERS: dict[str, Callable[[Handler, int], None]] = {
    "seconds": at_first(429, Retry_After="1"),
    "date": lambda handler, count: (
        handler.send(
            503,
            b"",
            Retry_After=format_datetime(datetime.now(UTC) + timedelta(seconds=1.5), usegmt=True),
        )
        if count == 1
        else handler.send(200, PAGE)
    ),
    "words": at_first(429, Retry_After="soon"),
    "busy": lambda handler, _: handler.send(503, b"busy"),
    "broken": lambda handler, _: handler.send(500, b"broken"),
    "kept": lambda handler, _: handler.send(404, b"gone"),
    "lost": lambda handler, _: handler.send(410, b"gone"),
    "drip": lambda handler, _: handler.drip(),
    "long": lambda handler, _: handler.send(200, b"x" * 300_000),
    "bomb": lambda handler, _: handler.send(
        200, gzip.compress(b"x" * 5_000_000), Content_Encoding="gzip"
    ),
    "cut": lambda handler, _: handler.send(200, PAGE, length=5000),
    "cut-once": lambda handler, count: handler.send(200, PAGE, length=len(PAGE) + 9 * (count == 1)),
    "picture": lambda handler, _: handler.send(200, b"\x89PNG", kind="image/png"),
    "latin": lambda handler, _: handler.send(200, LATIN),
    "garbage": lambda handler, _: handler.send(200, b"no gzip at all", Content_Encoding="gzip"),
    "zipped": lambda handler, _: handler.send(200, gzip.compress(PAGE), Content_Encoding="gzip"),
    "empty": lambda handler, _: handler.send(200, b""),
    "wall": lambda handler, _: handler.send(302, b"", Location="/login?next=wall"),
    "denied": lambda handler, _: handler.send(403, b"no"),
    "sideways": lambda handler, _: handler.send(302, b"", Location="/private/talks"),
    "file": lambda handler, _: handler.send(302, b"", Location="file:///etc/hosts"),
    "moved": lambda handler, _: handler.send(301, b"", Location="new"),
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(module, "BACKOFF", 0.02)
    monkeypatch.setattr(module, "LIMIT", 200_000)
    monkeypatch.setattr(module, "DEADLINE", 0.5)
    once = module._once
    with Server() as server:

        def counted(*arguments: Any, **options: Any) -> Any:
            with server.guard:
                server.now += 1
                server.most = max(server.most, server.now)
            try:
                return once(*arguments, **options)
            finally:
                with server.guard:
                    server.now -= 1

        monkeypatch.setattr(module, "_once", counted)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def run(
    server: Server, folder: Path, *paths: str, copies: bool = False, **options: Any
) -> pd.DataFrame:
    archive = f"{server.base}/archive/" if copies else None
    return hydrate(
        [server.base + path for path in paths],
        folder,
        **{"delay": 0, "archive": archive, "timeout": 1, "progress": False} | options,
    )


CASES = [  # path, status, http status, words of the reason, requests for the path
    ("/talks.html", "saved", 200, "", 1),
    ("/private/talks", "refused by robots.txt", None, "ask the publisher", 0),
    ("/seconds", "saved", 200, "", 2),
    ("/date", "saved", 200, "", 2),
    ("/words", "saved", 200, "", 2),
    ("/busy", "failed", 503, "answered 503", 4),
    ("/broken", "failed", 500, "answered 500", 1),
    ("/kept", "archived", 404, "the copy is from", 1),
    ("/lost", "gone", 410, "has no copy", 1),
    ("/endless", "failed", 302, "redirects more than 5 times", 1),
    ("/drip", "failed", 200, "more than 0.5 seconds (raise timeout)", 1),
    ("/long", "too large", 200, "more than 0.2 MB", 1),
    ("/bomb", "too large", 200, "more than 0.2 MB", 1),
    ("/cut", "failed", 200, "the connection failed", 4),
    ("/cut-once", "saved", 200, "", 2),
    ("/picture", "not a page", 200, "it is image/png", 1),
    ("/latin", "saved", 200, "", 1),
    ("/garbage", "failed", 200, "the connection failed (DecodeError)", 1),
    ("/zipped", "saved", 200, "", 1),
    ("/empty", "failed", 200, "the page is empty", 1),
    ("/wall", "login needed", 200, "it redirects to", 1),
    ("/denied", "refused by the site", 403, "use a press database", 1),
    ("/sideways", "refused by robots.txt", None, "forbids", 1),
    ("/file", "failed", 302, "redirects to file:///etc/hosts", 1),
    ("/moved", "saved", 200, "it redirects to", 1),
]


def test_each_misbehaviour_has_its_status_and_reason_and_no_page_is_asked_for_too_often(
    server: Server, tmp_path: Path
) -> None:
    table = run(server, tmp_path, *[case[0] for case in CASES], copies=True)
    counts, seen = Counter(server.asked), []
    for (path, *_), row in zip(CASES, table.to_dict("records"), strict=True):
        code = None if pd.isna(row["http_status"]) else row["http_status"]
        seen.append((path, row["status"], code, row["reason"], counts[path]))
    wrong = [
        (a, b)
        for a, b in zip(CASES, seen, strict=True)
        if a[:3] != b[:3] or a[3] not in b[3] or a[4] != b[4]
    ]
    assert not wrong
    assert server.most == 1, "two requests at a time"
    assert counts["/robots.txt"] == 1
    assert server.agents == {"press-coverage"}
    assert "/private/talks" not in counts
    assert table.columns.to_list() == COLUMNS
    assert table["retrieved"].notna().all()
    kept = table[table["file"] != ""]
    assert set(kept["status"]) == {"saved", "archived"}
    for row in kept.to_dict("records"):
        assert hashlib.sha256((tmp_path / row["file"]).read_bytes()).hexdigest() == row["sha256"]
    body = {
        Path(path): (tmp_path / file).read_bytes()
        for path, file in zip([case[0] for case in CASES], table["file"], strict=True)
        if file
    }
    assert body[Path("/latin")] == LATIN, "the bytes as they came"
    assert body[Path("/zipped")] == PAGE
    assert b"archived copy" in body[Path("/kept")]
    assert not list(tmp_path.rglob("*.part"))
    assert len(list(tmp_path.rglob("*.html"))) == len(kept)


def test_a_second_run_asks_again_only_for_what_failed(server: Server, tmp_path: Path) -> None:
    paths = ["/talks", "/private/talks", "/denied", "/picture", "/broken", "/lost"]
    first = run(server, tmp_path, *paths)
    server.asked.clear()
    second = run(server, tmp_path, *paths)
    assert server.asked == ["/robots.txt", "/broken", "/lost"]
    pd.testing.assert_frame_equal(first.drop(columns="retrieved"), second.drop(columns="retrieved"))
    (tmp_path / second["file"][0]).unlink()
    server.asked.clear()
    run(server, tmp_path, "/talks")
    assert server.asked == ["/robots.txt", "/talks"], "a page whose file is lost"


@pytest.mark.parametrize(
    "tail",
    [b"", b"http://127.0.0.1/x,", b'http://127.0.0.1/x,,"failed, \xc3'],
    ids=["whole", "cut", "quoted"],
)
def test_an_interrupted_run_goes_on_where_it_stopped(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tail: bytes
) -> None:
    def interrupted(items: list[str], *_: str, show: bool) -> Iterator[str]:
        yield from items[:3]
        raise KeyboardInterrupt

    paths = [f"/talks{number}" for number in range(8)]
    with monkeypatch.context() as patch:
        patch.setattr(hydrating, "bar", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(server, tmp_path, *paths)
    with (tmp_path / LEDGER).open("ab") as ledger:
        ledger.write(tail)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.rglob("*.html")}
    assert len(before) == 3
    server.asked.clear()
    table = run(server, tmp_path, *paths)
    assert server.asked == ["/robots.txt", *paths[3:]]
    assert (table["status"] == "saved").all()
    assert {
        path.name: path.stat().st_mtime_ns for path in tmp_path.rglob("*.html")
    }.items() >= before.items()
    assert len(pd.read_csv(tmp_path / LEDGER)) == 8


def test_addresses_that_differ_in_tracking_alone_share_a_file_and_a_request(
    server: Server, tmp_path: Path
) -> None:
    same = [
        "/talks?id=7",
        "/talks?utm_source=mail&id=7",
        "/talks?id=7&fbclid=x#top",
        "/talks?id=7&gclid=1&UTM_medium=x",
    ]
    table = run(server, tmp_path, *same, "/talks?id=8")
    assert server.asked == ["/robots.txt", "/talks?id=7", "/talks?id=8"]
    assert table["file"].nunique() == 2
    assert table["file"][:4].nunique() == 1
    assert table["url"].to_list() == [server.base + path for path in [*same, "/talks?id=8"]], (
        "as given"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/../../../etc/passwd",
        "/%2e%2e/%2e%2e/x",
        "/..%2f..%2fx",
        "/a/..\\..\\x",
        "/" + "a" * 3000,
        "/%00%0a",
        "/Gespräche",
        "//x//",
        "/=cmd()",
    ],
)
def test_nothing_is_written_outside_the_folder(server: Server, tmp_path: Path, path: str) -> None:
    folder = tmp_path / "pages"
    table = run(server, folder, path)
    assert table["status"].to_list() == ["saved"], table["reason"].to_list()
    assert [child.name for child in tmp_path.iterdir()] == ["pages"]
    assert (folder / table["file"][0]).resolve().is_relative_to(folder.resolve())
    assert (folder / table["file"][0]).read_bytes() == PAGE


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_in_the_folder_is_not_followed_out_of_it(server: Server, tmp_path: Path) -> None:
    for name in ("pages", "outside"):
        (tmp_path / name).mkdir()
    (tmp_path / "pages" / server.base.removeprefix("http://").replace(":", "_")).symlink_to(
        tmp_path / "outside"
    )
    table = run(server, tmp_path / "pages", "/talks")
    assert "is a link to another place" in table["reason"][0]
    assert not list((tmp_path / "outside").iterdir())


RULES = [  # robots.txt, status of /private/talks, status of /talks
    (200, ROBOTS, "refused by robots.txt", "saved"),
    (
        200,
        b"User-agent: press-coverage\nDisallow: /\n",
        "refused by robots.txt",
        "refused by robots.txt",
    ),
    (200, b"User-agent: another\nDisallow: /\n", "saved", "saved"),
    (200, bytes(range(256)) * 50, "saved", "saved"),
    (200, b"User-agent: *\nCrawl-delay: soon\n", "saved", "saved"),
    (404, b"", "saved", "saved"),
    (403, b"", "saved", "saved"),
    (500, b"", "failed", "failed"),
    (503, b"", "failed", "failed"),
]


@pytest.mark.parametrize(("code", "rules", "private", "public"), RULES)
def test_robots_txt_is_obeyed(
    server: Server, tmp_path: Path, code: int, rules: bytes, private: str, public: str
) -> None:
    server.robots = (code, rules)
    table = run(
        server,
        tmp_path,
        "/private/talks",
        "/talks",
        agent="press-coverage/1.0 (mailto:desk@example.org)",
    )
    assert table["status"].to_list() == [private, public]
    assert Counter(server.asked)["/robots.txt"] == (4 if code == 503 else 1)
    assert ("/talks" in server.asked) == (public == "saved")


@pytest.mark.parametrize(
    ("rules", "delay"),
    [(b"User-agent: *\nCrawl-delay: 0.3\n", 0), (ROBOTS, 0.3)],
    ids=["Crawl-delay", "delay"],
)
def test_a_host_is_left_alone_between_two_requests(
    server: Server, tmp_path: Path, rules: bytes, delay: float
) -> None:
    server.robots = (200, rules)
    run(server, tmp_path, "/one", "/two", delay=delay)
    assert all(b - a >= 0.29 for a, b in zip(server.times, server.times[1:], strict=False))


def test_retry_after_is_waited_for(server: Server, tmp_path: Path) -> None:
    run(server, tmp_path, "/seconds")
    assert server.times[2] - server.times[1] >= 0.99


def test_a_wish_for_a_long_wait_is_capped(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    assert run(server, tmp_path, "/seconds")["status"].to_list() == ["saved"]
    assert server.times[2] - server.times[1] < 0.9


def test_hosts_are_asked_side_by_side(server: Server, tmp_path: Path) -> None:
    other = server.base.replace("127.0.0.1", "localhost")
    table = hydrate(
        [server.base + "/drip", other + "/drip"],
        tmp_path,
        delay=0,
        archive=None,
        timeout=1,
        progress=False,
    )
    assert table["reason"].str.contains("more than 0.5 seconds").all()
    assert max(server.times) - min(server.times) < 0.45


def test_the_archive_stands_in_for_a_host_that_is_out_of_reach(
    server: Server, tmp_path: Path
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    table = hydrate(
        [f"http://localhost:{port}/kept"],
        tmp_path,
        delay=0,
        archive=f"{server.base}/archive/",
        timeout=1,
        progress=False,
    )
    assert table["status"].to_list() == ["archived"]
    assert server.asked == ["/robots.txt", f"/archive/http://localhost:{port}/kept"]


NOT_WEB = [
    "ftp://example.org/x",
    "",
    "talks",
    "file:///etc/hosts",
    "http://",
    "http://[bad",
    "http://a:b@example.org/",
    None,
    float("nan"),
]
NOT_WEB += [
    "http://example.org:x/",
    "http://exa mple.org/",
    "http://example.org/\ud800",
    "javascript:alert(1)",
]


def test_what_is_no_web_address_has_a_row_and_the_rest_is_fetched(
    server: Server, tmp_path: Path
) -> None:
    table = hydrate(
        [*NOT_WEB, f" {server.base}/talks "], tmp_path, delay=0, archive=None, progress=False
    )
    assert table["status"].to_list() == ["not a web address"] * len(NOT_WEB) + ["saved"]


WRONG: list[tuple[Any, dict[str, Any], type[Exception], str]] = [
    ("http://example.org", {}, TypeError, "give a list"),
    (pd.DataFrame({"link": []}), {}, ValueError, "no column 'url'; it has link"),
    ([], {"agent": "a\r\nCookie: x"}, ValueError, "agent"),
    ([], {"agent": " "}, ValueError, "agent"),
    ([], {"delay": -1}, ValueError, "delay"),
    ([], {"timeout": 0}, ValueError, "timeout"),
]


@pytest.mark.parametrize(("urls", "options", "error", "words"), WRONG)
def test_a_wrong_call_is_told_what_to_give(
    tmp_path: Path, urls: Any, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        hydrate(urls, tmp_path, **options)


def test_another_table_of_that_name_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_text("doc,text\n1,Talks\n", encoding="utf-8")
    with pytest.raises(ValueError, match="choose another folder"):
        hydrate([], tmp_path)
    assert (tmp_path / LEDGER).read_text(encoding="utf-8") == "doc,text\n1,Talks\n"


def test_a_full_disk_stops_the_run(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        if path.name != LEDGER:
            raise OSError("no space left")

    run(server, tmp_path, "/first")
    monkeypatch.setattr(hydrating, "_write", full)
    with pytest.raises(OSError, match="no space left"):
        run(server, tmp_path, "/talks", "/more")

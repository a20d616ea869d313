"""Many outlets on one process: scheduling cost, memory, requests a second, two crawlers that share the work.

    python -m benchmarks.crawl_scale --outlets 2000

1. A frontier of 10^4, 10^5 and 10^6 rows over that many hosts: microseconds for each entry that is handed out and for
   each answer that is written down; nothing may grow with the rows.
2. Two `scrapy crawl` processes on one database and a loopback press with a host for each outlet: requests a second,
   peak memory, and from the server's own log the shortest time between two requests to one host.
3. Plain Scrapy with its default scheduler on the same list of addresses.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Final

from crawlers.discovery import Discovery, article_row, source_rows
from crawlers.frontier import Answered, Frontier
from crawlers.schedule import Fetched, Kind
from kliping.article import Found
from kliping.clock import now
from kliping.database import Database, migrate
from kliping.outlets import Outlet
from kliping.tables import frontier, hosts

KINDS: Final[tuple[Kind, ...]] = ("feed", "article")
ROWS: Final = (10_000, 100_000, 1_000_000)
ROUNDS: Final = 40  # claims that are timed
GAP: Final = 1.0  # seconds between two requests to one host in part 2; the default of 5 would only take longer
ITEMS: Final = 3  # articles in each outlet's feed
_PEER: Final = """
import sys, scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer
urls = sys.stdin.read().split()
class Loopback(CachingThreadedResolver):
    def getHostByName(self, name, timeout=None):
        return defer.succeed("127.0.0.1")
class Peer(scrapy.Spider):
    name = "peer"
    start_urls = urls
    def parse(self, response): pass
process = CrawlerProcess({"LOG_LEVEL": "ERROR", "DOWNLOAD_DELAY": %r, "RANDOMIZE_DOWNLOAD_DELAY": False,
    "CONCURRENT_REQUESTS": %d, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "TELNETCONSOLE_ENABLED": False,
    "DNS_RESOLVER": Loopback})
process.crawl(Peer)
process.start()
"""


# --- 1. scheduling ---


def filled(database: Database, rows: int, outlets: int) -> None:
    """A frontier with so many rows: most are done, each host has a feed and a few articles that are due."""
    at = now() - timedelta(hours=1)
    batch: list[dict[str, Any]] = []
    for number in range(outlets):
        host = f"media{number}.test"
        outlet = Outlet(id=f"media{number}", name=host, domain=host, feeds=(f"http://{host}/feed",))
        batch += ({"leased_by": None, **row} for row in source_rows(outlet, at))
        for item in range(max(rows // outlets - 1, 1)):
            url, state = f"http://{host}/berita/{item}", "due" if item < ITEMS else "done"
            found = Discovery(url=url, outlet=outlet.id, found=Found(way="feed"))
            batch.append(article_row(found, at) | {"zone": outlet.zone, "state": state, "leased_by": None})
    with database.write() as connection:
        for start in range(0, len(batch), 10_000):
            connection.execute(frontier.insert(), batch[start : start + 10_000])
        connection.execute(hosts.insert(), [{"host": f"media{n}.test", "due_at": at} for n in range(outlets)])


def scheduling(url: str, rows: int, outlets: int) -> tuple[float, float]:
    """Processor microseconds for each entry handed out, and for each answer written down with its host given back."""
    database = Database(url)
    migrate(database)
    filled(database, rows, outlets)
    work, claimed, written, entries = Frontier(database), 0.0, 0.0, 0
    for _ in range(ROUNDS):
        start = time.process_time()  # other processes of the machine count nothing
        mine = work.claim("bench", kinds=KINDS, limit=16, per_host=8, lease_seconds=600)
        middle = time.process_time()
        work.answered([Answered(entry=entry, fetched=Fetched(at=now(), status=200)) for entry in mine])
        work.release_all("bench", {entry.host: 5.0 for entry in mine})
        written += time.process_time() - middle
        claimed += middle - start
        entries += len(mine)
    database.close()
    return claimed / entries * 1e6, written / entries * 1e6


# --- 2. two crawlers ---


class _Site(BaseHTTPRequestHandler):
    """Every host has a feed with ITEMS articles. The log holds the time of each request by host."""

    protocol_version = "HTTP/1.1"
    log: ClassVar[defaultdict[str, list[tuple[float, str]]]] = defaultdict(list)

    def do_GET(self) -> None:
        host = self.headers["Host"]
        self.log[host].append((time.monotonic(), self.path))
        kind = "text/html"
        if self.path == "/feed":
            kind = "application/rss+xml"
            items = "".join(f"<item><link>http://{host}/berita/{n}</link></item>" for n in range(ITEMS))
            body = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'
        else:
            body = "<html><title>Berita</title><p>Isi berita.</p></html>"
        self.send_response(404 if self.path == "/robots.txt" else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True


@contextmanager
def site() -> Iterator[int]:
    """The loopback press; its port."""
    server = _Server(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def installed(folder: Path, outlets: int, port: int, concurrency: int) -> None:
    """An installation of Kliping in `folder` whose outlets all lie on the loopback press."""
    names = [f"media{number}.test" for number in range(outlets)]
    (folder / "outlets").mkdir()
    lines = [f"media{n},{name},{name}:{port},http://{name}:{port}/feed" for n, name in enumerate(names)]
    (folder / "outlets/all.csv").write_text("id,name,domain,feeds\n" + "\n".join(lines) + "\n", "utf-8")
    allow = ", ".join(f'"{name}:{port}"' for name in names)
    made_up = ", ".join(f'"{name}" = "127.0.0.1"' for name in names)
    text = f'outlets = "outlets"\n[crawl]\ngap = {GAP}\nconcurrency = {concurrency}\nallow = [{allow}]\n'
    (folder / "kliping.toml").write_text(text + f"hosts = {{ {made_up} }}\n", "utf-8")
    (folder / "var").mkdir()
    database = Database(f"sqlite:///{folder}/var/kliping.db")
    migrate(database)
    database.close()


def crawled(folder: Path, crawlers: int) -> tuple[float, list[int]]:
    """Seconds until all crawlers ended, and the peak memory of each in KiB."""
    environ = {**os.environ, "KLIPING_CONFIG": str(folder / "kliping.toml")}
    command = [sys.executable, "-m", "scrapy", "crawl", "feeds", "-s", "LOG_LEVEL=WARNING", "-a"]
    start = time.perf_counter()
    running = [subprocess.Popen([*command, f"owner=crawler-{n}"], env=environ) for n in range(crawlers)]
    peaks = [os.wait4(process.pid, 0)[2].ru_maxrss for process in running]
    return time.perf_counter() - start, peaks


def shortest_gap() -> tuple[float, int]:
    """The shortest time between two requests to one host, robots.txt apart; how many requests there were."""
    times = [sorted(at for at, path in asked if path != "/robots.txt") for asked in _Site.log.values()]
    gaps = [later - earlier for asked in times for earlier, later in pairwise(asked)]
    return min(gaps, default=0.0), sum(map(len, _Site.log.values()))


def repeated() -> int:
    """Requests for an address that was asked before; each crawler reads robots.txt for itself."""
    paths = [[path for _, path in asked if path != "/robots.txt"] for asked in _Site.log.values()]
    return sum(len(asked) - len(set(asked)) for asked in paths)


def peer(outlets: int, port: int, concurrency: int) -> float:
    """Seconds that plain Scrapy takes for the same addresses."""
    urls = [
        f"http://media{n}.test:{port}{path}"
        for n in range(outlets)
        for path in ("/feed", *(f"/berita/{item}" for item in range(ITEMS)))
    ]
    start = time.perf_counter()
    code = _PEER % (GAP, concurrency)
    subprocess.run([sys.executable, "-c", code], input="\n".join(urls), text=True, check=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=2000)
    parser.add_argument("--database", default="", help="of part 1; default: SQLite in a temporary folder")
    parser.add_argument("--rows", type=int, nargs="*", default=ROWS)
    parser.add_argument("--concurrency", type=int, default=64)
    asked = parser.parse_args()
    for rows in asked.rows:
        with TemporaryDirectory(prefix="scale-") as folder:
            out, back = scheduling(asked.database or f"sqlite:///{folder}/scale.db", rows, asked.outlets)
        print(
            f"{rows:>9} rows, {asked.outlets} hosts: {out:.0f} us an entry out, {back:.0f} us an answer in", flush=True
        )
    with site() as port, TemporaryDirectory(prefix="scale-") as folder:
        installed(Path(folder), asked.outlets, port, asked.concurrency)
        seconds, peaks = crawled(Path(folder), 2)
        gap, requests = shortest_gap()
        print(json.dumps({"crawlers": 2, "requests": requests, "seconds": round(seconds, 1)}))
        print(f"two crawlers: {requests / seconds:.1f} requests/s, peak {max(peaks) / 1024:.0f} MiB each")
        print(f"shortest gap {gap:.3f} s (set {GAP:g}); asked twice: {repeated()}")
        _Site.log.clear()
        seconds = peer(asked.outlets, port, asked.concurrency)
        gap, requests = shortest_gap()
        print(f"plain Scrapy: {requests / seconds:.1f} requests/s, shortest gap {gap:.3f} s")


if __name__ == "__main__":
    main()

"""One page to be read, and how that can end, as they cross to a child process and back: typed msgpack, no pickle."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import msgspec

from kliping.article import Found, Page
from pipeline.extract.reading import Reading, read_page
from pipeline.extract.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What `read_page` needs to know."""

    body: bytes
    url: str
    answered: str
    zone: str
    fetched_at: datetime
    content_type: str
    found: Found
    templates: tuple[Template, ...] = ()  # of the outlet's designs, likeliest first

    def read(self) -> Reading:
        """The page, read in this process."""
        return read_page(
            self.body,
            url=self.url,
            answered=self.answered,
            zone=self.zone,
            fetched_at=self.fetched_at,
            content_type=self.content_type,
            found=self.found,
            templates=self.templates,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Why there is no reading: `extract_timeout`, `extract_memory`, `extract_crashed` or, with its traceback, `bug`."""

    failed: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a child sends back: one of the two."""

    reading: Reading | None = None
    failure: Failed | None = field(default=None)


LENGTH: Final = struct.Struct(">I")  # before each job and each answer
COMMAND: Final = struct.Struct(">i")  # what goes to and fro between a nursery and its parent: a pid, an exit code
OUT_OF_MEMORY: Final = 77  # exit code of a child that had not enough
JOBS: Final = msgspec.msgpack.Decoder(Job)
ANSWERS: Final = msgspec.msgpack.Decoder(Answer)
ENCODER: Final = msgspec.msgpack.Encoder()
# A page with a bit of everything, so that all that reading needs is loaded and made: else the first page of each child
# would take ten times as long
_WARMING: Final = """<html lang="id"><head><title>Wali Kota Resmikan Taman - Kabar Kota</title>
<meta property="og:title" content="Wali Kota Resmikan Taman"><link rel="canonical" href="https://page.invalid/a">
<meta property="article:published_time" content="2026-01-01T08:30:00+07:00"><meta name="author" content="Ani Lestari">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Wali Kota Resmikan Taman",
"datePublished": "2026-01-01T08:30:00+07:00", "author": {"@type": "Person", "name": "Ani Lestari"},
"articleBody": "Wali Kota meresmikan taman kota itu."}</script></head>
<body><nav><ul><li><a href="/">Beranda</a></li><li><a href="/kota">Kota</a></li></ul></nav>
<main class="content"><h1>Wali Kota Resmikan Taman</h1><div class="author">Oleh: <a href="/a">Ani Lestari</a></div>
<time datetime="2026-01-01T08:30:00+07:00">Kamis, 1 Januari 2026 08:30 WIB</time>
<div class="story"><p><strong>KOTA, KABAR -</strong> Wali Kota meresmikan taman kota yang dibangun dengan dana daerah
pada tahun ini, Kamis (1/1/2026).</p><p>Baca juga: <a href="/b">Jembatan Baru Dibuka untuk Umum</a></p>
<p>"Silakan dirawat bersama, karena taman ini milik warga," kata wali kota kepada warga yang hadir di sana.</p>
<h2>Kolam Penampung</h2><p>Taman itu dilengkapi lapangan, tempat bermain anak, dan kolam penampung air hujan.</p>
<p>(Ani/Budi)</p><p>Editor: Budi Santoso</p></div></main><aside><h3>Terkini</h3><a href="/c">Harga Cabai</a></aside>
<footer>Hak cipta 2026</footer></body></html>"""
WARMING: Final = Job(
    body=_WARMING.encode(),
    url="https://page.invalid/a",
    answered="https://page.invalid/a",
    zone="Asia/Jakarta",
    fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    content_type="text/html",
    found=Found(way="hand"),
)


def job_of(page: Page, body: bytes, templates: Sequence[Template] = ()) -> Job:
    """The job of reading a fetched page."""
    headers = {name.lower(): value for name, value in page.headers.items()}
    return Job(
        body=body,
        url=page.url,
        answered=page.answered,
        zone=page.zone,
        fetched_at=page.fetched_at,
        content_type=headers.get("content-type", ""),
        found=page.found,
        templates=tuple(templates),
    )

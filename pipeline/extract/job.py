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
OUT_OF_MEMORY: Final = 77  # exit code of a child that had not enough
JOBS: Final = msgspec.msgpack.Decoder(Job)
ANSWERS: Final = msgspec.msgpack.Decoder(Answer)
ENCODER: Final = msgspec.msgpack.Encoder()
WARMING: Final = Job(  # a page of nothing, so that all that reading needs is loaded
    body=b"<html><body><p>.</p></body></html>",
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

"""Pages that never end, eat all memory or kill their reader cost their own limit; the others are read meanwhile."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kliping.article import Article, Found
from kliping.errors import Rejected, Unavailable
from kliping.pages import FolderPages
from pipeline.extract import Extract, Pool, Reading
from pipeline.extract.job import Failed, Job
from tests.extract.outlet import START, headline, html, page, story

SLOW = b"<p>" + b"<b><i>" * 200_000 + b"Teks." * 2_000_000
CHECKED = datetime(2026, 11, 24, 3, tzinfo=UTC)


def job(body: bytes) -> Job:
    return Job(
        body=body, url="https://kabar.example/b/1", answered="https://kabar.example/b/1", zone="Asia/Jakarta",
        fetched_at=CHECKED, content_type="text/html", found=Found(way="hand"),
    )  # fmt: skip


def good(number: int) -> Job:
    return replace(job(html(number).encode()), url=f"https://kabar.example/b/{number}")


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(seconds=60) as pool:
        yield pool


@settings(max_examples=30)
@given(body=st.binary(max_size=300))
def test_a_child_reads_as_the_process_itself_would(pool: Pool, body: bytes) -> None:
    assert pool.read([lambda: job(body)]) == [job(body).read()]


def test_results_come_in_order_and_children_live_on(pool: Pool) -> None:
    results = pool.read([lambda number=number: good(number) for number in range(40)])  # type: ignore[misc]
    assert [result.title for result in results if isinstance(result, Reading)] == [headline(n) for n in range(40)]
    assert len(pool._idle) == pool.children


def test_a_page_beyond_its_time_is_given_up_and_the_others_are_read() -> None:
    beats: list[int] = []
    with Pool(seconds=0.05) as pool:
        (slow,) = pool.read([lambda: job(SLOW)], lambda: beats.append(1))
        assert isinstance(slow, Failed)
        assert slow.failed == "extract_timeout"
        assert beats
        pool.seconds = 60
        (after,) = pool.read([lambda: good(1)])
        assert isinstance(after, Reading)
        assert after.paragraphs[-1] == story(1)[-1]


def test_a_page_beyond_its_memory_is_given_up_and_the_others_are_read() -> None:
    with Pool(children=1, memory=160 * 1024**2) as pool:
        huge = b"<p>" + b"x" * 80_000_000
        result, after = pool.read([lambda: job(huge), lambda: good(2)])
        assert isinstance(result, Failed)
        assert result.failed == "extract_memory"
        assert isinstance(after, Reading)


def test_a_reader_that_dies_is_replaced() -> None:
    with Pool(children=1) as pool:
        assert isinstance(pool.read([lambda: good(1)])[0], Reading)
        pool._idle[0]._process.send_signal(signal.SIGSEGV)
        (lost,) = pool.read([lambda: good(2)])
        assert isinstance(lost, Failed)
        assert lost.failed == "extract_crashed"
        assert isinstance(pool.read([lambda: good(2)])[0], Reading)


def test_a_job_that_cannot_be_made_ends_the_reading_and_leaves_no_child_at_work() -> None:
    def broken() -> Job:
        raise Unavailable("page store")

    with Pool() as pool:
        with pytest.raises(Unavailable):
            pool.read([lambda: good(1), broken, lambda: good(2)])
        assert pool.read([lambda: None, lambda: good(3)])[1] == good(3).read()


def test_children_end_with_a_parent_that_is_killed() -> None:
    program = (
        "import os, signal\n"
        "from tests.extract.test_pool import Pool, good\n"
        "pool = Pool(children=1)\n"
        "pool.read([lambda: good(1)])\n"
        "print(pool._idle[0]._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, check=False, cwd=Path(__file__).parents[2]
    )
    child = int(run.stdout)
    for _ in range(200):
        if _is_gone(child):
            break
        os.sched_yield()
        signal.sigtimedwait((), 0.05)
    assert _is_gone(child)


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except FileNotFoundError:
        return True


def test_the_stage_reads_a_batch_ahead_and_each_page_ends_as_alone(tmp_path: Path) -> None:
    store = FolderPages(tmp_path)
    pages = [page(store, number, START) for number in range(6)]
    pages.append(replace(pages[0], url="https://kabar.example/b/gone", status=404, body="", size=0))
    lost = replace(pages[1], url="https://kabar.example/b/lost", body="0" * 64)
    with Pool() as pool:
        stage = Extract(store, pool=pool)
        stage.prepare([*pages, lost], lambda: None)
        ahead = [stage(message) for message in pages]
        assert ahead == [Extract(store)(message) for message in pages]
        with pytest.raises(Rejected, match="page_missing"):
            stage(lost)
        assert isinstance(ahead[0], Article)


def test_a_page_that_kills_its_reader_is_rejected_alone(tmp_path: Path) -> None:
    store = FolderPages(tmp_path)
    hostile = replace(page(store, 1, START), body=store.put(SLOW), url="https://kabar.example/b/slow")
    with Pool(seconds=0.3) as pool:
        stage = Extract(store, pool=pool)
        with pytest.raises(Rejected, match="extract_timeout"):
            stage(hostile)
        pool.seconds = 60
        assert isinstance(stage(page(store, 2, START)), Article)

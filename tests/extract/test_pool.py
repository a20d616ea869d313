"""Pages that never end, eat all memory or kill their reader cost their own limit; the others are read meanwhile."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kliping.article import Article, Found
from kliping.clock import monotonic
from kliping.errors import Rejected, Unavailable
from kliping.pages import FolderPages
from pipeline.extract import Extract, Pool, Reading
from pipeline.extract.ahead import Ahead
from pipeline.extract.document import MAX_TAGS
from pipeline.extract.job import Failed, Job
from pipeline.extract.pool import LOW
from pipeline.extract.process import Child
from pipeline.extract.weight import HEAVY
from pipeline.stage import Drop, Slow
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
    assert 0 < len(pool._idle) <= pool.children


@pytest.mark.usefixtures("frozen")
def test_a_page_beyond_its_time_is_given_up_and_the_others_are_read() -> None:
    beats: list[int] = []
    with Pool(seconds=0.05) as pool:
        (slow,) = pool.read([lambda: STUCK], lambda: beats.append(1))
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
        os.kill(pool._idle[0].pid, signal.SIGSEGV)
        (lost,) = pool.read([lambda: good(2)])
        assert isinstance(lost, Failed)
        assert lost.failed == "extract_crashed"
        assert isinstance(pool.read([lambda: good(2)])[0], Reading)


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that is given STUCK freezes: a page that never ends."""
    given = Child.give

    def give(child: Child, job: Job, seconds: float) -> None:
        given(child, job, seconds)
        if job.url == STUCK.url:
            os.kill(child.pid, signal.SIGSTOP)

    monkeypatch.setattr(Child, "give", give)


STUCK = replace(job(b"<p>Teks"), url="https://kabar.example/b/stuck")


@pytest.mark.usefixtures("frozen")
def test_pages_that_never_end_hold_up_no_other() -> None:
    jobs: list[Callable[[], Job]] = [lambda: STUCK, *(partial(good, number) for number in range(12)), lambda: STUCK]
    with Pool(children=2, seconds=1.0) as pool:
        first, *others, last = pool.read(jobs)
        assert [one.failed for one in (first, last) if isinstance(one, Failed)] == ["extract_timeout"] * 2
        assert [other.title for other in others if isinstance(other, Reading)] == [headline(n) for n in range(12)]


@pytest.mark.usefixtures("frozen")
def test_a_page_whose_time_is_over_is_told_how_long_it_had() -> None:
    with Pool(children=1, seconds=0.2) as pool:
        assert pool.read([lambda: STUCK]) == [Failed(failed="extract_timeout", detail="not read in 0.2 s")]


@pytest.mark.usefixtures("frozen")
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's books of who waited for a core")
def test_time_without_a_core_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that is busy with other work: ready all the while, and never served."""
    with Pool(children=1, seconds=0.05).start() as pool:
        books = iter([(0.0, 0.0), *((0.001, 0.0) for _ in range(10))])
        monkeypatch.setattr(Child, "_scheduled", lambda child: next(books, (1.0, 0.0)))
        monkeypatch.setattr(Child, "_is_ready", lambda child: True)
        started = monotonic()
        (slow,) = pool.read([lambda: STUCK])
        assert isinstance(slow, Failed)
        assert slow.failed == "extract_timeout"
        assert monotonic() - started > 0.4  # ten times .049 s were still to come


@pytest.mark.usefixtures("frozen")
def test_what_was_read_ahead_waits_for_its_turn_and_is_not_read_twice() -> None:
    made: list[str] = []

    def maker(one: Job) -> Callable[[], Job]:
        return lambda: made.append(one.url) or one  # type: ignore[func-returns-value]

    batch = {one.url: maker(one) for one in (good(1), good(2))}
    with Pool(children=2) as pool:
        ahead = Ahead(pool)
        ahead.read(batch, lambda: None)
        ahead.read(batch, lambda: None)
        assert sorted(made) == [good(1).url, good(2).url]
        taken = ahead.take(good(1).url)
        assert taken is not None
        assert taken.result == good(1).read()
        assert ahead.take(good(1).url) is None


def test_no_child_and_no_zombie_is_left_by_a_pool_that_is_closed() -> None:
    with Pool(children=2) as pool:
        pool.read([lambda: good(1), lambda: good(2)])
        assert pool._nursery is not None
        pids = [pool._nursery.pid, *(child.pid for child in pool._idle)]
        assert len(pids) == 3
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_nursery_that_died_is_replaced_and_no_page_is_lost_for_it() -> None:
    with Pool(children=2) as pool:
        pool.read([lambda: good(1), lambda: good(2)])
        assert pool._nursery is not None
        os.kill(pool._nursery.pid, signal.SIGKILL)
        os.waitid(os.P_PID, pool._nursery.pid, os.WEXITED | os.WNOWAIT)
        assert pool.read([lambda: good(3)]) == [good(3).read()]


def test_readers_of_the_lane_have_the_time_that_nobody_wants() -> None:
    with Pool(children=1, niceness=LOW) as pool:
        pool.read([lambda: good(1)])
        (child,) = pool._idle
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == LOW


def test_a_child_that_has_read_enough_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.extract.process.PAGES", 3)
    with Pool(children=1) as pool:
        pids = set()
        for number in range(7):
            assert isinstance(pool.read([lambda number=number: good(number)])[0], Reading)  # type: ignore[misc]
            pids |= {child.pid for child in pool._idle}
        assert len(pids) == 3


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
        "print(pool._idle[0].pid, flush=True)\n"
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


@pytest.mark.usefixtures("frozen")
def test_a_page_beyond_its_time_is_rejected_alone(tmp_path: Path) -> None:
    store = FolderPages(tmp_path)
    hostile = replace(page(store, 1, START), url=STUCK.url, answered=STUCK.url)
    with Pool(seconds=0.3) as pool:
        stage = Extract(store, pool=pool)
        with pytest.raises(Rejected, match="extract_timeout"):
            stage(hostile)
        pool.seconds = 60
        assert isinstance(stage(page(store, 2, START)), Article)


HEAVY_TAGS = b"<html><body><h1>Judul</h1>" + b"<p>Teks.</p>" * MAX_TAGS


@pytest.mark.parametrize("body", [SLOW, b"<p>" + b"x" * (HEAVY + 1), HEAVY_TAGS], ids=["both", "bytes", "tags"])
@pytest.mark.parametrize("told", [True, False], ids=["size told", "size not told"])
def test_the_line_reads_no_page_that_weighs_more_than_any_real_one(tmp_path: Path, body: bytes, told: bool) -> None:
    store = FolderPages(tmp_path)
    heavy = replace(page(store, 1, START), body=store.put(body), size=len(body) if told else 0)
    with Pool() as pool:
        stage = Extract(store, pool=pool, in_line=True)
        stage.prepare([heavy, page(store, 2, START)], lambda: None)
        assert isinstance(stage(heavy), Slow)
        assert isinstance(stage(page(store, 2, START)), Article)
        assert isinstance(Extract(store, pool=pool)(heavy), Article | Drop)


@pytest.mark.usefixtures("frozen")
def test_a_page_beyond_its_time_leaves_the_line_and_a_part_takes_its_page_along(tmp_path: Path) -> None:
    store = FolderPages(tmp_path)
    stuck = replace(page(store, 1, START), url=STUCK.url, answered=STUCK.url)
    with Pool(seconds=0.3) as pool:
        stage = Extract(store, pool=pool, in_line=True)
        stage.prepare([stuck], lambda: None)
        assert stage(stuck) == Slow("not read in 0.3 s")
        part = replace(page(store, 2, START), parts=(store.put(HEAVY_TAGS),))
        assert isinstance(stage(part), Slow)

"""`kliping run` and `kliping work` as processes: they start everything, stop cleanly, and leave nobody behind."""

import os
import signal
from pathlib import Path

import pytest

from kliping.command.build import Configuration, configuration
from kliping.command.processes import crawlers, workers
from kliping.settings import Settings, Work
from pipeline.flow import STEPS
from tests.command.conftest import Newsroom, children_of, ended, passed, processes, wait_until


def test_run_reads_the_press_and_ctrl_c_stops_it_cleanly(newsroom: Newsroom) -> None:
    config = configuration(newsroom.installation.config)
    assert newsroom.children >= len(workers(config, STEPS)) + len(crawlers(config))
    assert newsroom.exit_code == 0
    assert newsroom.seconds < 30  # bar A15
    # the children were joined before the exit; Python's own resource tracker ends a moment after its parent
    wait_until(lambda: processes(newsroom.installation) == set())
    assert newsroom.press.internal_connections == 0
    newsroom.installation.kliping("status", "--verify")
    log = (newsroom.installation.folder / "kliping.log").read_text("utf-8")
    assert "Ctrl-C stops" in log
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("number", "names"),
    [(0, []), (1, ["extract-0", "extract-slow-0"]), (2, ["extract-0", "extract-1", "extract-slow-0"])],
)
def test_one_worker_tends_the_slow_lane_of_a_stage_that_works_here(
    tmp_path: Path, number: int, names: list[str]
) -> None:
    config = Configuration(tmp_path, Settings(work=Work(processes={"extract": number})), {}, {})
    assert [child.name for child in workers(config, ["extract", "tag"])] == [*names[:number], "tag-0", *names[number:]]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_child_outlives_its_parent(newsroom: Newsroom, how: signal.Signals) -> None:
    installation = newsroom.installation
    process = installation.start("work", "extract", "tag")
    wait_until(lambda: len(processes(installation)) >= 3)
    code, _ = ended(process, how)
    assert code == (0 if how is signal.SIGTERM else -signal.SIGKILL)
    try:
        wait_until(lambda: not processes(installation))
    finally:
        for left in processes(installation):
            os.kill(left, signal.SIGKILL)


def test_a_crawler_whose_parent_was_killed_stops_too(newsroom: Newsroom) -> None:
    installation = newsroom.installation
    process = installation.start("run")
    wait_until(lambda: len(children_of(process.pid)) >= newsroom.children)
    ended(process, signal.SIGKILL)
    try:
        wait_until(lambda: not processes(installation))
    finally:
        for left in processes(installation):
            os.kill(left, signal.SIGKILL)


def test_an_unknown_stage_is_wrong_usage(newsroom: Newsroom) -> None:
    result = newsroom.installation.kliping("work", "exract", check=(2,))
    assert "exract: no such stage; there are: extract, deduplicate, tag, index" in result.stderr


def test_one_stage_works_alone(newsroom: Newsroom) -> None:
    before = passed(newsroom.installation, "extract")
    newsroom.installation.kliping("work", "extract", "--until-idle")
    assert passed(newsroom.installation, "extract") == before

"""Watches that staff make: they stand before the file's, count without a restart, and find what came before them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kliping.article import Copy, Grouped
from kliping.clips import find_clip
from kliping.clock import now
from kliping.database import Database
from kliping.desks import Desk, Watch
from kliping.watches import effective, listed, revision
from kliping.wire import encode
from pipeline.attempts import Attempts
from pipeline.balance import balance, sums
from pipeline.bus import Bus, Outgoing, open_bus
from pipeline.flow import GROUPED, STEPS
from pipeline.index import Index
from pipeline.stage import Stage
from pipeline.tag import Tag
from pipeline.tag.past import retag, try_watch
from pipeline.tag.saving import WatchError, remove_watch, save_watch
from pipeline.tag.stage import RELOAD_SECONDS
from pipeline.worker import Worker
from search.archive import Archive
from tests.index.conftest import Press, article

TAMAN = Watch(id="taman", title="Taman", query="taman")
BANJIR = Watch(id="banjir", title="Banjir", query="banjir OR genangan")
DESK = Desk(id="kota", name="Pemerintah Kota", region="36.71", watches=(TAMAN,))
TODAY = now()


@dataclass
class Flow:
    """The last two stages with their workers, as a running installation has them."""

    database: Database
    archive: Archive
    bus: Bus
    press: Press
    seconds: float = 0.0  # of the tag stage's clock
    workers: list[Worker] = field(default_factory=list)

    def __post_init__(self) -> None:
        tag = Tag([DESK], self.database, ticks=lambda: self.seconds)
        self.workers = [self._worker("tag", tag), self._worker("index", Index(self.database, self.archive))]

    def _worker(self, name: str, stage: Stage[Any]) -> Worker:
        step = STEPS[name]
        consumer = self.bus.consumer(step.reads, name, f"{name}-0")
        return Worker(step, stage, self.bus, consumer, Attempts(self.database, name))

    def bring(self, number: int, title: str, days_ago: float = 0.0, version: int = 1) -> str:
        """An article as deduplicate sends it; its id."""
        seen = TODAY - timedelta(days=days_ago)
        read = replace(article(number, title, "Warga menunggu."), first_seen=seen, fetched_at=seen, published=None)
        grouped = Grouped(article=read, copy=Copy(group=read.id, outlets=("kabar",)), version=version)
        self.press.store(grouped)
        message = Outgoing(id=grouped.message_id, key=grouped.key, payload=encode(grouped))
        self.bus.publish(GROUPED, [message])
        return read.id

    def work(self) -> None:
        """Everything that waits, some time after what was done before."""
        self.seconds += RELOAD_SECONDS
        while sum(worker.once() for worker in self.workers):
            pass

    def found(self) -> set[str]:
        self.archive.refresh()
        return {hit.document.article for hit in self.archive.search("kota", None).hits}

    def retag(self, days: int = 30) -> int:
        return retag(self.database, self.bus, DESK, days=days, wait=lambda seconds: None)

    def check(self) -> dict[str, tuple[int, int]]:
        """Stage -> unique inputs, ended. Nothing may be lost, unexpected or waiting."""
        held = [one for one in balance(self.database, self.bus) if one.stage in ("tag", "index")]
        assert [(one.stage, one.holds, one.waiting) for one in held] == [("tag", True, 0), ("index", True, 0)]
        assert [one.ended for one in sums(self.database, self.bus)][2:] == [one.ended for one in held]
        return {one.stage: (one.inputs, one.ended) for one in held}


@pytest.fixture
def flow(tmp_path: Path, database: Database, archive: Archive, press: Press) -> Iterator[Flow]:
    bus = open_bus(f"sqlite:{tmp_path}/bus", partitions=4, lease=5.0)
    flow = Flow(database, archive, bus, press)
    yield flow
    for worker in flow.workers:
        worker.consumer.close()
    bus.close()


def standing(database: Database) -> dict[str, str]:
    with database.read() as connection:
        return {watch.id: watch.query for watch in effective(connection, DESK)}


def test_rows_change_join_and_remove_the_files_watches(database: Database) -> None:
    assert standing(database) == {"taman": "taman"}
    save_watch(database, DESK, Watch(id="taman", title="Taman", query="taman -swasta"), "sari")
    save_watch(database, DESK, BANJIR, "sari")
    assert standing(database) == {"taman": "taman -swasta", "banjir": "banjir OR genangan"}
    remove_watch(database, DESK, "taman", "budi")
    assert standing(database) == {"banjir": "banjir OR genangan"}
    with database.read() as connection:
        lines = [(one.watch.id, one.source, one.removed, one.by) for one in listed(connection, DESK)]
        assert effective(connection, Desk(id="lain", name="Lain", watches=(TAMAN,))) == (TAMAN,)
    assert lines == [("taman", "staff", True, "budi"), ("banjir", "staff", False, "sari")]
    save_watch(database, DESK, TAMAN, "sari")
    assert standing(database) == {"taman": "taman", "banjir": "banjir OR genangan"}


def test_every_change_gives_another_revision(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def at() -> object:
        with database.read() as connection:
            return revision(connection)

    seen = [at()]
    save_watch(database, DESK, BANJIR, "sari")
    seen.append(at())
    monkeypatch.setenv("KLIPING_CLOCK_OFFSET", "-3600")  # the clock was set back
    save_watch(database, DESK, TAMAN, "sari")
    seen.append(at())
    remove_watch(database, DESK, "banjir", "sari")
    seen.append(at())
    assert seen[0] is None
    assert len(set(seen)) == 4


@pytest.mark.parametrize(
    ("watch", "says"),
    [
        (Watch(id="Besar", title="Besar", query="x"), "Kode pantauan"),
        (Watch(id="x", title="\u202e ", query="x"), "Nama pantauan harus diisi"),
        (Watch(id="x", title="y" * 121, query="x"), "paling banyak 120"),
        (Watch(id="x", title="y", query="(banjir"), r"Kata pencarian: Kurung buka belum ditutup \(posisi 1\)"),
        (Watch(id="x", title="y", query=""), "Ketik sedikitnya satu kata"),
        (Watch(id="x", title="y", query="x", same_name="neither"), "senama"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_read_is_not_saved(database: Database, watch: Watch, says: str) -> None:
    with pytest.raises(WatchError, match=says):
        save_watch(database, DESK, watch, "sari")
    with pytest.raises(WatchError, match="tidak ada"):
        remove_watch(database, DESK, "banjir", "sari")
    assert standing(database) == {"taman": "taman"}


def test_a_saved_watch_counts_without_a_restart(flow: Flow) -> None:
    flow.bring(1, "Banjir di Ceger")
    flow.work()
    assert flow.found() == set()
    save_watch(flow.database, DESK, BANJIR, "sari")
    after = flow.bring(2, "Banjir Lagi di Ceger")
    flow.work()
    assert flow.found() == {after}
    remove_watch(flow.database, DESK, "banjir", "sari")
    flow.bring(3, "Banjir Ketiga")
    flow.work()
    assert flow.found() == {after}
    assert flow.check() == {"tag": (3, 3), "index": (1, 1)}


def test_old_articles_meet_a_new_watch_and_leave_with_it(flow: Flow) -> None:
    old, older = flow.bring(1, "Banjir di Ceger", days_ago=3), flow.bring(2, "Banjir Lama", days_ago=40)
    taman = flow.bring(3, "Taman Dibuka", days_ago=3)
    flow.bring(4, "Harga Cabai", days_ago=3)
    flow.work()
    assert flow.found() == {taman}
    save_watch(flow.database, DESK, BANJIR, "sari")
    assert flow.retag() == 2  # the flood and the clip that there is; neither the chillies nor what is older
    flow.work()
    assert flow.found() == {taman, old}
    remove_watch(flow.database, DESK, "banjir", "sari")
    assert flow.retag() == 2
    flow.work()
    assert flow.found() == {taman}
    gone = find_clip(flow.database, "kota", old)
    assert gone is not None
    assert (gone.state, gone.version) == ("withdrawn", 2)
    assert find_clip(flow.database, "kota", older) is None
    assert flow.check()["tag"] == (4, 4)


def test_doing_it_again_changes_no_row_and_no_sum(flow: Flow) -> None:
    one = flow.bring(1, "Banjir di Ceger")
    flow.bring(2, "Taman Dibuka")
    flow.work()
    save_watch(flow.database, DESK, BANJIR, "sari")
    flow.retag()
    flow.work()
    before, documents = flow.check(), list(flow.archive.documents("kota"))
    assert before == {"tag": (2, 2), "index": (2, 2)}
    flow.retag()
    flow.work()
    assert flow.check() == before
    assert list(flow.archive.documents("kota")) == documents
    stored = find_clip(flow.database, "kota", one)
    assert stored is not None
    assert stored.version == 1


def test_a_changed_query_withdraws_what_it_does_not_take_any_more(flow: Flow) -> None:
    kept, left = flow.bring(1, "Taman Kota Dibuka"), flow.bring(2, "Taman Swasta Dibuka")
    flow.work()
    assert flow.found() == {kept, left}
    save_watch(flow.database, DESK, Watch(id="taman", title="Taman", query="taman -swasta"), "sari")
    flow.retag()
    flow.work()
    assert flow.found() == {kept}


def test_a_newer_wording_overtakes_what_was_sent_again(flow: Flow) -> None:
    one = flow.bring(1, "Banjir di Ceger")
    flow.work()
    save_watch(flow.database, DESK, BANJIR, "sari")
    flow.retag()
    flow.bring(1, "Cerah di Ceger", version=2)
    flow.work()
    flow.retag()
    flow.work()
    assert find_clip(flow.database, "kota", one) is None
    assert flow.check()["tag"] == (2, 2)


def test_retag_waits_until_every_tag_stage_has_taken_the_change(flow: Flow) -> None:
    waits: list[float] = []
    retag(flow.database, flow.bus, DESK, wait=waits.append)
    assert waits == []
    save_watch(flow.database, DESK, BANJIR, "sari")
    retag(flow.database, flow.bus, DESK, wait=waits.append)
    assert len(waits) == 1
    assert RELOAD_SECONDS < waits[0] <= 2 * RELOAD_SECONDS


def test_progress_counts_the_articles(flow: Flow) -> None:
    for number in range(3):
        flow.bring(number, "Taman")
    steps: list[tuple[int, int]] = []
    retag(flow.database, flow.bus, DESK, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(3, 3)]


def test_a_watch_is_tried_on_all_stored_articles_the_newest_first(flow: Flow) -> None:
    ids = [flow.bring(number, f"Banjir {number}", days_ago=number) for number in range(1, 36)]
    flow.bring(50, "Taman Dibuka", days_ago=1)
    tried = try_watch(flow.database, 'banjir -"banjir 2"', days=30, limit=3)
    assert (tried.count, tried.stored, tried.looked_at, tried.complete) == (28, 30, 30, True)
    assert [example.article.id for example in tried.examples] == [ids[0], ids[2], ids[3]]
    assert [evidence.words for evidence in tried.examples[0].evidence] == ["Banjir"]
    assert flow.found() == set()


def test_a_trial_ends_in_time_and_says_how_far_it_came(flow: Flow) -> None:
    flow.bring(1, "Banjir")
    tried = try_watch(flow.database, "banjir", seconds=-1.0)
    assert (tried.count, tried.looked_at, tried.stored, tried.complete) == (0, 0, 1, False)


def test_a_trial_leaves_the_region_of_the_same_name_as_the_stage_does(flow: Flow) -> None:
    ours = flow.bring(1, "Wali Kota Tangerang Buka Pasar")
    flow.bring(2, "Bupati Tangerang Tinjau Pasar Tigaraksa, Kabupaten Tangerang")
    tried = try_watch(flow.database, "tangerang", region="36.71", same_name="leave")
    assert [example.article.id for example in tried.examples] == [ours]
    assert try_watch(flow.database, "tangerang", region="36.71").count == 2


def test_a_trial_refuses_what_cannot_be_read(flow: Flow) -> None:
    with pytest.raises(WatchError, match="Tanda kutip belum ditutup"):
        try_watch(flow.database, '"banjir')


def test_pages_of_one_instant_are_read_once_each(flow: Flow) -> None:
    for number in range(405):  # two full batches and a rest
        flow.press.store(
            Grouped(article=replace(article(number, "Banjir"), first_seen=TODAY), copy=Copy(group="g"), version=1)
        )
    assert try_watch(flow.database, "banjir", seconds=60).count == 405

"""The same press through both kinds of installation: files below var/, and Kafka, Elasticsearch, PostgreSQL, S3, SMTP.

The second one runs the shipped config/kliping.cluster.toml with several processes of each stage. What staff and
recipients see must be the same, id by id; only the wall clock of reading and closing and secret links may differ.
"""

import re
import signal
import time
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest

from digests import editions
from digests.edition import Edition
from kliping import trace
from kliping.command.build import Parts
from pipeline.balance import balance
from pipeline.dead import dead_letters
from search.archive.base import Document
from tests.digests.mailserver import Post, mail_server
from tests.installation import CHECKOUT, Installation
from tests.press.press import FOLDER, Press
from tests.press_check import compare, have
from tests.press_desk import install
from tests.servers.elasticsearch import Elasticsearch
from tests.servers.kafka import Kafka
from tests.servers.postgresql import PostgreSQL
from tests.servers.s3 import S3Server

pytestmark = pytest.mark.timeout(900)  # seconds: two installations at once, 60 on two cores of their own
NOW = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # 08.00 WIT, Tuesday 24 November 2026
GAP = 0.1  # seconds; the shipped 5 s would take minutes
PROCESSES = {"extract": 2, "deduplicate": 2, "tag": 2, "index": 2}
PATIENCE = 90.0  # seconds for all processes to be there, and for a stop: 30 at most, on a busy machine
SHIPPED = CHECKOUT / "config" / "kliping.cluster.toml"
READER = '\n[[recipients]]\naddress = "humas@press.test"\nname = "Bagian Humas"\n'
AT = datetime(2026, 1, 1, tzinfo=UTC)  # in place of times that follow the wall clock


@dataclass(frozen=True)
class Office:
    """An installation that has read the press, closed its edition and sent it."""

    installation: Installation
    parts: Parts
    mail: EmailMessage

    @property
    def desk(self) -> str:
        (desk,) = self.parts.configuration.desks
        return desk

    @property
    def edition(self) -> Edition:
        """The first edition, without the times of reading and closing."""
        edition = editions.load(self.parts.database, self.desk, 1)
        items = tuple(msgspec.structs.replace(item, first_seen=AT) for item in edition.items)
        return msgspec.structs.replace(edition, items=items, closed_at=AT)

    @property
    def documents(self) -> dict[str, Document]:
        """The archive by id. A clip's version and first sighting tell how often and when it was written."""
        found = self.parts.archive.documents(self.desk)
        return {document.id: replace(document, version=0, first_seen=AT) for document in found}

    def found(self, *arguments: str) -> list[str]:
        """Ids of what `kliping find` finds, the newest first."""
        hits = self.installation.lines("find", "--limit", "1000", *arguments)
        return [hit["document"]["id"] for hit in hits]


@dataclass(frozen=True)
class Both:
    press: Press
    embedded: Office
    cluster: Office


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, kafka: Kafka, elasticsearch: Elasticsearch, postgresql: PostgreSQL
) -> Iterator[Both]:
    with ExitStack() as stack:
        press = stack.enter_context(Press(FOLDER / "teluk-sarira.toml", now=NOW, running=True, delay=0))
        post = stack.enter_context(mail_server(None))
        store = stack.enter_context(S3Server.running())
        bus, archive, database = kafka.fresh(), elasticsearch.fresh(), postgresql.fresh()
        stack.callback(postgresql.clear, database)
        stack.callback(elasticsearch.clear, archive)
        stack.callback(kafka.clear, bus)
        top = {"bus": bus, "archive": archive, "database": database, "pages": store.bucket()}
        top["mail"] = f"smtp://127.0.0.1:{post.port}"
        small = install(tmp_path_factory.mktemp("embedded"), press, crawl={"gap": GAP})
        large = replace(_cluster(tmp_path_factory.mktemp("cluster"), press, top, store), offset=small.offset)
        with ThreadPoolExecutor(2) as together:
            list(together.map(lambda installation: _read(installation, press), (small, large)))
        embedded, cluster = (stack.enter_context(installation.parts()) for installation in (small, large))
        yield Both(press, Office(small, embedded, _filed(small)), Office(large, cluster, _received(post)))


def _cluster(folder: Path, press: Press, top: Mapping[str, Any], store: S3Server) -> Installation:
    """The shipped file, with the addresses and secrets of this test's servers."""
    shipped = tomllib.loads(SHIPPED.read_text("utf-8"))
    tables: dict[str, Any] = {name: value for name, value in shipped.items() if isinstance(value, dict)}
    rest = {name: value for name, value in shipped.items() if name not in tables}
    tables["elasticsearch"] |= {"password": "none asked here"}
    tables["s3"] |= {"endpoint": store.endpoint, "key": store.key, "secret": store.secret}
    tables["work"] |= {"processes": PROCESSES, "lease": 10}
    tables["mailer"] = {"starttls": False}
    tables["web"] = {"port": 0}
    return install(folder, press, crawl={"gap": GAP}, top={**rest, **top, "partitions": 4}, **tables)


def _read(installation: Installation, press: Press) -> None:
    """Crawl and work all that there is, then close and send the morning's edition."""
    for desk in (installation.folder / "config" / "desks").glob("*.toml"):
        desk.write_text(desk.read_text("utf-8") + READER, "utf-8")
    installation.kliping("migrate")
    installation.scrapy("crawl", "feeds")
    for outlet in press.scenario.outlets:
        if outlet.listing:
            installation.scrapy("crawl", "sites", "-a", f"outlet={outlet.id}")
    installation.kliping("work", "--until-idle")
    installation.kliping("digest", "close")
    installation.kliping("digest", "send")


def _filed(installation: Installation) -> EmailMessage:
    (file,) = (installation.folder / "var" / "outbox").glob("*.eml")
    return _mail(file.read_bytes())


def _received(post: Post) -> EmailMessage:
    (taken,) = post.taken
    return _mail(taken)


def _mail(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def _passed(office: Office, stage: str) -> list[str]:
    """The articles that a stage passed on, as often as it did."""
    return sorted(verdict.subject for verdict in trace.verdicts_of(office.parts.database, stage, "passed").values())


def _forms(mail: EmailMessage) -> dict[str, str]:
    """What a reader sees of a mail, by type; the time of closing and the reader's secret link are blanked."""
    texts = {
        part.get_content_type(): part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"
    }
    return {kind: re.sub(r"/berhenti/\w+|\d\d\.\d\d WIT \(terlambat\)", "…", text) for kind, text in texts.items()}


def test_both_have_what_the_press_published(both: Both) -> None:
    for office in (both.embedded, both.cluster):
        wrong = [line for one in compare(office.parts, office.desk, both.press.truth()) for line in one.wrong]
        assert wrong == []
        lines = balance(office.parts.database, office.parts.bus)
        assert all(line.holds and not line.waiting for line in lines), lines
        assert list(dead_letters(office.parts.bus, office.parts.database)) == []


def test_the_same_articles_groups_clips_and_reasons(both: Both) -> None:
    assert have(both.cluster.parts, both.cluster.desk) == have(both.embedded.parts, both.embedded.desk)
    for stage in ("fetch", "extract", "deduplicate"):
        assert _passed(both.cluster, stage) == _passed(both.embedded, stage) != []


def test_the_same_archive(both: Both) -> None:
    assert both.cluster.documents == both.embedded.documents != {}


@pytest.mark.parametrize("query", ["", "meresmikan OR perahu"])
def test_the_same_found(both: Both, query: str) -> None:
    arguments = [query] if query else []
    assert both.cluster.found(*arguments) == both.embedded.found(*arguments) != []


def test_the_same_edition(both: Both) -> None:
    assert both.cluster.edition == both.embedded.edition
    assert len(both.cluster.edition.items) > 5


def test_the_same_mail(both: Both) -> None:
    embedded, cluster = _forms(both.embedded.mail), _forms(both.cluster.mail)
    assert both.cluster.mail["Subject"] == both.embedded.mail["Subject"]
    assert both.cluster.mail["To"] == both.embedded.mail["To"]
    assert cluster == embedded
    assert list(cluster) == ["text/plain", "text/html"]


@pytest.mark.parametrize("command", [("doctor",), ("status", "--verify"), ("archive", "rebuild")])
def test_the_commands_work_on_a_cluster(both: Both, command: tuple[str, ...]) -> None:
    said = both.cluster.installation.kliping(*command).stdout
    assert said
    assert "WRONG" not in said
    before = both.embedded.documents
    assert both.cluster.documents == before


def test_the_trace_tells_every_step_on_a_cluster(both: Both) -> None:
    row = next(row for row in both.press.truth()["articles"] if row["relevant"] and row["reachable"])
    (told,) = both.cluster.installation.lines("trace", row["url"])
    assert {verdict["stage"] for verdict in told["verdicts"]} == {"fetch", "extract", "deduplicate", "tag", "index"}


def test_run_keeps_a_cluster_well_and_stops_cleanly(both: Both) -> None:
    """The last test here: it reads the press once more. One stage of four, for the sake of time."""
    installation = both.cluster.installation
    before = both.cluster.documents
    process = installation.start("run", "crawl", "index", "pages", "editions")
    try:
        deadline = time.monotonic() + PATIENCE
        while not (said := installation.kliping("health", check=(0, 1)).stdout).startswith("well: "):
            assert time.monotonic() < deadline, said
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
    assert int(said.split()[1]) >= PROCESSES["index"] + 4  # two or more crawlers, pages, editions
    assert both.cluster.documents == before
    assert "Traceback" not in (installation.folder / "kliping.log").read_text("utf-8")

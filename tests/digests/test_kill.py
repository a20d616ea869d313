"""Bar D1: SIGKILL at random moments while sending to 200 recipients. Missing 0, copies at most one a kill."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from digests import editions, ledger
from digests.deliver.folder import FolderMailer
from digests.edition import Edition
from digests.message import Sender
from digests.post import Post
from digests.schedule import slot_of
from kliping import recipients
from kliping.clock import now
from tests.digests.conftest import DAY, OUTLETS, URL, Newsroom

CHECKOUT = Path(__file__).resolve().parents[2]
PEOPLE = 200
LEASE = 0.5  # seconds; writing one file takes milliseconds


def killed_while_sending(
    newsroom: Newsroom, folder: Path, kills: int, seed: int
) -> tuple[int, set[tuple[str, int]], list[list[str]]]:
    """Start senders and kill them until all is sent.

    How many died at work, the tries (address, number) that were in hand at a death, and what was handed over.
    """
    chance = random.Random(seed)  # the same moments in every run, as far as the machine allows
    database, log = newsroom.database, folder / "taken.log"
    deaths, in_hand = 0, set()
    for turn in range(kills + 50):
        if not ledger.outstanding(database, now() + DAY):
            break
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.digests.sender", database.url, str(folder / "outbox"), str(log), str(LEASE)],
            cwd=CHECKOUT,
        )
        if turn < kills:
            _wait_for_work(log, process)
            time.sleep(chance.uniform(0.0, 0.05))
            process.kill()
        deaths += process.wait() != 0
        in_hand |= {(row.address, row.tries) for row in ledger.lines(database) if row.state == "sending"}
        time.sleep(LEASE if turn >= kills else 0.0)
    return deaths, in_hand, [line.split() for line in log.read_text().splitlines()]


def _wait_for_work(log: Path, process: "subprocess.Popen[bytes]") -> None:
    """Until this process handed something over, so that a kill hits it at work and not while it starts."""
    before = log.stat().st_size if log.exists() else 0
    while process.poll() is None and (not log.exists() or log.stat().st_size == before):
        time.sleep(0.005)


def planned(newsroom: Newsroom, tmp_path: Path) -> Edition:
    """An edition of now with a mail for everyone."""
    at = now()
    for number in range(3):
        newsroom.article(number, seen=at)
    for number in range(PEOPLE):
        recipients.add(newsroom.database, "kota", f"orang{number:03d}@sukaraya.test", "", "ratna", at - DAY)
    slot = slot_of(newsroom.desk, at)
    closed = editions.close(newsroom.database, newsroom.desk, OUTLETS, slot, at, URL)
    Post(newsroom.database, FolderMailer(tmp_path), Sender("Kliping <kliping@sukaraya.test>"), now).plan("kota", 1)
    return editions.load(newsroom.database, "kota", closed.number)


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.slow)])
def test_a_killed_sender_loses_nobody_and_copies_at_most_once_a_kill(
    newsroom: Newsroom, tmp_path: Path, kills: int
) -> None:
    planned(newsroom, tmp_path)
    deaths, in_hand, taken = killed_while_sending(newsroom, tmp_path, kills, seed=kills)
    copies = Counter(recipient for recipient, _, _ in taken)
    assert len(copies) == PEOPLE
    assert sum(count - 1 for count in copies.values()) <= deaths
    # a copy more for each death with this very mail in hand: SMTP can promise no less, and nobody else gets one
    died = Counter(address for address, _ in in_hand)
    assert all(count <= 1 + died[recipient] for recipient, count in copies.items())
    assert len({tuple(line) for line in taken}) == PEOPLE
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == PEOPLE
    assert {line.state for line in ledger.lines(newsroom.database)} == {"sent"}
    assert deaths >= 2, "the kills came too late to show anything"

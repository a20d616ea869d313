"""Two workers on one database: spawned processes, as in an installation."""

import multiprocessing
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier

from sqlalchemy import func, select

from kliping.article import Article
from kliping.database import Database
from kliping.tables import articles, edges, outbox
from pipeline.deduplicate import Deduplicate
from tests.deduplicate.made import article, words

TEXTS = 4
COPIES = 8


def work(url: str, messages: Sequence[Article], both: Barrier) -> None:
    database = Database(url)
    stage = Deduplicate(database)
    both.wait()
    for message in messages:
        stage(message)
        stage.published([message])
    database.close()


def test_two_processes_find_all_twins(database: Database) -> None:
    made = [
        [article(f"t{text}c{copy}", words(text, 120), minutes=copy) for copy in range(COPIES)] for text in range(TEXTS)
    ]
    spawn = multiprocessing.get_context("spawn")
    # twins come to both at the same time, those of the first text twice
    halves = [[message for text in made for message in text[first::2]] + made[0] for first in (0, 1)]
    both = spawn.Barrier(2)
    workers = [spawn.Process(target=work, args=(database.url, half, both)) for half in halves]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    with database.read() as connection:
        sizes = connection.execute(select(func.count(articles.c.id)).group_by(articles.c.group)).scalars().all()
        assert sizes == [COPIES] * TEXTS
        assert connection.execute(select(func.count()).select_from(edges)).scalar() == TEXTS * COPIES * (COPIES - 1) / 2
        assert connection.execute(select(func.count()).select_from(outbox)).scalar() == 0

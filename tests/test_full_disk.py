"""Bar A7 on a file system that is really full: pages, bus and database stop accepting and say so; once there is space
they go on, without a repair and without a loss of what they confirmed.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from kliping.database import migrate
from kliping.errors import Unavailable
from kliping.pages import FolderPages
from kliping.tables import revisions
from pipeline.bus import Outgoing, open_bus
from tests.contracts.database import MOMENT
from tests.stores import opened

SIZE = "16m"
FILLER = 6 * 1024 * 1024  # freed later: more than the 4 MB of a write-ahead log, which go into the file first
MOUNTED = 'mount -t tmpfs -o size="$1" none "$2" && exec "$3" -m tests.test_full_disk "$2"'


def test_what_was_confirmed_survives_a_full_disk(tmp_path: Path) -> None:
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare (Debian: util-linux)")
    space = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*space, "mount", "-t", "tmpfs", "none", str(tmp_path)], check=False).returncode:
        pytest.skip("no file system of one's own may be mounted here")
    command = [*space, "sh", "-c", MOUNTED, "sh", SIZE, str(tmp_path), sys.executable]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["pages", "bus", "database"]), done.stderr


def until_full(write: Callable[[int], None], first: int) -> int:
    """Write from `first` on until the store says that it cannot; the number that it refused, three times."""
    number = first
    while True:
        try:
            write(number)
        except Unavailable:
            break
        number += 1
    for _ in range(2):
        with pytest.raises(Unavailable):
            write(number)
    return number


def fill_and_free(folder: Path, write: Callable[[int], None]) -> int:
    """Fill the disk through `write`, make room, go on with what was refused. How many were confirmed."""
    filler = folder / "filler"
    filler.write_bytes(bytes(FILLER))
    refused = until_full(write, 0)
    assert refused > 0
    filler.unlink()
    for number in range(refused, refused + 3):
        write(number)
    return refused + 3


def pages(folder: Path) -> None:
    store, kept = FolderPages(folder / "pages"), list[str]()
    number = fill_and_free(folder, lambda at: kept.append(store.put(body(at))))
    assert [store.get(content) for content in kept] == [body(at) for at in range(number)]


def bus(folder: Path) -> None:
    with closing(open_bus(f"sqlite:{folder}/bus", partitions=1, lease=30)) as filled:
        number = fill_and_free(folder, lambda at: filled.publish("pages", [message(at)]))
    with closing(open_bus(f"sqlite:{folder}/bus", partitions=1, lease=30)) as again:
        assert {record.id: record.payload for record in again.read("pages")} == {
            str(at): body(at) for at in range(number)
        }


def database(folder: Path) -> None:
    def put(at: int) -> None:
        with filled.write() as connection:
            filled.upsert(connection, revisions, [row(at)])

    url = f"sqlite:///{folder}/kliping.db"
    with opened(url) as filled:
        migrate(filled)
        number = fill_and_free(folder, put)
    with opened(url) as again, again.read() as connection:
        kept = connection.execute(select(revisions.c.article, revisions.c.body)).all()
        assert {name: bytes(content) for name, content in kept} == {str(at): body(at) for at in range(number)}
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def body(number: int) -> bytes:
    """64 KiB that do not shrink."""
    return Random(number).randbytes(64 * 1024)


def message(number: int) -> Outgoing:
    return Outgoing(id=str(number), key="k", payload=body(number))


def row(number: int) -> dict[str, object]:
    name = str(number)
    return {"article": name, "revision": name, "page": name, "fetched_at": MOMENT, "body": body(number)}


if __name__ == "__main__":
    for store in (pages, bus, database):
        place = Path(sys.argv[1]) / store.__name__
        place.mkdir()
        store(place)
        shutil.rmtree(place)
        print(store.__name__)

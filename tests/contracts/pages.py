"""What every page store must keep. A backend's test class inherits this one and gives `pages` and `inside`."""

import threading
from hashlib import sha256
from random import Random
from typing import Protocol

import pytest

from kliping.errors import Rejected
from kliping.pages import PageStore

BODY = b"<html><title>Wali Kota meresmikan taman</title></html>" * 20


class Inside(Protocol):
    """The store seen from behind: its files by the name below its root."""

    def names(self) -> list[str]: ...

    def read(self, name: str) -> bytes: ...

    def overwrite(self, name: str, data: bytes) -> None: ...


def name_of(content: str) -> str:
    return f"{content[:2]}/{content}.zst"


class PagesContract:
    @pytest.fixture
    def pages(self) -> PageStore:
        raise NotImplementedError

    @pytest.fixture
    def inside(self) -> Inside:
        raise NotImplementedError

    @pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 3_000, 70_000, 1_000_000])
    def test_what_was_put_is_got(self, pages: PageStore, size: int) -> None:
        for body in (bytes(size), Random(size).randbytes(size)):  # shrinks to nothing; does not shrink at all
            content = pages.put(body)
            assert content == sha256(body).hexdigest()
            assert pages.get(content) == body

    def test_a_page_lies_compressed_under_its_hash_and_nothing_else_does(
        self, pages: PageStore, inside: Inside
    ) -> None:
        content = pages.put(BODY)
        assert pages.put(BODY) == content
        assert inside.names() == [name_of(content)]
        assert len(inside.read(name_of(content))) < len(BODY) / 5

    def test_the_largest_page_is_kept_whole(self, pages: PageStore) -> None:
        body = bytes(range(256)) * 4 * 1024 * 8  # 8 MiB, as [crawl] max_page
        assert pages.get(pages.put(body)) == body

    @pytest.mark.parametrize("content", ["", "0" * 64, "../../etc/passwd"])
    def test_a_missing_page_is_rejected(self, pages: PageStore, content: str) -> None:
        with pytest.raises(Rejected) as caught:
            pages.get(content)
        assert caught.value.reason == "page_missing"

    def test_a_damaged_page_is_rejected_and_healed_by_the_next_fetch(self, pages: PageStore, inside: Inside) -> None:
        content = pages.put(BODY)
        name, other = name_of(content), name_of(pages.put(b"other"))
        for damage in (b"", b"no zstandard", inside.read(name)[:-4], inside.read(other)):
            inside.overwrite(name, damage)
            with pytest.raises(Rejected) as caught:
                pages.get(content)
            assert caught.value.reason == "page_damaged"
        assert pages.get(pages.put(BODY)) == BODY

    def test_threads_may_share_it(self, pages: PageStore) -> None:
        """As the desk's pages and a crawler's writer do."""
        kept: dict[bytes, str] = {}

        def work(first: int) -> None:
            for number in range(first, first + 8):
                body = b"halaman %d" % (number % 12)  # some are put by two
                kept[body] = pages.put(body)

        threads = [threading.Thread(target=work, args=(first,)) for first in (0, 4, 8, 12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(kept) == 12
        assert {body: pages.get(content) for body, content in kept.items()} == {body: body for body in kept}

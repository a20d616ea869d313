"""The page store: what it gave a hash for is there, whole, or it says so."""

import os
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kliping.errors import ConfigError, Rejected, Unavailable
from kliping.pages import FolderPages, open_pages

BODY = b"<html><title>Wali Kota meresmikan taman</title></html>" * 20


@pytest.fixture
def pages(tmp_path: Path) -> FolderPages:
    return FolderPages(tmp_path / "pages")


def file_of(pages: FolderPages, content: str) -> Path:
    return pages.folder / content[:2] / f"{content}.zst"


@given(st.binary(max_size=3000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
def test_what_was_put_is_got(pages: FolderPages, body: bytes) -> None:
    content = pages.put(body)
    assert content == sha256(body).hexdigest()
    assert pages.get(content) == body


def test_pages_are_compressed_and_putting_twice_changes_nothing(pages: FolderPages) -> None:
    content = pages.put(BODY)
    before = file_of(pages, content).stat()
    assert before.st_size < len(BODY) / 5
    assert pages.put(BODY) == content
    assert file_of(pages, content).stat().st_ino == before.st_ino


def test_nothing_but_whole_pages_lies_in_the_folder(pages: FolderPages) -> None:
    content = pages.put(BODY)
    assert [path for path in pages.folder.rglob("*") if path.is_file()] == [file_of(pages, content)]


def test_page_and_name_are_synced_before_the_hash_is_given(pages: FolderPages, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order that a power cut needs: the bytes, the rename, then the folder; a new folder's own name too."""
    seen: list[str] = []
    fsync, rename = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        seen.append(os.readlink(f"/proc/self/fd/{handle}").removeprefix(str(pages.folder)))
        fsync(handle)

    def noted_rename(self: Path, target: Path) -> Path:
        seen.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_rename)
    content = pages.put(BODY)
    folder, part, *rest = seen
    assert folder == ""
    assert part.startswith(f"/{content[:2]}/.part-")
    assert rest == ["rename", f"/{content[:2]}"]


def test_a_write_that_fails_leaves_nothing_behind(pages: FolderPages, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(Unavailable, match="No space left"):
            pages.put(BODY)
    assert [path for path in pages.folder.rglob("*") if path.is_file()] == []
    assert pages.get(pages.put(BODY)) == BODY


@pytest.mark.parametrize("content", ["", "0" * 64, "../../etc/passwd"])
def test_a_missing_page_is_rejected(pages: FolderPages, content: str) -> None:
    with pytest.raises(Rejected) as caught:
        pages.get(content)
    assert caught.value.reason == "page_missing"


def test_a_damaged_page_is_rejected_and_healed_by_the_next_fetch(pages: FolderPages) -> None:
    content = pages.put(BODY)
    file = file_of(pages, content)
    for damage in (b"", b"no zstandard", file.read_bytes()[:-4], file_of(pages, pages.put(b"other")).read_bytes()):
        file.write_bytes(damage)
        with pytest.raises(Rejected) as caught:
            pages.get(content)
        assert caught.value.reason == "page_damaged"
    assert pages.get(pages.put(BODY)) == BODY


def test_a_store_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("a file where the folder should be")  # also stops root, unlike a mode
    pages = FolderPages(tmp_path / "pages")
    with pytest.raises(Unavailable):
        pages.put(BODY)
    with pytest.raises(Unavailable):
        pages.get("0" * 64)


def test_a_store_that_vanished_is_no_missing_page(pages: FolderPages) -> None:
    pages.folder.rmdir()
    with pytest.raises(Unavailable):
        pages.get("0" * 64)


def test_stores_are_opened_by_their_setting(tmp_path: Path) -> None:
    pages = open_pages(f"folder:{tmp_path}/pages")
    assert pages.get(pages.put(BODY)) == BODY
    with pytest.raises(ConfigError, match="folder:PATH"):
        open_pages("s3://bucket")

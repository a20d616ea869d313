"""The page store in a folder: what it gave a hash for is there, whole, or it says so."""

import os
from pathlib import Path

import pytest

from kliping.errors import ConfigError, Unavailable
from kliping.pages import FolderPages, open_pages
from tests.contracts.pages import BODY, Inside, PagesContract, name_of


@pytest.fixture
def pages(tmp_path: Path) -> FolderPages:
    return FolderPages(tmp_path / "pages")


class Files:
    """The folder's files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        return [str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()]

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def overwrite(self, name: str, data: bytes) -> None:
        (self.folder / name).write_bytes(data)


class TestFolder(PagesContract):
    @pytest.fixture
    def pages(self, tmp_path: Path) -> FolderPages:
        return FolderPages(tmp_path / "pages")

    @pytest.fixture
    def inside(self, pages: FolderPages) -> Inside:
        return Files(pages.folder)


def test_putting_twice_writes_once(pages: FolderPages) -> None:
    file = pages.folder / name_of(pages.put(BODY))
    before = file.stat()
    pages.put(BODY)
    assert file.stat().st_ino == before.st_ino


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
    assert Files(pages.folder).names() == []
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
    for wrong in ("", "folder", "folder:", "s3:", "s3://", "s3:bucket", "ftp://place"):
        with pytest.raises(ConfigError, match="folder:PATH or s3://BUCKET"):
            open_pages(wrong)

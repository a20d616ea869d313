"""Pages as files `ab/abcdef….zst` below a folder."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from kliping.errors import Rejected, Unavailable
from kliping.pages.base import HashedPages, file_name


class FolderPages(HashedPages):
    """A folder: temporary file, fsync, rename, fsync of the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = str(folder)
        with suppress(OSError):  # where it cannot be made, `put` and `get` say so
            folder.mkdir(parents=True, exist_ok=True)

    def _read(self, content: str) -> bytes:
        try:
            return self._path(content).read_bytes()
        except FileNotFoundError:
            if not self.folder.is_dir():
                raise Unavailable(f"page store {self.place}: no such folder") from None
            raise Rejected("page_missing", f"{content} is not in {self.place}") from None
        except OSError as error:
            raise Unavailable(f"page store {self.place}: {error}") from error

    def _write(self, content: str, data: bytes) -> None:
        try:
            _write(self._path(content), data)
        except OSError as error:
            raise Unavailable(f"page store {self.place}: {error}") from error

    def _keep(self, content: str) -> None:
        """Its writer may have died between the rename and this."""
        try:
            _sync(self._path(content).parent)
        except OSError as error:
            raise Unavailable(f"page store {self.place}: {error}") from error

    def _path(self, content: str) -> Path:
        return self.folder / file_name(content)


def _write(target: Path, data: bytes) -> None:
    if not target.parent.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        _sync(target.parent.parent)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync(target.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Mails as .eml files in a folder: named after their Message-ID, written whole or not at all."""

import os
import re
from pathlib import Path
from typing import Final

from digests.deliver.base import Envelope, Later

PATIENCE: Final = 30.0  # seconds: writing and syncing 200 kB on a slow disk takes two
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.@_-]")


class FolderMailer:
    """Writes every message to `folder`; a repeated one replaces itself. Raises only Later."""

    patience = PATIENCE

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, envelope: Envelope, /) -> None:
        path = self.folder / file_name(envelope.message_id)
        partial = path.with_suffix(".partial")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                file.write(envelope.message)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
            _sync(self.folder)
        except OSError as error:
            raise Later(f"{path}: {error}") from error

    def close(self) -> None:
        """Nothing is held."""


def file_name(message_id: str) -> str:
    """ "<2026-11-23.kota.0a1b.v1@kliping.test>" as a name that every file system takes."""
    return _UNSAFE.sub("_", message_id.strip("<>"))[:200] + ".eml"


def _sync(folder: Path) -> None:
    """Make the new name durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

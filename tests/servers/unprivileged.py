"""Elasticsearch and PostgreSQL refuse to run as root: a prefix that gives a command another user."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

NOBODY = 65534  # Debian's nobody


@cache
def prefix() -> tuple[str, ...]:
    """What goes before a command. Nothing for a user who is not root; a user namespace, where the system has them,
    needs no other owner of the files; else nobody."""
    if os.geteuid() != 0:
        return ()
    namespace = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
    if (
        shutil.which("unshare")
        and subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode == 0
    ):
        return namespace
    return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


def hand_over(folder: Path) -> None:
    """Give a folder and all below it to the user of `prefix`."""
    if prefix()[:1] == ("setpriv",):
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)

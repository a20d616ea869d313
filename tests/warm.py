"""`python -m MODULE …` as a process of its own that has imported already.

A command imports for more than a second of processor time and works for a tenth of one. multiprocessing's fork server
imports once what commands need (`tests.imported`); each command is a fork of it with its own environment, folder,
input, output and exit code. Programs that a test kills, freezes or keeps running are started with `subprocess`.
"""

import atexit
import multiprocessing
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.imported"])


def run(
    module: str,
    *arguments: str,
    environment: Mapping[str, str],
    folder: Path,
    timeout: float,
    told: str = "",
) -> "subprocess.CompletedProcess[str]":
    """Run a module as the main one in `folder`, `told` on its standard input. Raises TimeoutExpired after seconds."""
    with TemporaryDirectory() as place:
        streams = [Path(place) / name for name in ("stdin", "stdout", "stderr")]
        for stream in streams:
            stream.write_text("", "utf-8")
        streams[0].write_text(told, "utf-8")
        process = _forks.Process(target=_command, args=(module, arguments, dict(environment), folder, streams))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired([module, *arguments], timeout)
        said, failed = (stream.read_text("utf-8") for stream in streams[1:])
        return subprocess.CompletedProcess([module, *arguments], process.exitcode, said, failed)


def _command(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, streams: Sequence[Path]
) -> None:
    """In the fork: become the program."""
    for number, stream in enumerate(streams):
        os.dup2(os.open(stream, os.O_RDWR), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the process lives
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()  # a fork of multiprocessing ends without them

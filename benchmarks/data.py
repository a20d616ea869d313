"""Where measurement data lies. It is not part of the project: `--data DIR`, else KLIPING_DATA, else ../shared/data."""

import argparse
import gzip
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VARIABLE = "KLIPING_DATA"
BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
MISSING = 3  # exit code of a benchmark without its data: neither success nor a wrong call (argparse ends with 2)


def default_folder() -> Path:
    """The folder that KLIPING_DATA names, else `shared/data` beside the checkout."""
    return Path(os.environ.get(VARIABLE) or BESIDE)


def arguments(description: str) -> argparse.ArgumentParser:
    """A parser with what every benchmark takes: `--data DIR` and `--json`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, default=default_folder(), help=f"default: {VARIABLE} or ../shared/data")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def need(path: Path) -> Path:
    """`path`, or the end of the program with a plain message and exit code 3 when it is not there."""
    if not path.exists():
        print(f"no measurement data at {path}: pass --data DIR or set {VARIABLE}", file=sys.stderr)
        raise SystemExit(MISSING)
    return path


def read_bytes(path: Path) -> bytes:
    """The content of a file, unpacked when its name ends in .gz."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())

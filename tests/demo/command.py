"""The shipped commands, as a user types them."""

import json
import subprocess
import sys
from typing import Any

from tests.demo.place import DemoError, Place
from tests.installation import CHECKOUT

PATIENCE = 120.0  # seconds: rendering and sending an edition takes three


def kliping(place: Place, *arguments: str, given: str = "") -> str:
    """`kliping --config … ARGUMENTS` with `given` on its standard input; what it prints. Raises DemoError."""
    command = [sys.executable, "-m", "kliping", "--config", str(place.installation.config), *arguments]
    try:
        result = subprocess.run(
            command,
            cwd=CHECKOUT,
            env=place.installation.environment(),
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            start_new_session=True,  # Ctrl-C is the demo's business
        )
    except subprocess.TimeoutExpired:
        raise DemoError(f"kliping {' '.join(arguments)}: no end after {PATIENCE:.0f} s") from None
    if result.returncode:
        said = (result.stderr or result.stdout).strip()[-2000:]
        raise DemoError(f"kliping {' '.join(arguments)}: exit code {result.returncode}\n{said}")
    return result.stdout


def lines(place: Place, *arguments: str) -> list[Any]:
    """What `kliping … --json` prints, a value a line. Raises DemoError."""
    return [json.loads(line) for line in kliping(place, *arguments, "--json").splitlines()]

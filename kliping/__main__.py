"""The `kliping` command; also `python -m kliping`."""

import sys

from kliping.command.app import app
from kliping.command.output import errors
from kliping.errors import ConfigError, KlipingError, Unavailable


def main() -> None:
    """Run the command; errors that we raise on purpose end as one line and an exit code."""
    try:
        app()
    except ConfigError as error:
        _end(error, 2)
    except Unavailable as error:
        _end(error, 3)
    except KlipingError as error:
        _end(error, 1)


def _end(error: KlipingError, code: int) -> None:
    errors.print(f"kliping: {error}", style="red", markup=False, soft_wrap=True)
    sys.exit(code)


if __name__ == "__main__":
    main()

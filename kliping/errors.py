"""Errors by what the caller should do: give up on this message, or try the same thing again later."""


class KlipingError(Exception):
    """Base of everything that Kliping raises on purpose; a bug is never one of these."""


class Rejected(KlipingError):  # noqa: N818 - reads as the message's ending, like `Drop`
    """This message can never be processed: it goes to the dead letters under `reason` (a short stable code)."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Unavailable(KlipingError):  # noqa: N818
    """A bus, store, archive or database does not answer now. Nothing is lost: wait and try again."""


class ConfigError(KlipingError):
    """The configuration is wrong; the text names the file, the key and what was expected."""

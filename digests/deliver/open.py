"""One door: the mailer of a `mail` setting."""

from pathlib import Path

from digests.deliver.base import Mailer
from digests.deliver.folder import FolderMailer
from digests.deliver.smtp import SmtpMailer
from kliping.errors import ConfigError


def open_mailer(
    location: str, *, user: str = "", password: str = "", starttls: bool = True, timeout: float = 60.0
) -> Mailer:
    """`folder:PATH` or `smtp://HOST:PORT`; the rest is for SMTP. Nothing is connected yet. Raises ConfigError."""
    if location.startswith("folder:"):
        return FolderMailer(Path(location.removeprefix("folder:")))
    host, _, port = location.removeprefix("smtp://").rpartition(":")
    if not (location.startswith("smtp://") and host and port.isdigit()):
        raise ConfigError("[mail] expected folder:PATH or smtp://HOST:PORT")
    return SmtpMailer(host, int(port), user=user, password=password, starttls=starttls, timeout=timeout)

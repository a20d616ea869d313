"""Mails to an SMTP server, encrypted with a verified certificate. One connection for many messages."""

import smtplib
import ssl
from contextlib import suppress
from typing import Final

from digests.deliver.base import Envelope, Later, Refused, Stopped, Unknown
from kliping.text import clean_line

EXCHANGES: Final = 10  # commands of the longest send: connect, EHLO, STARTTLS, EHLO, AUTH (2), MAIL, RCPT, DATA, "."
DETAIL: Final = 300  # characters of a server's answer that are kept


class SmtpMailer:
    """Speaks to `host:port`. `context`: trust for STARTTLS, the system's authorities by default."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str = "",
        password: str = "",
        starttls: bool = True,
        timeout: float = 60.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.host, self.port = host, port
        self._user, self._password = user, password
        self._starttls, self._timeout = starttls, timeout
        self._context = context or ssl.create_default_context()
        self._server: smtplib.SMTP | None = None

    @property
    def patience(self) -> float:
        return EXCHANGES * self._timeout

    def send(self, envelope: Envelope, /) -> None:
        """See `Mailer.send`."""
        server = self._ready()
        try:
            self._address(server, envelope)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._drop()
            raise Later(f"{self.host}: {_line(error)}") from error
        self._data(server, envelope)

    def close(self) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
        self._drop()

    def _ready(self) -> smtplib.SMTP:
        """The open connection if it still answers, else a new one: a server closes those that are idle."""
        if self._server is not None:
            try:
                if self._server.rset()[0] == 250:
                    return self._server
            except (smtplib.SMTPException, OSError):
                pass  # closed meanwhile; nothing was handed over on it
            self._drop()
        self._server = self._connect()
        return self._server

    def _connect(self) -> smtplib.SMTP:
        try:
            server = smtplib.SMTP(self.host, self.port, timeout=self._timeout)
        except smtplib.SMTPResponseException as error:
            raise _refusal(error, self.host) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Later(f"{self.host}:{self.port}: {_line(error)}") from error
        try:
            self._introduce(server)
        except BaseException:
            server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP) -> None:
        """EHLO, STARTTLS, AUTH. Raises Later or Stopped."""
        try:
            server.ehlo_or_helo_if_needed()
            if self._starttls:
                self._encrypt(server)
            if self._user:
                server.login(self._user, self._password)
        except smtplib.SMTPResponseException as error:
            raise _refusal(error, self.host) from None  # the command that failed may have held the password
        except smtplib.SMTPNotSupportedError as error:
            raise Stopped(f"{self.host}: {_line(error)}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Later(f"{self.host}: {_line(error)}") from error

    def _encrypt(self, server: smtplib.SMTP) -> None:
        if not server.has_extn("starttls"):
            raise Stopped(f"{self.host} offers no STARTTLS; [mailer] starttls asks for it")
        try:
            server.starttls(context=self._context)
            server.ehlo_or_helo_if_needed()
        except ssl.SSLCertVerificationError as error:
            raise Stopped(f"{self.host}: certificate refused: {error.verify_message}") from error
        except ssl.SSLError as error:
            raise Stopped(f"{self.host}: no encryption: {_line(error)}") from error

    def _address(self, server: smtplib.SMTP, envelope: Envelope) -> None:
        size = [f"SIZE={len(envelope.message)}"] if server.has_extn("size") else []
        for code, answer in (server.mail(envelope.sender, size), server.rcpt(envelope.recipient)):
            _expect(code, answer, 250, 251)

    def _data(self, server: smtplib.SMTP, envelope: Envelope) -> None:
        try:
            code, answer = server.data(envelope.message)
        except smtplib.SMTPDataError as error:
            code, answer = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Unknown(f"{self.host}: {_line(error)}") from error
        _expect(code, answer, 250)

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None


def _expect(code: int, answer: bytes, *good: int) -> None:
    if code in good:
        return
    said = f"{code} {_line(answer)}"
    if code == -1:
        raise smtplib.SMTPServerDisconnected("no answer")
    if 400 <= code < 500:
        raise Later(said)
    raise Refused(said, code)


def _refusal(error: smtplib.SMTPResponseException, host: str) -> Later | Stopped:
    """A server that is only busy is asked again; one that refuses us is not."""
    said = f"{host}: {error.smtp_code} {_line(error.smtp_error)}"
    return Later(said) if 400 <= error.smtp_code < 500 or error.smtp_code == -1 else Stopped(said)


def _line(said: object) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return clean_line(text, DETAIL)

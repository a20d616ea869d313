"""The mail of an edition for one recipient: text, HTML and the sheet, made once and then only repeated.

The policy keeps long headers on one line: `List-Unsubscribe`, folded into encoded words, kills one-click (M19). No
header carries anything that the press wrote; control characters, which `EmailMessage` lets through in part (M20), are
taken from what we write as well.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final

from digests import words
from digests.edition import MORNING, Edition
from digests.render.links import personal, unsubscribe_url
from kliping.article import digest
from kliping.errors import ConfigError
from kliping.recipients import AddressError, Subscriber, checked_address
from kliping.text import clean_line

POLICY: Final = SMTP.clone(max_line_length=998)  # RFC 5322's limit of a line
LARGEST: Final = 220_000  # bytes on the wire (bar D8); a sheet that does not fit stays on the edition's page
HASH: Final = 16  # hex digits of the recipient in a Message-ID


class Sender:
    """Who the mails come from: a name and a bare address. Raises ConfigError for what is none."""

    def __init__(self, text: str) -> None:
        name, address = parseaddr(clean_line(text))
        try:
            self.address = checked_address(address)
        except AddressError:
            raise ConfigError(
                f"[mailer.sender] expected a form like Kliping <kliping@example.go.id>, got {text!r}"
            ) from None
        self.name = name

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def message_id(edition: Edition, address: str, domain: str, version: int = 1) -> str:
    """The same for every try, another for every day, kind, desk and recipient (bar D5)."""
    parts = [edition.day, *([] if edition.kind == MORNING else [edition.kind]), edition.desk.replace(".", "-")]
    recipient = digest(edition.desk, edition.kind, address)[:HASH]
    return f"<{'.'.join(part.strip('.-') for part in parts)}.{recipient}.v{version}@{domain}>"


def compose(edition: Edition, forms: dict[str, bytes], to: Subscriber, sender: Sender) -> bytes:
    """The whole mail as it goes over the wire. `forms`: html, text, pdf as frozen. Equal input gives equal bytes."""
    whole = _message(edition, forms, to, sender)
    _attach(whole, edition, forms["pdf"])
    made = whole.as_bytes()
    return made if len(made) <= LARGEST else short(edition, forms, to, sender)


def short(edition: Edition, forms: dict[str, bytes], to: Subscriber, sender: Sender, version: int = 1) -> bytes:
    """The mail without the sheet. `version`: 2 where the whole mail went out before and was refused as too large."""
    return _message(edition, forms, to, sender, version).as_bytes()


def _message(
    edition: Edition, forms: dict[str, bytes], to: Subscriber, sender: Sender, version: int = 1
) -> EmailMessage:
    message = EmailMessage(POLICY)
    message["From"] = Address(clean_line(sender.name), addr_spec=sender.address)
    message["To"] = Address(clean_line(to.name), addr_spec=to.address)
    message["Subject"] = clean_line(words.subject(edition))
    message["Date"] = format_datetime(edition.closed_at.astimezone(edition.clock).replace(microsecond=0))
    message["Message-ID"] = message_id(edition, to.address, sender.domain, version)
    message["List-Id"] = f"<{edition.desk}.kliping.{sender.domain}>"
    message["List-Unsubscribe"] = f"<{unsubscribe_url(edition.public_url, to.token)}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "id"
    text, html = (personal(forms[form], edition, to.token).decode() for form in ("text", "html"))
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    _fixed_boundaries(message, edition, to)
    return message


def _attach(message: EmailMessage, edition: Edition, pdf: bytes) -> None:
    name = f"kliping-{edition.desk}-{edition.number}.pdf"
    alternative = message.get_boundary()
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    message.set_boundary(f"{alternative}m")


def _fixed_boundaries(message: EmailMessage, edition: Edition, to: Subscriber) -> None:
    """Boundaries from what the mail is: the library would draw them by lot, and no two tries would be alike."""
    message.set_boundary(f"={digest(edition.desk, str(edition.number), to.address)}=")

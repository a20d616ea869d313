"""A real SMTP server in the test's own process, with STARTTLS, that can be made to refuse."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.servers.server import free_ports

USER, PASSWORD = "kliping", "rahasia-uji"


@dataclass(frozen=True)
class Trust:
    """A certificate authority made for one test run and a server certificate that it signed for 127.0.0.1."""

    client: ssl.SSLContext
    server: ssl.SSLContext


def make_trust(folder: Path) -> Trust:
    now, day = datetime.now(UTC), timedelta(days=1)
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Kliping test authority")])
    own = x509.SubjectKeyIdentifier.from_public_key(authority.public_key())
    root = (
        x509.CertificateBuilder(
            issuer, issuer, authority.public_key(), x509.random_serial_number(), now - day, now + day
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(own, critical=False)
        .add_extension(_key_usage(signing=True), critical=True)
        .sign(authority, hashes.SHA256())
    )
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    leaf = (
        x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(names, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(authority, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = folder / "server.pem"
    pem.write_bytes(private + leaf.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cadata=root.public_bytes(serialization.Encoding.PEM).decode())
    return Trust(client, server)


def _key_usage(*, signing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signing,
        crl_sign=signing,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass
class Post:
    """What the server does and what it got. `answers`: replies to take instead of 250, by command."""

    port: int = 0
    taken: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    rcpt: dict[str, list[str]] = field(default_factory=dict)  # address → answers, taken one by one
    data: list[str] = field(default_factory=list)
    lose_after_data: int = 0  # so many times the connection breaks off after the message was taken
    connections: int = 0

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += session.ssl is None
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt.get(address):
            return self.rcpt[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data:
            return self.data.pop(0)
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        self.recipients.extend(envelope.rcpt_tos)
        self.encrypted.append(session.ssl is not None)
        if self.lose_after_data:
            self.lose_after_data -= 1
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined]
        return "250 OK"


def _checked(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    right = (USER.encode(), PASSWORD.encode())
    return AuthResult(success=(getattr(data, "login", b""), getattr(data, "password", b"")) == right, handled=False)


@contextmanager
def mail_server(trust: Trust | None, *, login: bool = False) -> Iterator[Post]:
    """A server on a free loopback port; without `trust` it offers no encryption, with `login` it asks for USER."""
    post = Post(port=free_ports(1)[0])  # aiosmtpd cannot be told to take any
    options = {"tls_context": trust.server, "require_starttls": True} if trust else {}
    if login:
        options |= {"authenticator": _checked, "auth_required": True, "auth_require_tls": trust is not None}
    controller = Controller(post, hostname="127.0.0.1", port=post.port, data_size_limit=10_000_000, **options)  # type: ignore[arg-type]
    controller.start()
    try:
        yield post
    finally:
        controller.stop()

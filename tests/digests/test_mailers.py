"""The mailers keep the contract; SMTP on a real server with STARTTLS, and every way in which it can refuse."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from digests.deliver import Later, Mailer, Refused, Stopped, Unknown, open_mailer
from digests.deliver.folder import FolderMailer, file_name
from digests.deliver.smtp import SmtpMailer
from kliping.errors import ConfigError
from tests.contracts.mailer import MailerContract, Taken, envelope
from tests.digests.mailserver import PASSWORD, USER, Post, Trust, mail_server, make_trust
from tests.servers.server import free_ports


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return make_trust(tmp_path_factory.mktemp("trust"))


@pytest.fixture
def server(trust: Trust) -> Iterator[Post]:
    with mail_server(trust) as post:
        yield post


def client(server: Post, trust: Trust, **changes: object) -> SmtpMailer:
    return SmtpMailer("127.0.0.1", server.port, context=trust.client, timeout=5, **changes)  # type: ignore[arg-type]


class TestFolderMailer(MailerContract):
    @pytest.fixture
    def mailer(self, tmp_path: Path) -> Mailer:
        return FolderMailer(tmp_path / "deep" / "outbox")

    @pytest.fixture
    def taken(self, tmp_path: Path) -> Taken:
        return lambda: [path.read_bytes() for path in sorted((tmp_path / "deep" / "outbox").iterdir())]

    def test_a_repeated_message_is_one_file(self, mailer: Mailer, taken: Taken) -> None:
        mailer.send(envelope())
        mailer.send(envelope())
        assert len(taken()) == 1

    def test_a_folder_that_cannot_be_written_is_for_later(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(Later):
            FolderMailer(tmp_path / "file").send(envelope())

    def test_names_are_safe_on_every_file_system(self) -> None:
        assert file_name("<2026-11-23.kota.0a.v1@kliping.test>") == "2026-11-23.kota.0a.v1@kliping.test.eml"
        assert "/" not in file_name("<../../etc/passwd>")


class TestSmtpMailer(MailerContract):
    @pytest.fixture
    def mailer(self, server: Post, trust: Trust) -> Iterator[Mailer]:
        mailer = client(server, trust)
        yield mailer
        mailer.close()

    @pytest.fixture
    def taken(self, server: Post) -> Taken:
        return lambda: server.taken

    def test_everything_goes_over_one_encrypted_connection(self, mailer: Mailer, server: Post) -> None:
        for number in range(5):
            mailer.send(envelope(number))
        assert server.encrypted == [True] * 5
        assert server.connections == 1

    def test_a_connection_that_was_closed_meanwhile_is_made_anew(self, mailer: SmtpMailer, server: Post) -> None:
        mailer.send(envelope(1))
        assert mailer._server is not None
        assert mailer._server.sock is not None
        mailer._server.sock.shutdown(socket.SHUT_RDWR)
        mailer.send(envelope(2))
        assert (len(server.taken), server.connections) == (2, 2)

    @pytest.mark.parametrize("answer", ["421 closing", "450 mailbox busy", "451 try later", "452 no room"])
    def test_4xx_is_for_later(self, mailer: Mailer, server: Post, answer: str) -> None:
        server.rcpt["ketua@sukaraya.test"] = [answer]
        with pytest.raises(Later, match=answer[:3]):
            mailer.send(envelope())
        mailer.send(envelope())
        assert len(server.taken) == 1

    def test_5xx_is_for_this_recipient_only(self, mailer: Mailer, server: Post) -> None:
        server.rcpt["pindah@sukaraya.test"] = ["550 5.1.1 no such user"]
        with pytest.raises(Refused) as refused:
            mailer.send(envelope(1, "pindah@sukaraya.test"))
        assert refused.value.code == 550
        mailer.send(envelope(2))
        assert server.recipients == ["ketua@sukaraya.test"]

    @pytest.mark.parametrize(
        ("answer", "error"), [("452 later", Later), ("552 too large", Refused), ("554 spam", Refused)]
    )
    def test_answers_after_the_message(self, mailer: Mailer, server: Post, answer: str, error: type[Exception]) -> None:
        server.data = [answer]
        with pytest.raises(error, match=answer[:3]):
            mailer.send(envelope())
        mailer.send(envelope())

    def test_a_connection_lost_before_the_answer_is_unknown(self, mailer: Mailer, server: Post) -> None:
        server.lose_after_data = 1
        with pytest.raises(Unknown):
            mailer.send(envelope())
        mailer.send(envelope())
        assert len(server.taken) == 2
        assert server.taken[0] == server.taken[1]


def test_nobody_there_is_for_later() -> None:
    (port,) = free_ports(1)
    with pytest.raises(Later):
        SmtpMailer("127.0.0.1", port, timeout=1).send(envelope())


def test_a_certificate_that_nobody_vouches_for_stops(server: Post) -> None:
    with pytest.raises(Stopped, match="certificate"):
        SmtpMailer("127.0.0.1", server.port, timeout=5).send(envelope())
    assert server.taken == []


def test_a_certificate_for_another_name_stops(server: Post, trust: Trust) -> None:
    with pytest.raises(Stopped, match="certificate"):
        SmtpMailer("localhost", server.port, timeout=5, context=trust.client).send(envelope())


def test_a_server_without_encryption_stops_unless_that_is_allowed() -> None:
    with mail_server(None) as plain:
        with pytest.raises(Stopped, match="STARTTLS"):
            SmtpMailer("127.0.0.1", plain.port, timeout=5).send(envelope())
        assert plain.taken == []
        mailer = SmtpMailer("127.0.0.1", plain.port, timeout=5, starttls=False)
        mailer.send(envelope())
        mailer.close()
        assert plain.encrypted == [False]


def test_a_login_is_made_and_a_refused_one_stops_without_telling_the_password(trust: Trust) -> None:
    with mail_server(trust, login=True) as server:
        mailer = client(server, trust, user=USER, password=PASSWORD)
        mailer.send(envelope())
        mailer.close()
        with pytest.raises(Stopped) as stopped:
            client(server, trust, user=USER, password="salah-sekali").send(envelope())
    assert len(server.taken) == 1
    assert "salah-sekali" not in str(stopped.value)


def test_the_setting_opens_the_mailer() -> None:
    assert isinstance(open_mailer("folder:var/outbox"), FolderMailer)
    mailer = open_mailer("smtp://mail.test:587", timeout=7)
    assert isinstance(mailer, SmtpMailer)
    assert (mailer.host, mailer.port, mailer.patience) == ("mail.test", 587, 70)
    with pytest.raises(ConfigError):
        open_mailer("smtp://mail.test")

"""What every mailer must keep. A backend's test class inherits this one and gives `mailer` and `taken`."""

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default

import pytest

from digests.deliver import Envelope, Mailer

Taken = Callable[[], list[bytes]]  # every message that came out at the other end, once for each hand-over that counts


def envelope(number: int = 1, recipient: str = "ketua@sukaraya.test", body: bytes = b"Isi.\r\n") -> Envelope:
    """A small finished mail."""
    id_ = f"<2026-11-23.kota.{number:016x}.v1@kliping.test>"
    head = f"From: a@kliping.test\r\nTo: {recipient}\r\nSubject: {number}\r\nMessage-ID: {id_}\r\n\r\n"
    return Envelope(sender="a@kliping.test", recipient=recipient, message_id=id_, message=head.encode() + body)


class MailerContract:
    @pytest.fixture
    def mailer(self) -> Mailer | Iterator[Mailer]:
        raise NotImplementedError

    @pytest.fixture
    def taken(self) -> Taken:
        raise NotImplementedError

    def test_a_message_comes_out_byte_for_byte(self, mailer: Mailer, taken: Taken) -> None:
        sent = envelope(body=b"Baris.\r\n.titik di depan\r\n..dua\r\n" + b"x" * 990 + b"\r\n\r\n.\r\nakhir\r\n")
        mailer.send(sent)
        mailer.close()
        assert taken() == [sent.message]

    def test_many_messages_each_come_out_once(self, mailer: Mailer, taken: Taken) -> None:
        for number in range(20):
            mailer.send(envelope(number, f"orang{number}@sukaraya.test"))
        mailer.close()
        subjects = sorted(int(message_from_bytes(one, policy=default)["Subject"]) for one in taken())
        assert subjects == list(range(20))

    def test_it_may_be_used_again_after_closing(self, mailer: Mailer, taken: Taken) -> None:
        for number in range(3):
            mailer.send(envelope(number))
            mailer.close()
            mailer.close()
        assert len(taken()) == 3

    def test_a_large_message_comes_out_whole(self, mailer: Mailer, taken: Taken) -> None:
        sent = envelope(body=(b"abcdefghi" * 100 + b"\r\n") * 2_000)
        mailer.send(sent)
        mailer.close()
        assert taken() == [sent.message]

    def test_it_says_how_long_a_send_may_take(self, mailer: Mailer) -> None:
        assert mailer.patience > 0

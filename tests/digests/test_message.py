"""The mail itself: headers on the wire, parts in order, sizes, and that nothing gets into a header."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.edition import Edition
from digests.message import LARGEST, Sender, compose, message_id
from digests.render import render
from digests.render.html import render_html
from digests.render.text import render_text
from kliping.errors import ConfigError
from kliping.recipients import AddressError, Subscriber, checked_address
from tests.digests.made import URL, edition, item, usual

SENDER = Sender("Kliping Sukaraya <kliping@sukaraya.test>")
TOKEN = "0123456789abcdef" * 2


def subscriber(address: str = "ketua@sukaraya.test", name: str = "Ketua Tim") -> Subscriber:
    since = datetime(2026, 11, 1, tzinfo=UTC)
    return Subscriber(
        desk="kota-sukaraya", address=address, name=name, since=since, token=TOKEN, stopped_at=None, by="file"
    )


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture(scope="module")
def forms() -> Mapping[str, bytes]:
    return render(usual())


def test_parts_are_text_then_html_then_the_sheet(forms: Mapping[str, bytes]) -> None:
    message = parsed(compose(usual(), dict(forms), subscriber(), SENDER))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    html, text, sheet = message.get_body(("html",)), message.get_body(("plain",)), next(message.iter_attachments())
    assert html is not None
    assert text is not None
    assert sheet.get_content() == forms["pdf"]
    assert sheet.get_filename() == "kliping-kota-sukaraya-214.pdf"
    assert f"{URL}/berhenti/{TOKEN}" in html.get_content()
    assert f"{URL}/berhenti/{TOKEN}" in text.get_content()
    assert html.get_content().splitlines() == forms["html"].replace(b"0" * 32, TOKEN.encode()).decode().splitlines()


def test_the_headers_on_the_wire(forms: Mapping[str, bytes]) -> None:
    raw = compose(usual(), dict(forms), subscriber(), SENDER)
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")
    assert f"List-Unsubscribe: <{URL}/berhenti/{TOKEN}>" in head
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    assert "Date: Mon, 23 Nov 2026 06:00:04 +0700" in head
    assert any(
        re.fullmatch(r"Message-ID: <2026-11-23\.kota-sukaraya\.[0-9a-f]{16}\.v1@sukaraya\.test>", x) for x in head
    )
    assert "From: Kliping Sukaraya <kliping@sukaraya.test>" in head


def test_a_long_unsubscribe_link_stays_on_one_plain_line(forms: Mapping[str, bytes]) -> None:
    long = edition(item(1), public_url="https://" + "kliping." * 20 + "sukaraya.test")
    raw = compose(long, dict(render(long)), subscriber(), SENDER)
    line = next(line for line in raw.split(b"\r\n") if line.startswith(b"List-Unsubscribe:"))
    assert len(line) > 200
    assert re.match(rb"^List-Unsubscribe: <https://\S+>$", line)
    assert b"=?" not in line


def test_every_line_is_short_enough_and_ascii(forms: Mapping[str, bytes]) -> None:
    raw = compose(usual(), dict(forms), subscriber(), SENDER)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_the_same_input_gives_the_same_bytes(forms: Mapping[str, bytes]) -> None:
    made = [compose(usual(), dict(forms), subscriber(), SENDER) for _ in range(2)]
    assert made[0] == made[1]


def test_message_ids_differ_by_day_kind_desk_and_recipient() -> None:
    base = edition()
    others = (edition(day="2026-11-24"), edition(kind="sore"), edition(desk="lain"))
    ids = [message_id(one, "a@b.test", "k.test") for one in (base, *others)]
    ids += [message_id(base, "c@b.test", "k.test"), message_id(base, "a@b.test", "k.test", 2)]
    assert len(set(ids)) == 6
    assert message_id(base, "a@b.test", "k.test") == ids[0]
    assert re.fullmatch(r"<[a-z0-9-]+(\.[a-z0-9-]+)*@k\.test>", message_id(edition(desk="a..b."), "a@b.test", "k.test"))


def test_five_hundred_items_with_long_titles_stay_under_the_cap() -> None:
    many = edition(*(item(number, title="k" * 150) for number in range(500)))
    forms = {"html": render_html(many).encode(), "text": render_text(many).encode(), "pdf": b"%PDF" + bytes(900_000)}
    raw = compose(many, forms, subscriber(), SENDER)
    assert len(raw) <= LARGEST == 220_000
    assert not list(parsed(raw).iter_attachments())
    body = parsed(raw).get_body(("html",))
    assert body is not None
    assert len(body.get_content().encode()) <= 90_000


HOSTILE = (
    "a\r\nBcc: x@y.test",
    "a\nX: 1",
    "nol\x00",
    "baris\u2028lagi",
    "\u202ekanan",
    "🙂" * 50,
    "x" * 5_000,
    '"<>@,;:\\',
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_adds_a_header(text: str) -> None:
    made = edition(item(1, title=text[:200], outlet=text[:80], excerpt=text[:300]), name=f"Kota {text[:80]}")
    fake = {"html": b"<p>isi</p>", "text": b"isi", "pdf": b"%PDF"}
    raw = compose(made, fake, subscriber(name=text[:100]), SENDER)
    message = parsed(raw)
    assert sorted(message.keys()) == sorted(
        (
            *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),
            *("Auto-Submitted", "MIME-Version", "Content-Type"),
        )
    )
    assert message["To"].addresses[0].addr_spec == "ketua@sukaraya.test"
    assert len(message["To"].addresses) == 1
    assert not message.defects
    assert b"\x00" not in raw


@given(st.text(max_size=120), st.text(max_size=80))
def test_any_name_gives_one_parsable_message(desk: str, recipient: str) -> None:
    made: Edition = edition(name=desk)
    raw = compose(made, {"html": b"<p>isi</p>", "text": b"isi", "pdf": b"%PDF"}, subscriber(name=recipient), SENDER)
    message = parsed(raw)
    assert [one.addr_spec for one in message["To"].addresses] == ["ketua@sukaraya.test"]
    assert message["Message-ID"]
    assert len(message.get_all("Subject", [])) == 1


@pytest.mark.parametrize("text", ["", "kliping", "Kliping <>", "a@b@c", "Kliping <a b@c.test>"])
def test_a_sender_without_an_address_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"mailer\.sender"):
        Sender(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@",
        "@b",
        "a b@c.test",
        "a@b.test\r\nBcc: x@y.test",
        "a@b..c",
        "é@b.test",
        "a,b@c.test",
        "x" * 250 + "@b.test",
    ],
)
def test_addresses_that_are_none(text: str) -> None:
    with pytest.raises(AddressError):
        checked_address(text)


def test_addresses_are_kept_in_lower_case() -> None:
    assert checked_address(" Ketua.Tim+kliping@Sukaraya.GO.id ") == "ketua.tim+kliping@sukaraya.go.id"

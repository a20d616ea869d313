"""The wire form: every stored sample of every version is still read; what cannot be read says why.

To change a message: a new field has a default and changes nothing here. A change that old readers cannot take raises
the version in `KINDS` and adds a sample `messages/KIND.VERSION.json`; the old samples stay, for they lie on buses.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kliping.article import Article, Found, Grouped, Page, Tagged
from kliping.errors import Rejected
from kliping.wire import KINDS, MAX_MESSAGE, Message, decode, encode

SAMPLES = sorted(Path(__file__).with_name("messages").glob("*.json"))
ALL_KINDS = sorted(KINDS)


def sample(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).with_name("messages") / f"{kind}.1.json").read_text("utf-8"))
    return found


def read(kind: str) -> Any:
    return decode(json.dumps(sample(kind)).encode(), KINDS[kind][0])


def refusal(data: bytes, expected: type[Message]) -> str:
    with pytest.raises(Rejected) as caught:
        decode(data, expected)
    assert caught.value.reason == "undecodable"
    return caught.value.detail


def test_there_is_a_sample_of_every_version() -> None:
    wanted = {f"{kind}.{version}.json" for kind, (_, newest) in KINDS.items() for version in range(1, newest + 1)}
    assert {path.name for path in SAMPLES} == wanted


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_is_read_and_written_again(path: Path) -> None:
    kind = KINDS[path.name.partition(".")[0]][0]
    message = decode(path.read_bytes(), kind)
    assert decode(encode(message), kind) == message


def test_the_samples_say_what_they_said() -> None:
    """The values, not only the shapes: a field that is renamed would fall back to its default without a word."""
    page, tagged = read("page"), read("tagged")
    assert isinstance(page, Page)
    assert isinstance(tagged, Tagged)
    assert (page.found.way, page.found.published) == ("feed", "Mon, 23 Nov 2026 12:30:00 WIB")
    assert page.headers == {"content-type": "text/html; charset=utf-8"}
    assert tagged.grouped == read("grouped")
    assert tagged.grouped.article == read("article")
    assert tagged.grouped.copy.relation == "copy"
    assert tagged.grouped.article.published is not None
    assert tagged.grouped.article.published.instant.isoformat() == "2026-11-23T05:30:00+00:00"
    assert tagged.clips[0].watches[0].evidence[0].words == "Taman"
    assert (tagged.clips[0].regions[0].id, tagged.clips[0].agencies[0].id) == ("36.71", "2.11")


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_field_of_the_samples_is_used(kind: str) -> None:
    """So no sample hides behind defaults: written again it has the same keys and values, and fields made since."""
    assert within(sample(kind), json.loads(encode(read(kind))))


def within(old: Any, new: Any) -> bool:
    """Whether all of `old` is in `new`, which may have more keys."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and within(value, new[key]) for key, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(within, old, new))
    return bool(old == new)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_unknown_fields_are_ignored_at_every_depth(kind: str) -> None:
    changed = sample(kind) | {"trace_parent": "x"}
    for inner in [changed["body"], *changed["body"].values()]:
        if isinstance(inner, dict) and not set(inner) <= {"content-type", "title"}:  # headers and sources: free keys
            inner["colour"] = {"deep": [1, 2]}
    assert decode(json.dumps(changed).encode(), KINDS[kind][0]) == read(kind)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_another_kind_is_undecodable(kind: str) -> None:
    data = json.dumps(sample(kind)).encode()
    for other, (expected, _) in KINDS.items():
        if other != kind:
            assert kind in refusal(data, expected)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": "1"}, "`int`"),
        ({"kind": "artikel"}, "artikel"),
        ({"body": []}, "`object`"),
        ({"body": {}}, "missing required field"),
    ],
)
def test_a_wrong_envelope_is_undecodable(changes: dict[str, Any], said: str) -> None:
    assert said in refusal(json.dumps(sample("article") | changes).encode(), Article)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_newer_version_says_that_it_is_one(kind: str) -> None:
    """Whatever its body has become: it is not looked at."""
    expected, version = KINDS[kind]
    newer = {"kind": kind, "version": version + 1, "body": {"everything": "else"}}
    with pytest.raises(Rejected, match="upgrade") as caught:
        decode(json.dumps(newer).encode(), expected)
    assert caught.value.reason == "newer_version"


@pytest.mark.parametrize(
    "data", [b"", b"null", b"{", b"\x80\x04K\x01.", b"[" * 100_000, b'{"x":' * 100_000, b'{"kind":"\xff"}']
)
def test_other_bytes_are_undecodable(data: bytes) -> None:
    assert refusal(data, Article)


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_a_message_or_rejected(data: bytes) -> None:
    assert refusal(data, Article)


@given(
    st.dictionaries(st.sampled_from(sorted(sample("article")["body"])), st.one_of(st.none(), st.integers(), st.text()))
)
def test_any_field_of_another_type_is_rejected_or_read(changes: dict[str, Any]) -> None:
    changed = sample("article")
    changed["body"] |= changes
    try:
        message = decode(json.dumps(changed).encode(), Article)
    except Rejected:
        return
    assert decode(encode(message), Article) == message


def page_of(size: int) -> Page:
    """A page whose message has exactly `size` bytes."""
    page: Page = replace(read("page"), found=Found(way="feed"))
    return replace(page, found=Found(way="feed", summary="a" * (size - len(encode(page)))))


def test_a_message_of_the_limit_goes_and_a_longer_one_does_not() -> None:
    assert len(encode(page_of(MAX_MESSAGE))) == MAX_MESSAGE
    with pytest.raises(Rejected) as caught:
        encode(page_of(MAX_MESSAGE + 1))
    assert caught.value.reason == "too_large"
    assert str(MAX_MESSAGE) in caught.value.detail


def test_a_grouped_message_of_another_version_is_another_message() -> None:
    grouped: Grouped = read("grouped")
    assert replace(grouped, version=4).message_id != grouped.message_id
    assert read("tagged").message_id == grouped.message_id

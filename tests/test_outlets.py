"""Outlet lists: every wrong row is one message with file, line and column; a URL finds the outlet that it is of."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kliping.errors import ConfigError
from kliping.outlets import COLUMNS, Outlet, load_outlets, outlet_of

HEAD = "id,name,domain,region,feeds,zone,enabled\n"


def refusal(folder: Path, text: str) -> str:
    (folder / "list.csv").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_outlets(folder)
    assert str(folder / "list.csv") in str(caught.value)
    return str(caught.value)


def test_a_row_becomes_an_outlet(tmp_path: Path) -> None:
    text = (
        "# origin: our own, 2026\n" + HEAD + "\n" + "kabar,Kabar,kabar.test,36,http://a.test/rss http://b.test/,,no\n"
    )
    (tmp_path / "list.csv").write_text(text)
    feeds = ("http://a.test/rss", "http://b.test/")
    assert load_outlets(tmp_path) == {
        "kabar": Outlet(id="kabar", name="Kabar", domain="kabar.test", region="36", feeds=feeds, enabled=False)
    }


def test_all_columns_are_read(tmp_path: Path) -> None:
    values = {
        "id": "x",
        "name": 'Koran "X", Sore',
        "domain": "127.0.0.1:8000",
        "region": "62",
        "kind": "print",
        "zone": "Asia/Makassar",
        "feeds": "http://x.test/f",
        "listings": "http://x.test/l",
        "sitemaps": "http://x.test/s",
        "wordpress": "http://x.test/wp-json/",
        "render": "yes",
        "terms": "only headlines",
        "forbidden": "no",
        "enabled": "yes",
    }
    assert tuple(values) == COLUMNS
    row = ",".join('"' + value.replace('"', '""') + '"' for value in values.values())
    (tmp_path / "list.csv").write_text(",".join(COLUMNS) + "\n" + row)
    outlet = load_outlets(tmp_path)["x"]
    assert (outlet.name, outlet.domain, outlet.zone) == ('Koran "X", Sore', "127.0.0.1:8000", "Asia/Makassar")
    assert (outlet.listings, outlet.sitemaps) == (("http://x.test/l",), ("http://x.test/s",))
    assert (outlet.wordpress, outlet.render, outlet.enabled) == ("http://x.test/wp-json/", True, True)


def test_a_list_cannot_switch_on_what_the_terms_forbid(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("id,name,domain,forbidden\na,A,a.test,yes\n")
    assert load_outlets(tmp_path)["a"] == Outlet(id="a", name="A", domain="a.test", forbidden=True, enabled=False)
    assert "scrapy outlets --enable a" in refusal(tmp_path, "id,name,domain,forbidden,enabled\na,A,a.test,yes,yes\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "columns expected: id, name"),
        ("id,name,domian\n", "unknown: domian"),
        ("name,domain\n", "columns expected"),
        (HEAD + "\n\n# a remark\na,A,a.test,,ftp://a.test/,,\n", "list.csv:5: column feeds"),
        (HEAD + "a,A,a.test,,,Asia/Jakata,\n", "list.csv:2: column zone: expected an IANA name"),
        (HEAD + "a,A,a.test,,,../etc,\n", "list.csv:2: column zone"),
        (HEAD + "a,A,a.test,,,,ja\n", "list.csv:2: column enabled: expected yes or no, got 'ja'"),
        (HEAD + "a,,a.test,,,,\n", "list.csv:2: column name must not be empty"),
        (HEAD + "a,A,a.test,,,\n", "list.csv:2: expected 7 columns"),
        (HEAD + "a,A,a.test,,,,,,\n", "list.csv:2: expected"),
        (HEAD + "A b,A,a.test,,,,\n", "list.csv:2: column id: expected up to 64"),
        (HEAD + f"{'a' * 65},A,a.test,,,,\n", "list.csv:2: column id: expected up to 64"),
        (HEAD + "a,A,https://a.test/,,,,\n", "list.csv:2: column domain: expected a host"),
        (HEAD + "a,A,a.test,,,,\na,B,b.test,,,,\n", "list.csv:3: outlet id 'a' is there already"),
        (HEAD + 'a,"A" x,a.test,,,,\n', "list.csv:2: "),
        (HEAD + 'a,"A,a.test,,,,\n', "list.csv:2: "),
    ],
)
def test_a_wrong_list(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_a_list_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(HEAD.encode() + b"a,Caf\xe9,a.test,,,,\n")
    with pytest.raises(ConfigError, match=r"list\.csv: .*utf-8"):
        load_outlets(tmp_path)


def test_no_list_at_all(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no outlet list"):
        load_outlets(tmp_path)


def test_an_id_is_unique_over_all_lists(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text(HEAD + "a,A,a.test,,,,\n")
    with pytest.raises(ConfigError, match=r"two\.csv:2: outlet id 'a' is there already"):
        load_outlets(tmp_path)


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_is_a_list_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("outlets")
    (folder / "list.csv").write_text(HEAD + text, "utf-8", errors="surrogatepass")
    try:
        outlets = load_outlets(folder)
    except ConfigError:
        return
    assert all(outlet.domain for outlet in outlets.values())


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://www.kabar.test/a", "kabar"),
        ("http://KABAR.test:8080/a", "kabar"),
        ("https://banten.kabar.test/a", "kabar-banten"),
        ("https://m.banten.kabar.test/a", "kabar-banten"),
        ("https://bukankabar.test/a", None),
        ("https://test/a", None),
        ("no url", None),
    ],
)
def test_a_url_belongs_to_the_longest_domain(url: str, outlet: str | None) -> None:
    outlets = [
        Outlet(id="kabar", name="Kabar", domain="www.kabar.test"),
        Outlet(id="kabar-banten", name="Kabar Banten", domain="banten.kabar.test:8080"),
    ]
    found = outlet_of(url, outlets)
    assert (found.id if found else None) == outlet

"""Outlet lists: every wrong row is one message with file, line and column; a URL finds the outlet that it is of."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kliping.errors import ConfigError
from kliping.outlets import COLUMNS, KINDS, Outlet, concerns, line_of, outlet_of, outlet_of_line, outlet_of_row, row_of
from kliping.outlets_files import load_outlets

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
        "region": "63",
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
        (
            HEAD + "a,A,a.test,,http://a.test/f,,\nb,B,b.test,,http://a.test/f,,\n",
            "list.csv:3: http://a.test/f is a source",
        ),
        (HEAD + "a,A,a.test,36.99,,,\n", "list.csv:2: column region: expected a region code"),
        (HEAD + "a,A,a.test,Banten,,,\n", "list.csv:2: column region: expected a region code"),
        (HEAD + "a,A,a.test,73,,Asia/Jakarta,\n", "list.csv:2: column zone: region 73 has WITA (Asia/Makassar)"),
        ("id,name,domain,kind\na,A,a.test,koran\n", "list.csv:2: column kind: expected one of agency"),
        ("id,name,domain,wordpress\na,A,a.test,/wp-json/\n", "list.csv:2: column wordpress: expected one"),
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


def test_of_two_outlets_of_one_domain_a_url_is_the_national_ones() -> None:
    outlets = [Outlet(id=id_, name="A", domain="a.test", region=region) for id_, region in (("a-35", "35"), ("a", ""))]
    found = outlet_of("https://a.test/x", outlets)
    assert found is not None
    assert found.id == "a"


@pytest.mark.parametrize(
    ("region", "zone"), [("", "Jakarta"), ("36.74", "Jakarta"), ("62", "Pontianak"), ("94", "Jayapura")]
)
def test_without_a_zone_an_outlet_has_that_of_its_region(region: str, zone: str) -> None:
    row = {"id": "a", "name": "A", "domain": "a.test", "region": region}
    assert outlet_of_row(row, "here").zone == f"Asia/{zone}"


def test_a_region_that_no_decree_knows_may_have_any_zone() -> None:
    row = {"id": "a", "name": "A", "domain": "a.test", "region": "98.04", "zone": "Asia/Jayapura"}
    assert outlet_of_row(row, "here").zone == "Asia/Jayapura"


@pytest.mark.parametrize(
    ("outlet", "region", "expected"),
    [("", "36.74", True), ("36", "36.74", True), ("36.71", "36", True), ("35", "36.74", False), ("35", "", True)],
)
def test_whom_an_outlet_concerns(outlet: str, region: str, expected: bool) -> None:
    assert concerns(Outlet(id="a", name="A", domain="a.test", region=outlet), region) is expected


URLS = st.sampled_from(("https://a.test/feed/", "http://b.test/indeks?hal=1,2", 'https://c.test/"x"'))
OUTLETS = st.builds(
    Outlet,
    id=st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True),
    name=st.text("abc ,\"'#;\u00e9", min_size=1, max_size=20)
    .map(str.strip)
    .map(lambda name: " ".join(name.split()))
    .filter(bool),
    domain=st.just("a.test:8000"),
    region=st.sampled_from(("", "36", "36.74", "99.71")),
    kind=st.sampled_from(KINDS),
    feeds=st.lists(URLS, unique=True).map(tuple),
    listings=st.lists(URLS, unique=True).map(tuple),
    sitemaps=st.lists(URLS, unique=True).map(tuple),
    wordpress=st.sampled_from(("", "https://a.test/wp-json/")),
    render=st.booleans(),
    terms=st.sampled_from(("", "ask first, please")),
    enabled=st.booleans(),
)


@given(OUTLETS)
def test_an_outlet_and_its_line_are_the_same(outlet: Outlet) -> None:
    assert outlet_of_line(line_of(outlet), "here") == outlet
    assert outlet_of_row(row_of(outlet), "here") == outlet


@given(st.text(max_size=200))
def test_any_line_is_an_outlet_or_a_refusal(line: str) -> None:
    said = "--add: "
    try:
        outlet_of_line(line, "--add")
    except ConfigError as error:
        said = str(error)
    assert said.startswith("--add: ")


TOML = """
[[outlets]]
id = "kabar"
name = "Kabar"
domain = "kabar.test"
feeds = ["http://a.test/rss", "http://b.test/"]
enabled = false
"""


def test_a_list_may_be_toml(tmp_path: Path) -> None:
    (tmp_path / "list.toml").write_text(TOML)
    (tmp_path / "desk.toml").write_text('id = "desk"\nname = "A desk"\n')
    feeds = ("http://a.test/rss", "http://b.test/")
    assert load_outlets(tmp_path) == {
        "kabar": Outlet(id="kabar", name="Kabar", domain="kabar.test", feeds=feeds, enabled=False)
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[outlet]]\nid = 'a'\n", "[[outlets]] expected and nothing else, got outlet"),
        ("outlets = 1\n", "[[outlets]] expected"),
        ("outlets = [1]\n", "outlets 1: keys expected: id, name"),
        ("[[outlets]]\nid = 'a'\nfeed = 'x'\n", "outlets 1: keys expected: id, name"),
        ("[[outlets]]\nid = 'a'\nname = 'A'\ndomain = 'a.test'\nfeeds = [1]\n", "outlets 1: column feeds: expected"),
        (TOML + TOML, "outlets 2: outlet id 'kabar' is there already"),
        ("[[outlets]]\nid = \n", "list.toml: "),
    ],
)
def test_a_wrong_toml_list(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "list.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_outlets(tmp_path)
    assert said in str(caught.value)

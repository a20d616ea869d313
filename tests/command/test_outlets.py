"""`scrapy outlets` and `scrapy health` as an operator types them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation

LISTS = """id,name,domain,region,feeds,terms,forbidden
kabar,Kabar Banten,kabar.test,36,https://kabar.test/feed,,no
kota,Kota Tangsel,kota.test,36.74,https://kota.test/feed,,no
kantor,Kantor Berita,kantor.test,,https://kantor.test/rss,ask first,yes
"""
LINE = "warga,Warga Timur,warga.test,73.71,online,,https://warga.test/feed"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("outlets"))
    made.configure("", LISTS, {})
    return made


def listed(place: Installation, *arguments: str) -> dict[str, Any]:
    rows = [json.loads(line) for line in place.scrapy("outlets", "--json", *arguments).stdout.splitlines()]
    return {row["id"]: row for row in rows}


def test_an_operators_morning_with_outlets(place: Installation, tmp_path: Path) -> None:
    before = place.scrapy("outlets", "--region", "36")
    assert "run `kliping migrate`" in before.stderr
    assert [line.split()[0] for line in before.stdout.splitlines()] == ["id", "kabar", "kota"]
    place.kliping("migrate")
    assert set(listed(place, "--region", "nasional")) == {"kantor"}

    refused = place.scrapy("outlets", "--enable", "kantor", "--by", "sari", check=(2,))
    assert "say which permission there is" in refused.stderr
    place.scrapy("outlets", "--enable", "kantor", "--by", "sari", "--why", "surat 12/2026")
    place.scrapy("outlets", "--disable", "kota", "--by", "sari")
    place.scrapy("outlets", "--add", LINE, "--by", "sari")
    place.scrapy("outlets", "--remove", "kabar", "--by", "sari", "--why", "ganda")
    found = listed(place)
    assert {id_: row["enabled"] for id_, row in found.items()} == {"kota": False, "kantor": True, "warga": True}
    assert (found["warga"]["zone"], found["warga"]["source"]) == ("Asia/Makassar", "staff")
    assert listed(place, "--all")["kabar"]["removed"]
    assert "audit: unbroken" in place.kliping("user", "audit").stdout

    health = place.scrapy("health", "--json", check=(0,))
    states = {row["id"]: row["state"] for row in map(json.loads, health.stdout.splitlines())}
    assert states == {"kota": "off", "kantor": "unread", "warga": "unread"}
    assert "warga" in place.scrapy("health", "--region", "73", "--state", "unread").stdout

    file = tmp_path / "list.opml"
    place.scrapy("outlets", "--export-opml", str(file))
    place.scrapy("outlets", "--remove", "warga", "--by", "sari")
    told = place.scrapy("outlets", "--import-opml", str(file), "--by", "sari").stdout
    assert "kota: there already, left as it is" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--enable", "kota"), "--by: say who decides"),
        (("--region", "11"), "--region 11: no outlet there; there are some in"),
    ],
)
def test_what_an_operator_is_told(place: Installation, arguments: tuple[str, ...], said: str) -> None:
    answer = place.scrapy("outlets", *arguments, check=(2,))
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr

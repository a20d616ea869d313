"""Desks: every wrong file is one message with file, key and what was expected."""

from pathlib import Path

import pytest

from kliping.desks import Desk, Watch, load_desks
from kliping.errors import ConfigError

GOOD = 'id = "kota"\nname = "Kota"\n'
WATCH = '[[watches]]\nid = "pasar"\ntitle = "Pasar"\nquery = "pasar"\n'


def test_a_file_becomes_a_desk(tmp_path: Path) -> None:
    file = tmp_path / "any-name.toml"
    file.write_text(GOOD + 'region = "36.71"\n' + WATCH)
    watches = (Watch(id="pasar", title="Pasar", query="pasar"),)
    assert load_desks(tmp_path) == {
        "kota": Desk(id="kota", name="Kota", region="36.71", watches=watches, file=str(file))
    }


def test_no_desk_is_allowed_but_no_folder_is_not(tmp_path: Path) -> None:
    assert load_desks(tmp_path) == {}
    with pytest.raises(ConfigError, match="gone: no such folder"):
        load_desks(tmp_path / "gone")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id = = 1", "line 1"),
        ('id = "kota"', "missing required field `name`"),
        (GOOD + 'regoin = "36"', "unknown field `regoin`; expected one of id, name, region"),
        (GOOD + 'file = "x"', "[file] is not a setting"),
        (GOOD + "zone = 7", "[zone] Expected `str`, got `int`"),
        (GOOD + 'zone = "Asia/Jakata"', "[zone] expected an IANA name"),
        ('id = "Kota A"\nname = "Kota"', "[id] expected up to 64"),
        (GOOD + WATCH + 'qeury = "x"', "[watches[0]] Object contains unknown field `qeury`; expected one of id, title"),
        (GOOD + WATCH + WATCH, "[watches] two watches share an id"),
        (GOOD + WATCH.replace('"pasar"\nt', '"p s"\nt'), "expected up to 64"),
        (GOOD + WATCH + 'same_name = "maybe"', "[watches[0].same_name] Invalid enum value 'maybe'"),
    ],
)
def test_a_wrong_file(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "kota.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_desks(tmp_path)
    assert str(caught.value).startswith(f"{file}: ")
    assert said in str(caught.value)


def test_an_id_is_used_once(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(GOOD)
    with pytest.raises(ConfigError, match=r"b\.toml: desk id 'kota' is there already"):
        load_desks(tmp_path)

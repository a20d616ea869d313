"""Wrong configuration is one message with file, key and what was expected; nothing is opened before all is checked."""

from pathlib import Path

import pytest

from kliping.errors import ConfigError
from kliping.settings import Settings, load, resolve
from pipeline.flow import FLOW


def written(folder: Path, text: str) -> Path:
    file = folder / "config" / "kliping.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def refusal(folder: Path, text: str, environ: dict[str, str] | None = None) -> str:
    file = written(folder, text)
    with pytest.raises(ConfigError) as caught:
        load(file, environ or {})
    message = str(caught.value)
    assert str(file) in message
    assert "\n" not in message
    assert [path.name for path in folder.iterdir()] == ["config"], "something was opened"
    return message


def test_an_empty_file_gives_the_defaults_below_the_folder_above_config(tmp_path: Path) -> None:
    settings = load(written(tmp_path, ""), {})
    assert settings.root == str(tmp_path)
    assert settings.work.processes == {"extract": 1, "deduplicate": 1, "tag": 1, "index": 1}


def test_a_file_elsewhere_is_its_own_root(tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text("partitions = 3")
    settings = load(file, {})
    assert (settings.root, settings.partitions) == (str(tmp_path), 3)


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None, {}).bus == Settings().bus


def test_the_environment_names_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, "partitions = 5")
    assert load(None, {"KLIPING_CONFIG": str(file)}).partitions == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bsu = 'x'", ["`bsu`", "bus, archive, database, pages"]),
        ("[crawl]\ngpa = 1", ["[crawl]", "`gpa`", "contact, gap"]),
        ("[crawl.gap]\nx = 1", ["[crawl.gap]", "`float`"]),
        ("[crwal]\ngap = 1", ["`crwal`", "crawl, work"]),
        ("root = '/'", ["[root]", "not a setting"]),
        ("[work]\nprocesses = { tagg = 2 }", ["[work.processes]", "'tagg'", "extract, deduplicate, tag, index"]),
    ],
)
def test_an_unknown_key(tmp_path: Path, text: str, said: list[str]) -> None:
    message = refusal(tmp_path, text)
    assert all(word in message for word in said), message


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("bus = 3", "bus", "`str`"),
        ("crawl = 3", "crawl", "`object`"),
        ("[crawl]\ngap = 'five'", "crawl.gap", "`float`"),
        ("[crawl]\nallow = ['a:1', 3]", "crawl.allow[1]", "`str`"),
        ("[work]\nbatch = 1.5", "work.batch", "`int`"),
        ("[work]\nprocesses = { tag = 'two' }", "work.processes[...]", "`int`"),
    ],
)
def test_a_wrong_type(tmp_path: Path, text: str, key: str, expected: str) -> None:
    message = refusal(tmp_path, text)
    assert f"[{key}]" in message
    assert expected in message


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("partitions = 0", "partitions"),
        ("[work]\nbatch = 0", "work.batch"),
        ("[work]\nattempts = 0", "work.attempts"),
        ("[work]\nhang = 0", "work.hang"),
        ("[work]\nlease = 0", "work.lease"),
        ("[work]\nmemory = -1", "work.memory"),
        ("[work]\nprocesses = { tag = -1 }", "work.processes.tag"),
        ("[crawl]\ngap = -1", "crawl.gap"),
        ("[crawl]\ngap = nan", "crawl.gap"),
        ("[crawl]\ntimeout = inf", "crawl.timeout"),
        ("[crawl]\ntimeout = 0", "crawl.timeout"),
        ("[crawl]\nconcurrency = 0", "crawl.concurrency"),
        ("[crawl]\nmax_page = 0", "crawl.max_page"),
    ],
)
def test_a_bad_bound(tmp_path: Path, text: str, key: str) -> None:
    message = refusal(tmp_path, text)
    assert f"[{key}] expected" in message
    assert "at least" in message


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("bus = 'redis://localhost'", "bus", "sqlite:PATH"),
        ("bus = 'sqlite:'", "bus", "sqlite:PATH"),
        ("archive = 'var/archive.db'", "archive", "sqlite:PATH"),
        ("database = 'sqlite:var/kliping.db'", "database", "sqlite:///PATH"),
        ("pages = 'gs://bucket'", "pages", "folder:PATH"),
        ("bus = 'kafka://broker'", "bus", "sqlite:PATH or kafka://HOSTS[/PREFIX]"),
        ("archive = 'http://es:9200/Prefix'", "archive", "sqlite:PATH or http://HOSTS[/PREFIX]"),
        ("database = 'postgresql+psycopg://kliping'", "database", "sqlite:///PATH"),
    ],
)
def test_an_unknown_place(tmp_path: Path, text: str, key: str, expected: str) -> None:
    message = refusal(tmp_path, text)
    assert f"[{key}] expected {expected}" in message


@pytest.mark.parametrize(
    "text",
    [
        "bus = 'kafka://one:9092,two:9092/kliping'",
        "archive = 'https://es.example.id:9200'",
        "archive = 'http://127.0.0.1:9200,127.0.0.1:9201/kliping-test'",
        "database = 'postgresql+psycopg://kliping:p%40ss@db.example.id:5432/kliping'",
        "database = 'postgresql+psycopg:///kliping?host=/run/postgresql'",
        "pages = 's3://pages.example/kliping'",
    ],
)
def test_places_of_a_cluster(tmp_path: Path, text: str) -> None:
    key, _, value = text.partition(" = ")
    assert getattr(load(written(tmp_path, text), {}), key) == value.strip("'")


def test_a_password_in_a_place_is_not_printed(tmp_path: Path) -> None:
    assert "hunter2" not in refusal(tmp_path, "database = 'mysql://kliping:hunter2@db/kliping'")


@pytest.mark.parametrize("entry", ["127.0.0.1", "*:80", "http://press.test:80", "press.test:http", ""])
def test_exceptions_from_the_address_guard_are_exact(tmp_path: Path, entry: str) -> None:
    assert "[crawl.allow] expected host:port" in refusal(tmp_path, f"[crawl]\nallow = ['{entry}']")


def test_only_allowed_hosts_get_a_made_up_address(tmp_path: Path) -> None:
    text = "[crawl]\nallow = ['a.test:80']\nhosts = { 'b.test' = '127.0.0.1' }"
    assert "[crawl.hosts] expected only hosts of crawl.allow" in refusal(tmp_path, text)


def test_the_stages_with_processes_are_the_stages_of_the_flow() -> None:
    assert list(Settings().work.processes) == [step.name for step in FLOW]


def test_bad_toml_names_the_line(tmp_path: Path) -> None:
    assert "line 2" in refusal(tmp_path, "partitions = 3\nbus = = 1")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = written(tmp_path, "")
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"kliping\.toml"):
        load(file, {})


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml: no such file"):
        load(tmp_path / "gone.toml", {})
    with pytest.raises(ConfigError, match=r"gone\.toml: no such file"):
        load(None, {"KLIPING_CONFIG": str(tmp_path / "gone.toml")})


def test_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, "partitions = 3\n[crawl]\ngap = 9")
    environ = {
        "KLIPING_BUS": "sqlite:elsewhere",
        "KLIPING_CRAWL_GAP": "0.5",
        "KLIPING_CRAWL_ALLOW": '["press.test:80"]',
        "KLIPING_WORK_PROCESSES": "{ tag = 2 }",
    }
    settings = load(file, environ)
    assert (settings.bus, settings.partitions, settings.crawl.gap) == ("sqlite:elsewhere", 3, 0.5)
    assert settings.crawl.allow == ("press.test:80",)
    assert settings.work.processes == {"tag": 2}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KLIPING_PARTITIONS", "many", "KLIPING_PARTITIONS='many'"),
        ("KLIPING_CRAWL_GAP", "-1", "[crawl.gap] expected"),
        ("KLIPING_WORK_BATCH", "1.5", "[work.batch] Expected `int`"),
    ],
)
def test_a_wrong_value_in_the_environment(tmp_path: Path, name: str, value: str, said: str) -> None:
    assert said in refusal(tmp_path, "", {name: value})


def test_an_override_below_something_that_is_no_table(tmp_path: Path) -> None:
    assert "[crawl] expected a table" in refusal(tmp_path, "crawl = 3", {"KLIPING_CRAWL_GAP": "1"})


def test_a_secret_comes_from_the_environment(tmp_path: Path) -> None:
    file = written(tmp_path, "[crawl]\ncontact = 'env:CONTACT'")
    assert load(file, {"CONTACT": "https://example.go.id"}).crawl.contact == "https://example.go.id"


def test_a_missing_secret(tmp_path: Path) -> None:
    message = refusal(tmp_path, "[crawl]\ncontact = 'env:CONTACT'")
    assert "[crawl.contact] expects a secret in the environment variable CONTACT" in message


@pytest.mark.parametrize(
    ("location", "absolute"),
    [
        ("var/pages", "/inst/var/pages"),
        ("folder:var/pages", "folder:/inst/var/pages"),
        ("sqlite:var/bus", "sqlite:/inst/var/bus"),
        ("sqlite:/elsewhere/bus", "sqlite:/elsewhere/bus"),
        ("sqlite:///var/kliping.db", "sqlite:////inst/var/kliping.db"),
        ("sqlite:////elsewhere/kliping.db", "sqlite:////elsewhere/kliping.db"),
        ("postgresql:///kliping", "postgresql:///kliping"),
        ("http://host:9200", "http://host:9200"),
    ],
)
def test_places_are_relative_to_the_root(location: str, absolute: str) -> None:
    assert resolve(Settings(root="/inst"), location) == absolute

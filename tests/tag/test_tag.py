"""The tag stage: which desks an article meets, the words that show it, and what happens when it meets none."""

from pathlib import Path

import pytest
from sqlalchemy import select

from kliping.article import Grouped, Tagged
from kliping.database import Database
from kliping.desks import Desk, Watch, load_desks
from kliping.errors import ConfigError
from kliping.tables import tagged
from pipeline.stage import Drop
from pipeline.tag import Tag, check_watches
from tests.tag.conftest import Make

OTHER = "https://kabar.test/lain"


def desk(name: str, **queries: str) -> Desk:
    watches = tuple(Watch(id=key, title=key.capitalize(), query=query) for key, query in queries.items())
    return Desk(id=name, name=name, watches=watches)


def stage(database: Database, *desks: Desk) -> Tag:
    return Tag(desks, database)


def clips(outcome: Tagged | Drop) -> dict[str, list[str]]:
    assert isinstance(outcome, Tagged)
    return {clip.desk: [tag.id for tag in clip.watches] for clip in outcome.clips}


def test_an_article_makes_a_clip_for_each_desk_that_it_meets(database: Database, grouped: Make) -> None:
    tag = stage(
        database,
        desk("kota", banjir='"banjir"', pasar='"pasar ceger" OR lapak', sampah='"sampah"'),
        desk("kabupaten", banjir='banjir AND "tigaraksa"'),
        desk("semua", semua="*"),
    )
    message = grouped("Pedagang Pasar Ceger Mengeluh", "Banjir merendam puluhan lapak sejak Senin.")
    assert clips(tag(message)) == {"kota": ["banjir", "pasar"], "semua": ["semua"]}


def test_evidence_stands_where_it_says(database: Database, grouped: Make) -> None:
    tag = stage(database, desk("kota", pasar='"pasar ceger" OR banjir'))
    message = grouped("Warga Pasar  Ceger: “Banjir lagi”", "Sudah biasa.", "Pasar Ceger dan BANJIR, kata dia.")
    outcome = tag(message)
    assert isinstance(outcome, Tagged)
    evidence = outcome.clips[0].watches[0].evidence
    assert [(e.where, e.paragraph, e.words) for e in evidence] == [
        ("title", 0, "Pasar  Ceger"),
        ("title", 0, "Banjir"),
        ("text", 1, "Pasar Ceger"),
        ("text", 1, "BANJIR"),
    ]
    for one in evidence:
        text = message.article.title if one.where == "title" else message.article.paragraphs[one.paragraph]
        assert text[one.start : one.end] == one.words


def test_exclusions_and_brackets_hold(database: Database, grouped: Make) -> None:
    tag = stage(database, desk("kota", kota='"tangerang" -"tangerang selatan" (pkl OR pasar)'))
    assert clips(tag(grouped("Penataan Pasar", "Tangerang menata pasar.")))
    assert tag(grouped("Penataan Pasar", "Tangerang Selatan menata pasar.", url=OTHER)) == Drop("no_desk")
    assert tag(grouped("Penataan Taman", "Tangerang menata taman.", url=OTHER)) == Drop("no_desk")


def test_without_text_the_title_decides(database: Database, grouped: Make) -> None:
    tag = stage(database, desk("kota", banjir="banjir"))
    outcome = tag(grouped("Banjir di Ciledug"))
    assert isinstance(outcome, Tagged)
    assert [e.where for e in outcome.clips[0].watches[0].evidence] == ["title"]
    assert tag(grouped("", url="https://kabar.test/b")) == Drop("no_desk")


def test_an_article_that_meets_nothing_any_more_is_told_to_the_index(database: Database, grouped: Make) -> None:
    tag = stage(database, desk("kota", banjir="banjir"))
    assert clips(tag(grouped("Banjir", version=1))) == {"kota": ["banjir"]}
    edited = grouped("Genangan", version=2)
    assert tag(edited) == Tagged(grouped=edited, clips=())
    assert tag(edited) == Tagged(grouped=edited, clips=())


def test_a_replay_is_answered_as_at_first(database: Database, grouped: Make) -> None:
    tag = stage(database, desk("kota", banjir="banjir"))
    messages: list[Grouped] = [
        grouped("Hujan", version=1),
        grouped("Hujan dan Banjir", version=2),
        grouped("Hujan Reda", version=3),
    ]
    first = [tag(message) for message in messages]
    assert [tag(message) for message in messages] == first
    assert first[0] == Drop("no_desk")


def test_the_row_that_remembers_is_written_before_the_clips_leave(database: Database, grouped: Make) -> None:
    message = grouped("Banjir", version=3)
    stage(database, desk("kota", banjir="banjir"))(message)
    with database.read() as connection:
        assert connection.execute(select(tagged.c.article, tagged.c.version)).all() == [(message.key, 3)]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "kosong|Ketik"),
        ("banjir OR", "posisi 10"),
        ("(banjir", "posisi 1"),
        ('"banjir', "posisi 1"),
        ("-banjir", "dikecualikan .posisi 1"),
    ],
)
def test_a_bad_watch_stops_the_start(database: Database, query: str, said: str) -> None:
    bad = Desk(id="kota", name="Kota", file="desks/kota.toml", watches=(Watch(id="w", title="W", query=query),))
    with pytest.raises(ConfigError, match=said) as caught:
        stage(database, bad)
    assert str(caught.value).startswith("desks/kota.toml: desk 'kota', watch 'w': [query] ")
    with pytest.raises(ConfigError, match=said):
        check_watches([bad])


def test_the_starter_desk_takes_its_own_and_leaves_its_neighbours(database: Database, grouped: Make) -> None:
    tag = Tag(load_desks(Path(__file__).parents[2] / "config/desks").values(), database)
    assert clips(tag(grouped("Jalan di Pondok Aren Diperbaiki", "Dinas terkait menutup lubang.")))
    assert clips(tag(grouped("Wali Kota Tangsel Resmikan Taman", "Taman itu dibuka.")))
    assert tag(grouped("Pemkot Tangerang Resmikan Taman", "Wali Kota Tangerang hadir.", url=OTHER)) == Drop("no_desk")
    regency = grouped("Bupati Tangerang Tinjau Tigaraksa", "Kabupaten Tangerang menata pasar.", url=OTHER)
    assert tag(regency) == Drop("no_desk")


def test_words_find_their_family_and_what_means_the_same_but_quoted_ones_do_not(
    database: Database, grouped: Make
) -> None:
    tag = stage(database, desk("luas", w="resmi pemkot"), desk("persis", w='"resmi" "pemkot"'))
    assert clips(tag(grouped("Pemerintah Kota Meresmikan Taman"))) == {"luas": ["w"]}
    assert clips(tag(grouped("Pemkot: Taman Resmi Dibuka"))) == {"luas": ["w"], "persis": ["w"]}


def test_what_is_only_near_is_not_the_same(database: Database, grouped: Make) -> None:
    """A search may join ASN and PNS; a clip says that the article met the watch, so it may not."""
    tag = stage(database, desk("kota", asn="asn"))
    assert tag(grouped("Gaji PNS Naik")) == Drop("no_desk")

"""Regions as tags: which, in what order, on which words; and what is left to the region of the same name."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kliping.article import Article, Evidence, Grouped, Tagged
from kliping.database import Database
from kliping.desks import Desk, Watch
from kliping.indonesian.agencies import agencies
from kliping.indonesian.regions import regions
from kliping.wire import decode, encode
from pipeline.stage import Drop
from pipeline.tag import Tag
from pipeline.tag.evidence import MANY_DESKS, NARROW, USUAL, Passages
from pipeline.tag.mentions import Named, agency_id, path_of
from pipeline.tag.namesakes import is_about_namesake, namesakes
from tests.tag.conftest import Make


def text_of(article: Article, evidence: Evidence) -> str:
    texts = {"title": article.title, "url": article.url}
    return texts.get(evidence.where) or article.paragraphs[evidence.paragraph]


def test_regions_are_tags_with_their_words_the_primary_one_first(grouped: Make) -> None:
    article = grouped(
        "Wali Kota Tangerang Selatan Resmikan Taman",
        "Pemkot Tangerang Selatan membuka taman.",
        "Taman serupa ada di Kabupaten Lebak.",
        url="https://kabar.test/kota-tangerang/taman-baru",
    ).article
    tags = Named(article).regions(USUAL)
    assert tags[0].id == "36.74"
    assert tags[0].name == "Kota Tangerang Selatan"
    assert {tag.id for tag in tags} == {"36.74", "36.02", "36.71"}
    assert tags[0].weight > max(tag.weight for tag in tags[1:])
    for evidence in (one for tag in tags for one in tag.evidence):
        assert text_of(article, evidence)[evidence.start : evidence.end] == evidence.words
    (folder,) = next(tag.evidence for tag in tags if tag.id == "36.71")
    assert (folder.where, folder.words) == ("url", "kota-tangerang")


def test_an_undecided_name_is_no_tag(grouped: Make) -> None:
    assert Named(grouped("Kebakaran di Tangerang", "TANGERANG - Api padam.").article).codes == ()


def test_agencies_are_tags_the_most_named_first(grouped: Make) -> None:
    article = grouped(
        "Dinkes Buka Posko",
        "Warga datang ke posko.",
        "Posko buka pagi.",
        "Satpol PP berjaga, kata Dinas Kesehatan. Satpol PP juga mengatur parkir.",
    ).article
    tags = Named(article).agencies(USUAL)
    assert [(tag.id, tag.weight) for tag in tags] == [("dinas-kesehatan", 3), ("satuan-polisi-pamong-praja", 2)]
    assert [one.words for one in tags[0].evidence] == ["Dinkes", "Dinas Kesehatan"]
    for evidence in (one for tag in tags for one in tag.evidence):
        assert text_of(article, evidence)[evidence.start : evidence.end] == evidence.words


def test_every_agency_has_an_id_of_its_own() -> None:
    ids = [agency_id(agency) for agency in agencies()]
    assert all(ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://kabar.test/a/b?x=/c", ("/a/b", 18)),
        ("https://kabar.test", ("", 0)),
        ("https://kabar.test/", ("/", 18)),
        ("not an address", ("", 0)),
        ("http://[broken/a", ("", 0)),
        ("", ("", 0)),
    ],
)
def test_the_path_of_an_address(url: str, path: tuple[str, int]) -> None:
    assert path_of(url) == path


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=4), st.text(max_size=40))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_article_can_be_read(grouped: Make, title: str, paragraphs: list[str], url: str) -> None:
    article = grouped(title, *paragraphs, url=url).article
    for tag in (*Named(article).regions(USUAL), *Named(article).agencies(USUAL)):
        assert all(text_of(article, one)[one.start : one.end] == one.words for one in tag.evidence)


@given(st.lists(st.text(max_size=20), min_size=1, max_size=6), st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_positions_in_the_text_are_found_in_their_paragraph(
    grouped: Make, paragraphs: list[str], data: st.DataObject
) -> None:
    article = grouped("t", *paragraphs).article
    start = data.draw(st.integers(0, max(0, len(article.text) - 1)))
    end = data.draw(st.integers(start, len(article.text)))
    evidence = Passages(article).cite("text", start, end)
    assert evidence.words == paragraphs[evidence.paragraph][evidence.start : evidence.end]
    assert article.text[start:end].startswith(evidence.words)


def test_namesakes_are_the_26_pairs_and_longer_names() -> None:
    short = {region.code: region.short for region in regions() if region.level == 1}
    equal = {code: [other for other in namesakes(code) if short.get(other) == short[code]] for code in short}
    assert sum(len(others) for others in equal.values()) == 2 * 26  # regions.md, section 3
    assert namesakes("36.71") == ("36.03", "36.74")
    assert namesakes("19.01") == ("19", "19.03", "19.04", "19.05")
    assert namesakes("91") == ("92", "93", "94", "95", "96")
    assert [namesakes(code) for code in ("36.74", "36", "36.71.01", "99.71", "")] == [()] * 5


def test_the_province_of_our_own_name_is_no_namesake() -> None:
    assert "17" not in namesakes("17.71")
    assert not is_about_namesake("17.71", ["17"])


@pytest.mark.parametrize(
    ("named", "left"),
    [
        (["36.03"], True),
        (["36.03.21", "36"], True),
        (["36.03", "36.71"], False),
        (["36.03", "36.71.02"], False),
        (["36.74"], True),
        (["36.74", "36.71"], False),
        (["36.73"], False),
        ([], False),
    ],
)
def test_the_rule_of_the_namesake(named: list[str], left: bool) -> None:
    assert is_about_namesake("36.71", named) is left


def desk(same_name: str, code: str = "36.71") -> Desk:
    watch = Watch(id="nama", title="Nama", query="tangerang", same_name=same_name)  # type: ignore[arg-type]
    return Desk(id=f"kota-{same_name}", name="Kota Tangerang", region=code, watches=(watch,))


def met(outcome: Tagged | Drop) -> list[str]:
    return [clip.desk for clip in outcome.clips] if isinstance(outcome, Tagged) else []


@pytest.mark.parametrize(
    ("title", "text", "taken"),
    [
        ("Bupati Tangerang Tinjau Jembatan", "Pemkab Tangerang memperbaikinya.", ["kota-take"]),
        ("Bupati Tangerang Tinjau Jembatan", "Wali Kota Tangerang ikut hadir.", ["kota-leave", "kota-take"]),
        ("Wali Kota Tangerang Tinjau Jembatan", "Pemkot Tangerang memperbaikinya.", ["kota-leave", "kota-take"]),
        ("Banjir di Tangerang", "Warga mengungsi.", ["kota-leave", "kota-take"]),
    ],
)
def test_a_watch_leaves_the_namesake_only_where_it_asks_for_it(
    database: Database, grouped: Make, title: str, text: str, taken: list[str]
) -> None:
    assert met(Tag([desk("take"), desk("leave")], database)(grouped(title, text))) == taken


def test_what_is_left_says_so_in_the_trace(database: Database, grouped: Make) -> None:
    outcome = Tag([desk("leave")], database)(grouped("Bupati Tangerang Tinjau Jembatan", "Pemkab memperbaikinya."))
    assert outcome == Drop("no_desk", "left to the region of the same name")


def test_an_article_that_concerns_every_desk_still_fits_a_message(database: Database, grouped: Make) -> None:
    """The yearly list of minimum wages names all 514; its clips must not become a dead letter."""
    places = [region for region in regions() if region.level == 1]
    desks = [
        Desk(
            id=place.code,
            name=place.name,
            region=place.code,
            watches=(
                Watch(id="nama", title=f"Nama {place.name}", query=f'"{place.short}"'),
                Watch(id="upah", title="Upah minimum", query='"upah minimum"'),
            ),
        )
        for place in places
    ]
    paragraphs = [f"Upah minimum {place.name} tahun depan naik menjadi Rp4.800.000 per bulan." for place in places]
    message = grouped("Daftar Upah Minimum Seluruh Kabupaten dan Kota", *paragraphs)
    outcome = Tag(desks, database)(message)
    assert isinstance(outcome, Tagged)
    assert len(outcome.clips) == len(places)
    assert all(len(clip.regions) <= NARROW.tags for clip in outcome.clips)
    assert decode(encode(outcome), Tagged) == outcome
    usual = Tag(desks[:MANY_DESKS], database)(message)
    assert isinstance(usual, Tagged)
    assert {len(clip.regions) for clip in usual.clips} == {USUAL.tags}
    assert len(encode(usual)) < len(encode(outcome)) * 2


def test_tags_do_not_depend_on_the_other_desks(database: Database, grouped: Make) -> None:
    message: Grouped = grouped("Wali Kota Tangerang Tinjau Jembatan", "Warga senang.")
    alone, among = Tag([desk("take")], database)(message), Tag([desk("take"), desk("leave")], database)(message)
    assert isinstance(alone, Tagged)
    assert isinstance(among, Tagged)
    assert alone.clips[0] in among.clips

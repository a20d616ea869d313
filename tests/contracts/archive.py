"""What every archive must keep. A backend's test class inherits this one and gives `reopen` and `unreachable`."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from kliping.article import article_id, clip_id
from kliping.errors import Unavailable
from search.archive import Archive, Document, Filters, Hit, Results
from search.query import Query, QueryError, parse

MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def document(number: int, desk: str = "kota", **changes: Any) -> Document:
    """A document of a desk; what the number leaves open can be given. Article ids are as of kliping.article."""
    article = article_id(f"https://kabar.example/{number}")
    defaults: dict[str, Any] = {
        "id": clip_id(desk, article),
        "desk": desk,
        "article": article,
        "version": 1,
        "active": True,
        "url": f"https://kabar.example/{number}",
        "outlet": "kabar",
        "title": f"Berita nomor {number}",
        "text": "Warga menunggu.\nPemerintah bekerja.",
        "published": MORNING,
        "first_seen": MORNING,
        "sort_at": MORNING + timedelta(minutes=number),
    }
    return Document(**(defaults | changes))


def ids(results: Results) -> list[str]:
    return [hit.document.id for hit in results.hits]


def pages(archive: Archive, query: Query | None, **asked: Any) -> Iterator[Results]:
    """All pages of a search, one after the other."""
    cursor = ""
    while True:
        page = archive.search("kota", query, cursor=cursor, **asked)
        yield page
        cursor = page.cursor
        if not cursor:
            return


def marked(hit: Hit) -> list[str]:
    return [hit.snippet[start:end] for start, end in hit.marks]


def nasty_queries(count: int = 500, seed: int = 9) -> list[str]:
    """Strings that break naive search boxes, some known from bug reports, most put together at random."""
    known = [
        '"', "foo-bar", "AND", "(", "", "20.04", "d'k", "\x00", "a\x00b", "x:y", "title:x", "NEAR(a b)", "a NEAR/2 b",
        "*", "a*", "*a", "^a", "{title}: a", "labels : every", "-", "--", "- a", "a -", "' OR 1=1 --", "(((a)))",
        "\ud800", "\ud800 banjir", "\U0001f600", "ﷺ" * 100, "a" * 512, "a" * 10_000, " ".join("ab" * 400), "(" * 500,
        "a OR " * 31 + "a", " OR ".join(f"warga{n}" for n in range(32)), '"' * 101, "NOT NOT NOT a", "a AND NOT",
        "\u202ea b\u202c", "ı İ ß", "%", "_", "\\", "\\\"", "a\tb\nc\rd", "\u00a0\u2003", "１２３", "٣", "½",
        "e\u0301" * 50, ";DROP TABLE words", "${x}", "{{x}}",
        '"a" "b" "c"', "a" + "\u0300" * 300, "http://x/?q=a&b=c#d", "<script>alert(1)</script>", "&amp;&#0;",
    ]  # fmt: skip
    chance = random.Random(seed)
    pieces = [
        *"\"()*-+^:{}'%_\\&|!~@#$,.;/ \t\n\x00\x1f",
        "AND",
        "OR",
        "NOT",
        "NEAR",
        "warga",
        "pemerintah",
        "nomor",
        "7",
    ]
    made = ["".join(chance.choices(pieces, k=chance.randint(1, 60))) for _ in range(count - len(known))]
    return known + made


WORDS: list[tuple[str, set[int]]] = [
    ("jalan", {1, 2, 3}),
    ("jalan rusak", {1, 3}),
    ('"jalan rusak"', {1}),
    ("jalan -rusak", {2}),
    ("rusak OR pasar", {1, 2, 3}),
    ("(rusak OR pasar) ciputat", {2, 3}),
    ("JALAN", {1, 2, 3}),
    ("jum'at", {2}),
    ("Rp1.500", {3}),
    ("e-ktp", {2}),
    ("*", {1, 2, 3, 4, 5, 6}),
    ("* -jalan", {4, 5, 6}),
    ("tidakada", set()),
    ('"rusak di"', {3}),
    ('"rusak warga"', set()),
    ("20.04", {4}),
    ("20 04", {4}),
    ("2004", set()),
    ("d'k", {5}),
    ("dk", {5}),
    ("Ma'ruf", {5}),
    ("al-Qur'an", {5}),
    ("warga-warga", {5}),
    ("covid-19", {5}),
    ("21.500", {5}),
    ("30%", {5}),
    ("snake_case", {6}),
    ("café", {6}),
    ("東京", {6}),
    ("京", set()),
    ("ปกครอง", {6}),
    ("١٢", {6}),
    ('"tokyo 東京 kota"', {6}),
    ("a" * 300, {6}),
    ("a" * 299, set()),
    ("lurah OR (* -jalan)", {4, 5, 6}),
    ("(jalan OR lurah) -(rusak OR pasar)", set()),
    ('jalan -"rusak di"', {1, 2}),
    ("-rusak * -pasar", {4, 5, 6}),
    ("((((((((jalan OR a) b) OR c) d) OR e) f) OR rusak) pasar)", set()),
    ("((((jalan OR a) (rusak OR b)) OR c) -pasar)", {1, 3}),
]
FILTERS: list[tuple[Filters, set[int]]] = [
    (Filters(), {1, 2, 3}),
    (Filters(outlets=("kabar",)), {1, 3}),
    (Filters(outlets=("kabar", "radar")), {1, 2, 3}),
    (Filters(regions=("36",)), {1, 2}),
    (Filters(regions=("36.74",)), {1}),
    (Filters(regions=("36.7",)), set()),
    (Filters(regions=("32", "36.03")), {2, 3}),
    (Filters(agencies=("dinkes",)), {2}),
    (Filters(watches=("w 1",)), {3}),
    (Filters(tones=("negatif",)), {1}),
    (Filters(tones=("",)), {3}),
    (Filters(start=MORNING + timedelta(minutes=2)), {2, 3}),
    (Filters(until=MORNING + timedelta(minutes=2)), {1}),
    (Filters(start=MORNING + timedelta(minutes=2), until=MORNING + timedelta(minutes=3)), {2}),
    (Filters(start=MORNING + timedelta(hours=2), until=MORNING), set()),
    (Filters(outlets=("kabar",), regions=("36",)), {1}),
    (Filters(outlets=("KABAR",)), set()),
]


def numbers_of(results: Results) -> set[int]:
    """Which documents were found, by the numbers that they were made with."""
    return {int(hit.document.url.rpartition("/")[2]) for hit in results.hits}


class ArchiveContract:
    """Tests in the words of `search/archive/base.py`."""

    @pytest.fixture
    def reopen(self) -> Callable[[], Archive]:
        """A function that opens the same archive once more, as another process would."""
        raise NotImplementedError

    @pytest.fixture
    def unreachable(self) -> Archive:
        """An archive whose store does not answer."""
        raise NotImplementedError

    @pytest.fixture
    def archive(self, reopen: Callable[[], Archive]) -> Iterator[Archive]:
        archive = reopen()
        yield archive
        archive.close()

    @pytest.fixture
    def fill(self, archive: Archive) -> Callable[..., None]:
        def filled(*documents: Document) -> None:
            archive.add(documents)
            archive.refresh()

        return filled

    # Writing

    def test_a_document_comes_back_as_it_was_given(self, archive: Archive, fill: Callable[..., None]) -> None:
        given = document(
            1,
            title="Ünïcode “judul” \U0001f600",
            published=None,
            regions=("36.74", "36"),
            agencies=("dinkes",),
            watches=("w1", "w2"),
            tone="negatif",
            group="g",
            relation="copy",
            outlets=3,
            withdrawn=True,
        )
        fill(given)
        assert archive.get("kota", given.id) == given
        assert archive.search("kota", None).hits[0].document == given

    def test_adding_again_changes_nothing(self, archive: Archive, fill: Callable[..., None]) -> None:
        fill(document(1), document(2), document(1))
        fill(document(1))
        assert archive.count("kota") == 2
        assert archive.search("kota", parse("berita")).total == 2

    def test_the_highest_version_stands_whatever_the_order(self, archive: Archive, fill: Callable[..., None]) -> None:
        orders = list(permutations((1, 2, 3)))
        for number, order in enumerate(orders):
            for version in order:
                later = MORNING + timedelta(hours=number, minutes=version)
                fill(document(number, version=version, title=f"versi{version}", sort_at=later))
        assert archive.count("kota") == len(orders)
        assert archive.search("kota", parse("versi3")).total == len(orders)
        assert archive.search("kota", parse("versi1 OR versi2")).total == 0

    def test_an_equal_version_changes_nothing(self, archive: Archive, fill: Callable[..., None]) -> None:
        fill(document(1, title="pertama"))
        fill(document(1, title="kedua"))
        assert archive.search("kota", parse("pertama")).total == 1
        assert archive.search("kota", parse("kedua")).total == 0

    def test_a_tombstone_is_found_by_no_search_and_not_overwritten(
        self, archive: Archive, fill: Callable[..., None]
    ) -> None:
        fill(document(1, version=2, active=False))
        fill(document(1, version=1), document(2))
        assert ids(archive.search("kota", None)) == [document(2).id]
        assert archive.count("kota") == 1
        stored = archive.get("kota", document(1).id)
        assert stored is not None
        assert (stored.version, stored.active) == (2, False)
        fill(document(1, version=3))
        assert archive.count("kota") == 2

    def test_a_withdrawn_clip_leaves_the_index(self, archive: Archive, fill: Callable[..., None]) -> None:
        fill(document(1), document(2))
        fill(document(1, version=2, active=False))
        assert archive.search("kota", parse("berita")).total == 1
        assert archive.search("kota", parse("berita"), order="relevance").total == 1

    def test_long_texts_titles_and_addresses_are_whole(self, archive: Archive, fill: Callable[..., None]) -> None:
        text = (
            "\n".join(f"Kalimat nomor {number} tentang pasar." for number in range(6_000)) + "\nPenutup: durian runtuh."
        )
        assert len(text) > 200_000
        fill(
            document(1, text=text),
            document(2, title="x" * 40_000 + " panjang", url=f"https://a.example/{'y' * 40_000}"),
        )
        hit = archive.search("kota", parse('"durian runtuh"')).hits[0]
        assert "durian runtuh" in hit.snippet
        assert ids(archive.search("kota", parse("panjang"))) == [document(2).id]

    def test_what_was_added_is_there_after_reopening(
        self, archive: Archive, reopen: Callable[[], Archive], fill: Callable[..., None]
    ) -> None:
        fill(document(1))
        archive.close()
        again = reopen()
        assert again.get("kota", document(1).id) == document(1)
        assert again.search("kota", parse("berita")).total == 1
        again.close()

    def test_another_process_sees_what_was_refreshed(
        self, reopen: Callable[[], Archive], archive: Archive, fill: Callable[..., None]
    ) -> None:
        reader = reopen()
        assert reader.count("kota") == 0
        fill(document(1))
        assert reader.search("kota", None).total == 1
        reader.close()

    # Desks

    def test_no_call_reaches_into_another_desk(self, archive: Archive, fill: Callable[..., None]) -> None:
        other = document(1, "provinsi", title="rahasia")
        fill(document(1), document(2), other)
        assert archive.search("kota", parse("rahasia")).hits == ()
        assert archive.get("kota", other.id) is None
        assert archive.count("provinsi") == 1
        assert [d.id for d in archive.documents("provinsi")] == [other.id]
        assert sorted(d.id for d in archive.documents("kota")) == [d.id for d in archive.documents("kota")]
        assert {d.id for d in archive.documents("kota")} == {document(1).id, document(2).id}

    def test_an_unknown_desk_is_empty(self, archive: Archive, fill: Callable[..., None]) -> None:
        fill(document(1))
        assert archive.search("lain", None) == Results(hits=(), total=0)
        assert archive.count("lain") == 0
        assert archive.get("lain", document(1).id) is None
        assert list(archive.documents("lain")) == []

    def test_documents_gives_tombstones_too(self, archive: Archive, fill: Callable[..., None]) -> None:
        many = [document(number, active=number % 3 > 0) for number in range(700)]
        fill(*many)
        assert [d.id for d in archive.documents("kota")] == sorted(d.id for d in many)

    # Words

    def test_finds_by_words(self, archive: Archive, fill: Callable[..., None]) -> None:
        fill(
            document(1, title="Jalan rusak", text="Warga mengeluh."),
            document(2, title="Jalan pasar Ciputat", text="Dibuka Jumat. Antre e-KTP."),
            document(3, title="Jalan di Ciputat", text="Banyak yang rusak\ndi musim hujan, rugi Rp 1.500 juta."),
            document(4, title="Lain pukul 20.04", text=""),
            document(5, title="D'K dan Ma'ruf", text="Al-Qur'an untuk warga-warga, Covid-19 naik 30% jadi 21.500."),
            document(6, title="snake_case Café", text=f"Tokyo 東京 kota ปกครอง ١٢ {'a' * 300}"),
        )
        for order in ("newest", "relevance"):
            found = {typed: archive.search("kota", parse(typed), order=order) for typed, _ in WORDS}
            assert {typed: numbers_of(results) for typed, results in found.items()} == dict(WORDS)
            assert all(results.total == len(results.hits) for results in found.values())

    def test_the_snippet_shows_the_words_that_were_found(self, archive: Archive, fill: Callable[..., None]) -> None:
        lead = "Kalimat pembuka yang panjang sekali. " * 20
        fill(document(1, title="<b>Banjir</b> & longsor", text=f"{lead}\nLalu <i>banjir</i> itu surut. {lead}"))
        hit = archive.search("kota", parse("banjir")).hits[0]
        assert marked(hit) == ["banjir"]
        assert "<i>banjir</i>" in hit.snippet
        assert len(hit.snippet) < 400
        assert [hit.document.title[start:end] for start, end in hit.title_marks] == ["Banjir"]

    def test_exact_search_leaves_the_family_out(self, archive: Archive, fill: Callable[..., None]) -> None:
        """`reopen` gives an archive that widens `tertib` to its family."""
        fill(document(1, text="Satpol PP menertibkan pedagang"), document(2, text="Warga tertib mengantre"))
        assert archive.search("kota", parse("tertib")).total == 2
        assert ids(archive.search("kota", parse("tertib"), exact=True)) == [document(2).id]
        assert ids(archive.search("kota", parse('"tertib"'))) == [document(2).id]

    def test_nothing_that_is_typed_breaks_a_search(self, archive: Archive, fill: Callable[..., None]) -> None:
        """Every query is answered or refused with a QueryError; the time is kept by the archive's own limit."""
        fill(*(document(number) for number in range(200)))
        answered = 0
        for text in nasty_queries():
            try:
                results = archive.search("kota", parse(text))
            except QueryError:
                continue
            answered += 1
            assert 0 <= results.total <= 200
        assert answered > 50

    # Filters

    def test_filters(self, archive: Archive, fill: Callable[..., None]) -> None:
        fill(
            document(1, regions=("36.74", "36.71"), tone="negatif"),
            document(2, outlet="radar", regions=("36.03.01",), agencies=("dinkes", "dlh"), tone="netral"),
            document(3, regions=("32.16",), watches=("w 1",)),
        )
        for query in (None, parse("berita")):
            for filters, wanted in FILTERS:
                results = archive.search("kota", query, filters)
                assert (filters, numbers_of(results), results.total) == (filters, wanted, len(wanted))

    def test_facets_count_all_matches(self, archive: Archive, fill: Callable[..., None]) -> None:
        fill(*(document(n, outlet=f"o{n % 3}", regions=("36.74", "36.03")[: n % 2 + 1]) for n in range(30)))
        fill(document(99, title="Lain"))
        facets = archive.search("kota", parse("nomor"), limit=5).facets
        assert facets["outlets"] == {"o0": 10, "o1": 10, "o2": 10}
        assert facets["regions"] == {"36.74": 30, "36.03": 15}
        assert facets["tones"] == {"": 30}

    # Order and paging

    def test_newest_comes_first_and_ties_go_by_article(self, archive: Archive, fill: Callable[..., None]) -> None:
        documents = [document(n, sort_at=MORNING + timedelta(seconds=n // 40, microseconds=n)) for n in range(120)]
        fill(*random.Random(3).sample(documents, len(documents)))
        expected = sorted(documents, key=lambda d: (-int(d.sort_at.timestamp()), d.article))
        for limit in (7, 40, 1000):
            read = [each for page in pages(archive, None, limit=limit) for each in ids(page)]
            assert read == [d.id for d in expected]

    def test_paging_gives_each_document_once_while_others_are_added(
        self, archive: Archive, fill: Callable[..., None]
    ) -> None:
        before = [document(number) for number in range(0, 100, 2)]
        fill(*before)
        read: list[str] = []
        for number, page in enumerate(pages(archive, parse("berita"), limit=9)):
            read += ids(page)
            fill(document(201 + number), document(99 - 2 * number), document(1 + 2 * number))
        assert [each for each in read if each in {d.id for d in before}] == [d.id for d in reversed(before)]
        assert len(read) == len(set(read))

    def test_relevance_puts_what_it_is_about_first(self, archive: Archive, fill: Callable[..., None]) -> None:
        filler = "Kalimat lain tentang hal lain sama sekali. " * 10
        fill(
            document(1, title="Banjir bandang", text="Banjir datang, banjir pergi. " * 3),
            *(document(n, title="Rapat", text=f"{filler} Soal banjir disinggung. {filler}") for n in range(2, 30)),
        )
        results = archive.search("kota", parse("banjir"), order="relevance")
        assert ids(results)[0] == document(1).id
        assert results.hits[0].score > results.hits[1].score

    def test_relevance_is_paged_without_doubles(self, archive: Archive, fill: Callable[..., None]) -> None:
        documents = [document(n, text="banjir " * (n % 5 + 1) + "kata " * (n % 7)) for n in range(60)]
        fill(*documents)
        read = [each for page in pages(archive, parse("banjir"), order="relevance", limit=8) for each in ids(page)]
        assert len(read) == 60
        assert set(read) == {d.id for d in documents}

    def test_a_cursor_of_another_question_is_refused(self, archive: Archive, fill: Callable[..., None]) -> None:
        fill(*(document(number) for number in range(10)))
        cursor = archive.search("kota", parse("berita"), limit=3).cursor
        assert cursor
        with pytest.raises(QueryError):
            archive.search("kota", parse("nomor"), limit=3, cursor=cursor)
        with pytest.raises(QueryError):
            archive.search("provinsi", parse("berita"), limit=3, cursor=cursor)
        with pytest.raises(QueryError):
            archive.search("kota", parse("berita"), Filters(outlets=("kabar",)), limit=3, cursor=cursor)

    @pytest.mark.parametrize("cursor", ["x", "????", "AAAA", "é", "W10", "bnVsbA", "[]", "a" * 1001])
    def test_a_cursor_that_nobody_gave_is_refused(
        self, archive: Archive, fill: Callable[..., None], cursor: str
    ) -> None:
        fill(document(1))
        with pytest.raises(QueryError):
            archive.search("kota", parse("berita"), cursor=cursor)

    # Rebuild

    def test_a_rebuild_replaces_everything_at_its_end(
        self, archive: Archive, reopen: Callable[[], Archive], fill: Callable[..., None]
    ) -> None:
        fill(document(1), document(2))
        reader = reopen()
        assert reader.count("kota") == 2
        with archive.rebuild() as fresh:
            fresh.add([document(2), document(3), document(4)])
            assert set(ids(reader.search("kota", None))) == {document(1).id, document(2).id}
            assert archive.count("kota") == 2
        expected = {document(2).id, document(3).id, document(4).id}
        assert {d.id for d in archive.documents("kota")} == expected
        assert set(ids(reader.search("kota", parse("berita")))) == expected
        reader.close()
        fill(document(5))
        assert archive.count("kota") == 4

    def test_a_rebuild_that_fails_keeps_the_old_archive(self, archive: Archive, fill: Callable[..., None]) -> None:
        fill(document(1))
        with pytest.raises(ZeroDivisionError), archive.rebuild() as fresh:  # noqa: PT012
            fresh.add([document(2)])
            raise ZeroDivisionError
        assert ids(archive.search("kota", None)) == [document(1).id]
        with archive.rebuild() as fresh:
            fresh.add([document(3)])
        assert ids(archive.search("kota", None)) == [document(3).id]

    def test_what_is_written_during_a_rebuild_is_kept(
        self, archive: Archive, reopen: Callable[[], Archive], fill: Callable[..., None]
    ) -> None:
        fill(document(1), document(2))
        writer = reopen()
        with archive.rebuild() as fresh:
            fresh.add([document(1), document(2)])
            writer.add([document(1, version=2, active=False), document(3)])
        writer.add([document(4)])
        writer.refresh()
        assert {d.id for d in archive.documents("kota") if d.active} == {document(n).id for n in (2, 3, 4)}
        writer.close()

    def test_one_rebuild_at_a_time(self, archive: Archive, reopen: Callable[[], Archive]) -> None:
        second = reopen()
        with archive.rebuild(), pytest.raises(Unavailable), second.rebuild():
            pytest.fail("a second rebuild began")
        second.close()

    def test_a_rebuild_needs_nothing_to_be_there(self, archive: Archive) -> None:
        with archive.rebuild() as fresh:
            fresh.add([document(1)])
        assert archive.count("kota") == 1

    def test_a_sound_archive_has_no_problems(self, archive: Archive, fill: Callable[..., None]) -> None:
        fill(*(document(number, active=number % 2 > 0) for number in range(20)))
        fill(*(document(number, version=2) for number in range(5)))
        assert archive.problems() == []

    # Errors

    def test_a_store_that_does_not_answer_is_unavailable(self, unreachable: Archive) -> None:
        for call in (
            lambda: unreachable.add([document(1)]),
            lambda: unreachable.search("kota", None),
            lambda: unreachable.get("kota", "x"),
            lambda: list(unreachable.documents("kota")),
            lambda: unreachable.count("kota"),
        ):
            with pytest.raises(Unavailable):
                call()

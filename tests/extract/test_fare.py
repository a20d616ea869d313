"""When a template is given up: its own pages stay away, or it reads them wrong. Other designs' pages say nothing."""

from pipeline.extract.fare import MISSES, Fare


def after(fare: Fare, pages: str) -> Fare:
    """`t`: a page of its own; `o`: one of another design."""
    for page in pages:
        fare = fare.fitted() if page == "t" else fare.passed()
    return fare


def test_the_only_design_has_changed_after_a_few_pages_that_fit_nothing() -> None:
    fare = after(Fare(share=1.0), "t" * 50)
    assert not after(fare, "o" * (MISSES - 1)).is_gone(MISSES - 1)
    assert after(fare, "o" * MISSES).is_gone(MISSES)


def test_a_seldom_design_waits_for_its_turn() -> None:
    """One page in ten is its own; the other design has changed, and its new pages fit nothing."""
    fare = after(Fare(share=0.5), "toooooooooo" * 20)
    assert not after(fare, "o" * 50).is_gone(50)
    assert after(fare, "o" * 120).is_gone(MISSES)


def test_pages_of_another_design_alone_never_end_it() -> None:
    assert not after(Fare(share=1.0), "o" * 1000).is_gone(0)
    assert not after(Fare(share=1.0), "o" * 1000).is_gone(MISSES - 1)


def test_a_design_with_odd_pages_between_stays() -> None:
    fare = Fare(share=0.7)
    for _ in range(100):
        fare = after(fare, "ttotttotto")
        assert not after(fare, "ooooo").is_gone(MISSES)


def test_misread_pages_are_made_up_for_by_many_right_ones() -> None:
    fare = after(Fare(share=1.0), "t" * 20).checked(right=False)
    assert fare.is_doubted
    for _ in range(4):
        fare = fare.checked(right=True)
    assert not fare.is_doubted


def test_a_template_that_misreads_more_pages_than_one_in_five_ends() -> None:
    def checks(often: int) -> int:
        """Pages until it is given up, one in `often` misread; 0 = never in 500."""
        fare = Fare(share=1.0)
        for number in range(500):
            fare = fare.checked(right=number % often != 0)
            if fare.is_wrong:
                return number + 1
        return 0

    assert checks(1) == MISSES
    assert 0 < checks(3) < 100
    assert checks(6) == 0


def test_a_new_template_is_checked_page_by_page() -> None:
    assert after(Fare(share=1.0), "t").is_doubted
    assert not after(Fare(share=1.0), "t" * 6).is_doubted

"""As many items as a form can hold. Pure."""

from collections.abc import Callable

from digests.edition import Edition


def fitted(edition: Edition, render: Callable[[Edition, int], str], limit: int, size: Callable[[str], int]) -> str:
    """`render(edition, shown)` with the most items shown whose `size` is at most `limit`; found by halving.

    With no item at all the form is returned as it is, whatever its size.
    """
    whole = render(edition, len(edition.items))
    if size(whole) <= limit:
        return whole
    fits, too_many = 0, len(edition.items)
    best = render(edition, 0)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        tried = render(edition, middle)
        if size(tried) <= limit:
            fits, best = middle, tried
        else:
            too_many = middle
    return best


def utf8(text: str) -> int:
    """Bytes of a form on disk and, decoded, in a mail program."""
    return len(text.encode())

"""What the language room knows, in the form that `expand.py` takes."""

from typing import Final

from kliping.indonesian.families import family
from kliping.indonesian.synonyms import synonyms
from search.expand import Lexicon, Tokens


def _near(tokens: Tokens) -> tuple[Tokens, ...]:
    return synonyms(tokens, near=True)


SEARCH: Final = Lexicon(family=family, synonyms=_near)
"""A search may also join what is only near (ASN and PNS); a tag, which is a statement, may not."""

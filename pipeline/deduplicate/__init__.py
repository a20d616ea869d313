"""DEDUPLICATE: which articles are one text, on however many outlets.

In: Article from [articles]. Out: Grouped to [grouped], for the article and for every other whose place among its
twins changed with it. Nothing is thrown away for being a copy; a re-fetch that says nothing new is dropped
`unchanged`.

    names.py    which stored article a page is of, also under another address
    decide.py   what this fetch means beside what is stored (pure); rows.py writes it
    sketch.py   text -> digest, MinHash, sampled n-grams (pure); index.py keeps them and finds candidates
    compare.py  two texts -> copy, rewrite or neither, with passages (pure); twins.py reads the candidates' texts
    places.py   pair edges -> groups, originals, whom each copy repeats (pure); edges.py keeps them, and the outbox
    by_hand.py  edges that people make and withdraw
    stage.py    the transaction around all of it

It does not know desks, watches or the archive.
"""

from pipeline.deduplicate.by_hand import add_edge, withdraw_edge
from pipeline.deduplicate.stage import Deduplicate

__all__ = ["Deduplicate", "add_edge", "withdraw_edge"]

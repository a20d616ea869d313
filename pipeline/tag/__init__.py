"""TAG: which desks an article concerns, and why.

Comes in: an article with its place among its twins. Goes out: the same with a clip for each desk that has a watch
which it meets, each tag with the words that it rests on. Does not know how clips are stored, and judges nothing that
staff did not ask for: a desk takes what its watches say.

`watches.py` matches, `mentions.py` finds regions and agencies, `namesakes.py` parts Kota X from Kabupaten X where a
watch asks for it, `evidence.py` cites the words, `stage.py` is the door. `saving.py` keeps the watches that staff make,
`past.py` holds a watch against what is stored already.
"""

from pipeline.tag.stage import Tag
from pipeline.tag.watches import check_watches

__all__ = ["Tag", "check_watches"]

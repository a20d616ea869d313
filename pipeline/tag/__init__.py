"""TAG: which desks an article concerns, and why.

Comes in: an article with its place among its twins. Goes out: the same with a clip for each desk that has a watch
which it meets, each tag with the words that it rests on. Does not know how clips are stored, and judges nothing that
staff did not ask for: a desk takes what its watches say.

`watches.py` matches, `places.py` finds regions and agencies, `stage.py` is the door.
"""

from pipeline.tag.stage import Tag
from pipeline.tag.watches import check_watches

__all__ = ["Tag", "check_watches"]

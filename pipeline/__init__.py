"""EXTRACT, DEDUPLICATE, TAG, INDEX: message in, message out.

Comes in: pages that the crawlers put on the bus. Goes out: clips in the archive. Does not know how a page was found
or who reads a clip. `flow.py` is the drawing, `worker.py` the only loop, one room for each stage.
"""

"""The archive: clips by desk, found again by words and filters.

Comes in: documents with a version, queries that staff typed. Goes out: hits with their highlighted words. Does not
know where an article came from; it is a cache of the database's rows and can be deleted and rebuilt at any time.
"""

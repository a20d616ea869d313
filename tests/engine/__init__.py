"""A search engine that fails on purpose, for what the real one cannot be made to do: answers by script, a log of all
that it was asked."""

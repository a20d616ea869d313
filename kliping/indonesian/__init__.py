"""The language room: Indonesian words, affix families, dates, and the names of regions and agencies.

In: strings, and the instants and zones that they must be read against. Out: values of the language (tokens, moments,
families, mentions). It knows nothing of articles, outlets, the bus or the archive, does no I/O but reading its own
data files once, and no function of it raises on a string.
"""

"""A loopback site that does everything an outlet should not, one named trap per path or host, with a request log."""

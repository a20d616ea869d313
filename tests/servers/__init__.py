"""Real Kafka, Elasticsearch and PostgreSQL for the tests: started on free loopback ports in temporary folders.

A pytest run (or `make servers`) is a `Run`: it holds the writing end of a pipe, and a keeper process beside every
server ends the server when that pipe closes, however the run ended. What a server is made of is fetched once.
"""

"""Coverage simulation: a month of a made-up press, asked by the real frontier on a simulated clock.

    python -m benchmarks.coverage --outlets 500 --days 30 --seed 1

`press` makes the outlets, their articles and their faults; `documents` answers requests as their servers would;
`crawl` is the crawler: the project's frontier, schedule, interval and discovery on a real database, with the HTTP
layer below them replaced; `result` holds what was collected against what was published.
"""

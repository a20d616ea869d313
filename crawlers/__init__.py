"""FETCH: asks outlets for feeds and pages, politely and guarded, and puts what they answered on the bus.

In: outlets and their due URLs. Out: messages on [pages]. Knows nothing of what happens to a page afterwards.

`frontier` knows which URL is due and who holds its host, `schedule` decides when it is due again, `spider` is the loop
that all of `spiders/` share, `feeds` and `links` read what a source says, `writer` keeps it in the order that loses
nothing.

Every outgoing request takes one way: `robots` (may we?), `pace` and `fairness` (when?), `guard` (to which address?),
`caps` (how much?), all switched on in `settings`. Whatever goes wrong ends in one short code from `reasons`.
"""

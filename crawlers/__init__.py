"""FETCH: asks outlets for feeds and pages, politely and guarded, and puts what they answered on the bus.

In: outlets and their due URLs. Out: messages on [pages]. Knows nothing of what happens to a page afterwards.

Every outgoing request takes one way: `robots` (may we?), `pace` and `fairness` (when?), `guard` (to which address?),
`caps` (how much?), all switched on in `settings`. Whatever goes wrong ends in one short code from `reasons`.
"""

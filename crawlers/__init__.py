"""FETCH: asks outlets for feeds and pages, politely and guarded, and puts what they answered on the bus.

In: outlets and their due URLs. Out: messages on [pages]. Knows nothing of what happens to a page afterwards.

`frontier` knows which URL is due and who holds its host, `schedule` decides when it is due again, `spider` is the loop
that all of `spiders/` share and `asking` the turn of one entry in it; `sources` says what a source's answer means, read
by `feeds`, `sitemaps`, `wordpress` and `links` (with what `patterns` learned); `parts` puts a cut article together,
`render` shows pages that need a browser; `writer` keeps everything in the order that loses nothing.

Every outgoing request takes one way: `robots` (may we?), `pace` and `fairness` (when?), `guard` (to which address?),
`caps` (how much?), all switched on in `settings`. Whatever goes wrong ends in one short code from `reasons`.
"""

"""What a site offers to a crawler: `scrapy probe URL`.

In: one address. Out: a `Probe`: feeds, sitemaps, WordPress interface and listing pages with a sample of what each would
bring, robots.txt, validators, how fresh, the zone, and a line for an outlet list. `pages` reads what a page says and
`place` where an outlet is at home (both pure), `investigate` decides what is asked next, `spider` asks: all requests go
the guarded way out, with robots.txt obeyed and the usual gap. It knows no stores.
"""

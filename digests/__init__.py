"""DIGEST: editions from the rows to people.

Comes in: the clips of a desk with what staff decided about them, the recipients, the time. Goes out: a numbered,
frozen edition in every form (data, html, text, pdf, chat) and one mail for each recipient, in a ledger.
It does not know how articles are fetched, read or tagged, and no web page.

    select ─▶ rank ─┬▶ Edition ─▶ render ─▶ editions (frozen) ─▶ ledger ─▶ deliver
            changes ┘                       schedule says when
"""

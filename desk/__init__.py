"""The web pages of staff.

Comes in: a browser's request with a session. Goes out: a page in Indonesian, rendered on the server from rows, archive,
bus and page store; decisions of staff as rows. Nothing imports this room but `kliping.command`.

    request ─▶ shield (headers, origin) ─▶ guard (session, desk, role) ─▶ pages/ ─▶ templates/
"""

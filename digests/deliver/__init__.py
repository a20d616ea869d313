"""Handing over mails. Comes in: one finished message and its address. Goes out: nothing, or an error by what to do.

`folder` writes .eml files, `smtp` speaks to a server; it is the only SMTP client of Kliping.
"""

from digests.deliver.base import Envelope, Later, Mailer, Refused, Stopped, Unknown
from digests.deliver.open import open_mailer

__all__ = ["Envelope", "Later", "Mailer", "Refused", "Stopped", "Unknown", "open_mailer"]

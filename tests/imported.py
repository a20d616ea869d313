"""What commands import, imported by the fork server of `tests.warm`; nothing here is used by name.

Left out: crawlers.settings, which reads an installation's kliping.toml while it is imported; NumPy, which starts a
thread; Twisted's reactor, which a crawl chooses.
"""
# ruff: noqa: E402, F401

import os

# whatever looks at the output while it is imported must not see a tester's terminal; each fork gets files of its own
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

import scrapy.cmdline
import scrapy.crawler

import crawlers.guard
import crawlers.spider
import kliping.command.app
import pipeline.extract

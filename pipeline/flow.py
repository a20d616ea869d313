"""The order of the stages and the topics between them: the drawing of the README as data.

    crawlers ─▶ [pages] ─▶ extract ─▶ [articles] ─▶ deduplicate ─▶ [grouped] ─▶ tag ─▶ [clips] ─▶ index ─▶ archive
                    [pages.slow] ⇄ extract

A stage is added by a line here, a room beside, its tests and a line in the README.
"""

from kliping.article import Article, Grouped, Page, Tagged
from pipeline.bus import Bus
from pipeline.stage import Step

PAGES, ARTICLES, GROUPED, CLIPS = "pages", "articles", "grouped", "clips"

FLOW = (
    # width: all wait for the slowest page of a batch, so with pages that never end among them long batches are quicker
    Step(name="extract", reads=PAGES, writes=ARTICLES, message=Page, lane=f"{PAGES}.slow", width=4),
    Step(name="deduplicate", reads=ARTICLES, writes=GROUPED, message=Article),
    Step(name="tag", reads=GROUPED, writes=CLIPS, message=Grouped),
    Step(name="index", reads=CLIPS, writes="", message=Tagged),
)
TOPICS = tuple(topic for step in FLOW for topic in step.topics)
STEPS = {step.name: step for step in FLOW}


def waiting(bus: Bus, step: Step) -> int:
    """How many records wait for a stage. Raises Unavailable."""
    return sum(bus.waiting(topic, step.name) for topic in step.topics)


def dead_topic(topic: str) -> str:
    """Where messages of `topic` go that could not be processed."""
    return f"{topic}.dead"

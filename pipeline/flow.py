"""The order of the stages and the topics between them: the drawing of the README as data.

    crawlers ─▶ [pages] ─▶ extract ─▶ [articles] ─▶ deduplicate ─▶ [grouped] ─▶ tag ─▶ [clips] ─▶ index ─▶ archive

A stage is added by a line here, a room beside, its tests and a line in the README.
"""

from kliping.article import Article, Grouped, Page, Tagged
from pipeline.stage import Step

PAGES, ARTICLES, GROUPED, CLIPS = "pages", "articles", "grouped", "clips"

FLOW = (
    Step(name="extract", reads=PAGES, writes=ARTICLES, message=Page),
    Step(name="deduplicate", reads=ARTICLES, writes=GROUPED, message=Article),
    Step(name="tag", reads=GROUPED, writes=CLIPS, message=Grouped),
    Step(name="index", reads=CLIPS, writes="", message=Tagged),
)
TOPICS = tuple(step.reads for step in FLOW)
STEPS = {step.name: step for step in FLOW}


def dead_topic(topic: str) -> str:
    """Where messages of `topic` go that could not be processed."""
    return f"{topic}.dead"

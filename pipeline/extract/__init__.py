"""EXTRACT: a fetched page in, the article that it holds out.

`Extract` is the stage, `read_page` the pure core below it. One module a fact: charset, title, body (outline → content
→ clean), byline, published, section, links, language. What holds for Indonesian pages in general lies in `data/`;
nothing here knows an outlet. What is learned of one (learn → template → templates) lies in the database.
"""

from pipeline.extract.pool import Pool
from pipeline.extract.reading import Reading, read_page
from pipeline.extract.stage import Extract
from pipeline.extract.templates import Templates

__all__ = ["Extract", "Pool", "Reading", "Templates", "read_page"]

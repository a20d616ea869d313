"""The sample press: an invented press of an invented region, over real HTTP on loopback.

In: a scenario file (README.md). Out: outlets to crawl, a truth file, a log of every request. It knows nothing of
Kliping, and no room of Kliping knows it. `python -m tests.press --help` runs it as a process of its own.
"""

from tests.press.loading import load
from tests.press.press import FOLDER, Press
from tests.press.scenario import Scenario, ScenarioError

__all__ = ["FOLDER", "Press", "Scenario", "ScenarioError", "load"]

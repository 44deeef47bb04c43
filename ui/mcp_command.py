"""`python -m ui mcp`: the tools for an agent that starts this program itself."""

from __future__ import annotations

from index.place import Place
from qa.current import CurrentAnswerer
from ui.agents import run_over_stdio
from ui.desk import Desk

__all__ = ["serve_agent"]


def serve_agent(index: Place) -> int:
    """Answer over standard input and output until the agent goes; a QuidError where that can't be done."""
    answerer = CurrentAnswerer(index)
    desk = Desk(answerer)
    try:
        run_over_stdio(desk)
    finally:
        desk.close()
        answerer.close()
    return 0

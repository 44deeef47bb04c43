"""`python -m qa`: ask the documents, and measure the answers."""

from __future__ import annotations

import sys

from corpus.command import dispatch

COMMANDS = {
    "ask": ("qa.ask_command", "answer a question from the documents, on the terminal"),
    "evaluate": ("qa.evaluate_command", "measure retrieval and answers on judged questions"),
    "calibrate": ("qa.calibrate_command", "find from which confidence on the answers can be trusted"),
    "ablate": ("qa.ablate_command", "measure what each stage is worth, by switching it off"),
    "compare": ("qa.compare_command", "compare evaluations, question by question"),
    "diff": ("qa.diff_command", "show which saved questions are answered differently since the index changed"),
    "trace": ("qa.trace_command", "show where a passage was lost on the way to the answer"),
    "gaps": ("qa.gaps_command", "show what was asked and not answered well, grouped by meaning"),
    "verify": ("qa.verify_command", "check that the quotations of a saved conversation still stand in the documents"),
}

if __name__ == "__main__":
    sys.exit(dispatch("qa", "Ask the documents, and measure the answers.", COMMANDS))

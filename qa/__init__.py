"""Questions to answers, and how good they are."""

import corpus.one_thread  # noqa: F401
from qa.answer import Answer, Citation
from qa.answering import Answerer, BadQuestion, open_answerer
from qa.settings import AnswerSettings

__all__ = ["Answer", "AnswerSettings", "Answerer", "BadQuestion", "Citation", "open_answerer"]

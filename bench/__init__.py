"""Trials and measurements of the whole house, on documents that are made up: nothing of the product imports this."""

import corpus.one_thread  # noqa: F401

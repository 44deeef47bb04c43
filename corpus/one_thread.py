"""Has numpy multiply in one thread; to be imported before it.

A question is compared with passages by some thirty small products of matrices. OpenBLAS would share each
with another thread, which takes five times as long where others want the cores too, and now and then a hundred.
Whoever sets the variable has it as it is set.
"""

from __future__ import annotations

import os

__all__ = ["VARIABLE"]

VARIABLE = "OPENBLAS_NUM_THREADS"

os.environ.setdefault(VARIABLE, "1")

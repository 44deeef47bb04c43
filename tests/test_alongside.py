from __future__ import annotations

import threading

import pytest

from index.alongside import Beside


def test_work_is_done_in_another_thread() -> None:
    beside = Beside("other")
    name = beside.begin(lambda: threading.current_thread().name)()
    beside.close()
    assert name.startswith("other")


def test_work_that_finds_the_thread_busy_is_done_by_who_asks_for_it() -> None:
    beside, go = Beside("other"), threading.Event()
    first = beside.begin(go.wait)
    second = beside.begin(lambda: threading.current_thread().name)
    assert second() == threading.current_thread().name
    go.set()
    assert first()
    beside.close()


def test_what_the_work_raises_is_raised_where_its_result_is_asked_for() -> None:
    beside = Beside("other")

    def fail() -> None:
        raise KeyError(7)

    result = beside.begin(fail)
    with pytest.raises(KeyError, match="7"):
        result()
    beside.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("other")]

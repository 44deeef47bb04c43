"""The options of `python -m ui`: each on the command line and in the environment, and what follows from them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from ui.options import Options, add_options, read_options
from ui.serving import limits_for
from ui.settings import OPEN_LIMITS, Limits

GIVEN = {
    "index": ("built", Path("built")),
    "host": ("0.0.0.0", "0.0.0.0"),
    "port": ("80", 80),
    "allow-site": ("https://a.org", ("https://a.org",)),
    "behind-proxy": (None, True),
    "path-prefix": ("/chat/", "/chat"),
    "no-feedback": (None, True),
    "show-evaluation": (None, True),
    "show-metrics": (None, True),
    "access-log": ("-", "-"),
    "log-questions": (None, True),
    "rate": ("0.5", 0.5),
    "rate-all": ("0", 0),
    "running": ("3", 3),
    "waiting": ("0", 0),
    "time-limit": ("2.5", 2.5),
    "threshold": ("0.4", 0.4),
    "body-limit": ("1000", 1000),
    "api-key-file": ("keys", Path("keys")),
    "login-file": ("people", Path("people")),
    "bring": ("on", True),
    "wording-address": ("http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1"),
    "wording-model": ("small", "small"),
    "settings": ("quid.toml", Path("quid.toml")),
}


def parsed(*words: str, **environment: str) -> Options:
    parser = argparse.ArgumentParser()
    add_options(parser, environment)
    return read_options(parser.parse_args(words))


def test_every_option_is_tried_here() -> None:
    assert [name.replace("-", "_") for name in GIVEN] == list(Options.__dataclass_fields__)


def test_without_any_the_defaults_hold() -> None:
    assert parsed() == Options()


@pytest.mark.parametrize("name", GIVEN)
def test_an_option_can_be_typed_or_stand_in_the_environment(name: str) -> None:
    text, value = GIVEN[name]
    expected = Options(**{name.replace("-", "_"): value})  # type: ignore[arg-type]
    variable = "QUID_" + name.upper().replace("-", "_")
    assert parsed(f"--{name}", *([text] if text else [])) == expected
    assert parsed(**{variable: text or "1"}) == expected
    assert parsed(**{variable: ""}) == Options()


def test_what_is_typed_holds_against_the_environment_and_sites_add_up() -> None:
    assert parsed("--port", "1", QUID_PORT="2").port == 1
    assert parsed("--allow-site", "c", QUID_ALLOW_SITE="a, b").allow_site == ("a", "b", "c")
    assert parsed(QUID_NO_FEEDBACK="0").no_feedback is False


@pytest.mark.parametrize(
    ("name", "text"),
    [("rate", "-1"), ("rate", "nan"), ("rate", "inf"), ("running", "0"), ("waiting", "-1"), ("body-limit", "1.5")],
)
def test_a_number_that_will_not_do_is_refused_wherever_it_stands(
    name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    variable = "QUID_" + name.upper().replace("-", "_")
    for words, environment in (((f"--{name}={text}",), {}), ((), {variable: text})):
        with pytest.raises(SystemExit) as caught:
            parsed(*words, **environment)
        assert caught.value.code == 2
        least = 0 if name in ("rate", "waiting") else 1
        said = f"argument --{name}: {text!r} won't do; expected a number from {least} to 1000000000"
        assert capsys.readouterr().err.splitlines()[-1].endswith(said)


@pytest.mark.parametrize("text", ["chat", "/", "//chat", "/a b", "/chat?", "/ä"])
def test_a_prefix_that_is_no_path_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parsed(f"--path-prefix={text}")
    assert f"{text!r} is not a path; expected something like /chat" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "private", "expected"),
    [
        ({}, True, Limits()),
        ({}, False, OPEN_LIMITS),
        ({"rate": 5}, True, Limits(rate=5)),
        ({"rate": 0, "running": 8}, False, Limits(rate=0, rate_all=1200, running=8, waiting=64, seconds=30)),
        ({"time_limit": 0, "body_limit": 9}, False, Limits(rate=60, rate_all=1200, waiting=64, seconds=0, body=9)),
    ],
)
def test_limits_are_on_where_others_are_served_unless_they_are_set(
    given: dict[str, Any], private: bool, expected: Limits
) -> None:
    assert limits_for(Options(**given), private) == expected

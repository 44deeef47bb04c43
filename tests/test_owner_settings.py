"""The owner's settings: read from one file and from the environment, and what is wrong with them in one line."""

from __future__ import annotations

import base64
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_answerer import SmallAnswerer
from starlette.testclient import TestClient

from ui.colours import DARK, ENOUGH, LIGHT, Palette, contrast, legible, parse
from ui.look import Look
from ui.server import create_app
from ui.settings import Settings
from ui.settings_file import EXAMPLE, BadSettings, Owned, read_settings

ROOT = Path(__file__).resolve().parents[1]
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def read(folder: Path, text: str, **environment: str) -> Owned:
    (folder / "quid.toml").write_text(text, "utf-8")
    return read_settings(folder / "quid.toml", environment)


def wrong(folder: Path, text: str, **environment: str) -> str:
    """What is said of such a file, without where it lies."""
    with pytest.raises(BadSettings) as raised:
        read(folder, text, **environment)
    assert "\n" not in str(raised.value)
    return str(raised.value).replace(f"{folder}/", "")


def client(look: Look) -> TestClient:
    app = create_app(SmallAnswerer(), Settings(look=look), page=False)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


def test_everything_can_be_set_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PIXEL)
    text = """
        [page]
        title = "Ask the library"
        line = "Since 1912"
        welcome = "Hello"
        welcome_line = "Go on."
        questions = ["One?", "Two?"]
        language = "de"
        logo = "logo.png"
        [colours]
        accent = "#00f"
        accent_dark = "#9be0d5"
        [features]
        bring = false
        feedback = false
        evaluation = true
        [server]
        port = 80
        allow-site = ["https://a.org", "https://b.org"]
        behind-proxy = true
    """
    owned = read(tmp_path, text)
    assert owned.look.logo and (owned.look.logo.kind, owned.look.logo.data) == ("image/png", PIXEL)
    assert owned.look == Look(
        "Ask the library", "Since 1912", "Hello", "Go on.", ("One?", "Two?"), "de",
        Palette((0, 0, 255), (0x9B, 0xE0, 0xD5)), owned.look.logo,
    )  # fmt: skip
    assert owned.features == {"bring": False, "feedback": False, "evaluation": True}
    assert owned.server == {
        "QUID_PORT": "80", "QUID_ALLOW_SITE": "https://a.org,https://b.org", "QUID_BEHIND_PROXY": "1",
        "QUID_BRING": "off", "QUID_NO_FEEDBACK": "1", "QUID_SHOW_EVALUATION": "1",
    }  # fmt: skip


def test_without_a_file_everything_is_as_usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings(None, {}) == Owned()
    (tmp_path / "quid.toml").write_text('[page]\ntitle = "Mine"')
    assert read_settings(None, {}).look.title == "Mine"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    text = '[page]\ntitle = "File"\nline = "File"\n[colours]\naccent = "#123456"'
    look = read(tmp_path, text, QUID_TITLE="Said", QUID_QUESTIONS="One? | Two?", QUID_ACCENT="#a00000").look
    assert (look.title, look.line, look.questions) == ("Said", "File", ("One?", "Two?"))
    assert look.palette and look.palette.light == (0xA0, 0, 0)
    assert read_settings(None, {"QUID_SETTINGS": str(tmp_path / "quid.toml")}).look.title == "File"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[page]\ntitle = 7", "quid.toml, line 2, title: expected a text of 1 to 80 characters on one line, found 7"),
        ("[page]\n\ntitel = 1", "quid.toml, line 3, titel: 'titel' is not a setting in [page]; did you mean 'title'?"),
        ("[colors]", "quid.toml, line 1: 'colors' is not a table; did you mean 'colours'?"),
        ("x = 1", "quid.toml, line 1, x: 'x' is not a table; expected one of: colours, features, page, server"),
        ('[page]\nlanguage = "xx"', "quid.toml, line 2, language: expected one of: auto, "),
        ("[page]\nquestions = 'a'", "quid.toml, line 2, questions: expected a list of up to 12 questions, found 'a'"),
        ('[colours]\naccent = "red"', "quid.toml, line 2, accent: expected a colour such as #17605a, found 'red'"),
        ("[features]\nbring = 1", "quid.toml, line 2, bring: expected true or false, found 1"),
        ("[server]\nprot = 1", "quid.toml, line 2, prot: 'prot' is not a setting in [server]; did you mean 'port'?"),
        ("[page]\ntitle = x", "quid.toml: Invalid value (at line 2, column 9)"),
        ("page = 1", "quid.toml, line 1, page: expected a table [page], found 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_what_was_expected(tmp_path: Path, text: str, said: str) -> None:
    assert wrong(tmp_path, text).startswith(said)


def test_what_is_wrong_in_the_environment_names_the_variable(tmp_path: Path) -> None:
    assert wrong(tmp_path, "", QUID_ACCENT="blue") == "QUID_ACCENT: expected a colour such as #17605a, found 'blue'"


def test_a_colour_that_nobody_could_read_is_refused_with_one_that_can_be(tmp_path: Path) -> None:
    said = wrong(tmp_path, '[colours]\naccent = "#ffee00"')
    assert said == (
        "quid.toml, line 2, accent: expected a contrast of 4.5 or more with the page, such as #7a7200, "
        "found #ffee00 with 1.1"
    )
    assert read(tmp_path, '[colours]\naccent = "#7a7200"').look.palette


COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@given(COLOURS, st.booleans())
def test_any_colour_is_made_legible(colour: tuple[int, int, int], dark: bool) -> None:
    made = legible(colour, dark)
    assert min(contrast(made, ground) for ground in (DARK if dark else LIGHT)) >= ENOUGH


def test_contrast_is_what_its_definition_says() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((255, 255, 255), (255, 255, 255)) == 1
    assert contrast((0x76, 0x76, 0x76), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)
    assert (parse("#fff"), parse("#17605A"), parse("17605a"), parse("#1234")) == ((255,) * 3, (23, 96, 90), None, None)


def test_the_colours_are_served_to_pages_and_widget() -> None:
    visitor = client(Look(palette=Palette((0xA0, 0, 0), (0xFF, 0xC0, 0xC0))))
    styles = visitor.get("/ui/tokens.css")
    assert styles.headers["content-type"].startswith("text/css")
    assert "--accent: light-dark(#a00000, #ffc0c0);" in styles.text
    assert "#a00000" in visitor.get("/widget.js").text
    assert "--accent: light-dark(#17605a, #7fcfc2);" in client(Look()).get("/ui/tokens.css").text


def test_the_logo_is_served_by_this_server_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "logo").write_bytes(PIXEL)
    visitor = client(read(tmp_path, '[page]\nlogo = "logo"').look)
    for path in ("/ui/icon.svg", "/favicon.ico"):
        shown = visitor.get(path)
        assert (shown.headers["content-type"], shown.content) == ("image/png", PIXEL)
    assert client(Look()).get("/ui/icon.svg").headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<svg onload='x()'/>", "is SVG, which can carry scripts; save it as PNG; expected PNG, JPEG or WebP"),
        (b"<html>", "is no picture that is shown; expected PNG, JPEG or WebP"),
        (PIXEL + bytes(512_000), "is larger than 512 kB; expected a small picture, best a square one"),
        (None, "can't be read: no such file or directory"),
    ],
)
def test_a_logo_that_will_not_do_is_refused(tmp_path: Path, content: bytes | None, why: str) -> None:
    if content:
        (tmp_path / "logo.png").write_bytes(content)
    assert wrong(tmp_path, '[page]\nlogo = "logo.png"') == f"quid.toml, line 2, logo: logo.png {why}"


def test_what_the_owner_says_is_shown_and_does_nothing() -> None:
    nasty = "<script>window.owned = 1</script>"
    page = client(Look(nasty, nasty, nasty, nasty, (nasty,))).get("/embed").text
    assert nasty not in page
    assert page.count("&lt;script&gt;window.owned = 1&lt;/script&gt;") == 2


def test_the_owner_s_questions_take_the_place_of_those_that_are_found() -> None:
    page = client(Look(questions=("Is it open on Sunday?",))).get("/embed").text
    assert "Is it open on Sunday?" in page
    assert "How long does a refund take?" not in page


def command(*words: str, folder: Path = ROOT) -> Any:
    code = f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r}); sys.argv = ['ui', *{list(words)!r}]; "
    code += "runpy.run_module('ui', run_name='__main__', alter_sys=True)"
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60)


def test_the_example_says_what_holds_anyway(tmp_path: Path) -> None:
    done = command("settings")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", EXAMPLE.read_text())
    assert read(tmp_path, done.stdout) == Owned()
    lines = (line.removeprefix("# ") for line in done.stdout.splitlines())
    real = [line for line in lines if line.startswith("[") or (" = " in line and not line.startswith("Whether"))]
    named = tomllib.loads("\n".join(line for line in real if "]  " not in line or "=" in line))
    assert {table: sorted(values) for table, values in named.items()} == {
        "page": ["language", "line", "logo", "questions", "title", "welcome", "welcome_line"],
        "colours": ["accent", "accent_dark"],
        "features": ["bring", "evaluation", "feedback"],
        "server": ["allow-site", "behind-proxy", "port", "wording-address", "wording-model"],
    }


def test_a_mistake_in_the_file_stops_the_server_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "quid.toml").write_text("[page]\ntitle = 1\n")
    done = command(folder=tmp_path)
    expected = "error: quid.toml, line 2, title: expected a text of 1 to 80 characters on one line, found 1\n"
    assert (done.returncode, done.stderr) == (1, expected)
    gone = command("--settings", "none.toml", folder=tmp_path)
    assert gone.stderr == (
        "error: none.toml can't be read (no such file or directory); write an example of it with: "
        "python -m ui settings > quid.toml\n"
    )

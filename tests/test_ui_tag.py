"""`python -m ui tag`, and the widget's scripts as one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from small_answerer import SmallAnswerer
from starlette.testclient import TestClient

from ui.bundle import bundle
from ui.colours import Palette
from ui.look import Look
from ui.server import create_app
from ui.settings import Settings
from ui.tag_command import BadServer, print_tag
from ui.widget import integrity

ROOT = Path(__file__).resolve().parents[1]


def tag(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What the command says, in a folder that may have a quid.toml."""
    command = [sys.executable, "-m", "ui", "tag", *words]
    environment |= {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment, timeout=60)


def test_the_printed_hash_is_that_of_the_script_that_is_served(tmp_path: Path) -> None:
    (tmp_path / "quid.toml").write_text('[page]\nlanguage = "de"\n[colours]\naccent = "#a00000"\n')
    done = tag("https://chat.example.org/", "--title", 'Ask "us"', cwd=tmp_path)
    look = Look(language="de", palette=Palette.of((0xA0, 0, 0)))
    served = TestClient(create_app(SmallAnswerer(), Settings(look=look), page=False), base_url="http://localhost")
    assert done.returncode == 0
    assert done.stdout == (
        f'<script src="https://chat.example.org/widget.js" integrity="{integrity(served.get("/widget.js").content)}" '
        'crossorigin="anonymous" data-title="Ask &quot;us&quot;" defer></script>\n'
    )


def test_the_hash_is_as_the_standard_says() -> None:
    # The example of https://www.w3.org/TR/SRI/, section 3.1.
    expected = "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO"
    assert integrity(b"alert('Hello, world.');") == expected


def test_who_is_not_allowed_yet_is_told_what_to_start_the_server_with(tmp_path: Path) -> None:
    (tmp_path / "quid.toml").write_text('[server]\nallow-site = ["https://www.example.org"]\n')
    words = ("https://chat.example.org", "--site", "https://shop.example.org", "--site", "https://www.example.org")
    said = tag(*words, cwd=tmp_path).stderr.splitlines()
    assert said[:2] == [
        "the settings here don't allow https://shop.example.org: start the server with "
        "--allow-site https://shop.example.org",
        "the server has to go by that name: start it with --allow-site https://chat.example.org as well",
    ]
    allowed = "https://shop.example.org,https://www.example.org,https://chat.example.org"
    assert len(tag(*words, cwd=tmp_path, QUID_ALLOW_SITE=allowed).stderr.splitlines()) == 2


def test_where_no_site_is_allowed_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_tag("http://127.0.0.1:7860", (), (), Look()) == 0
    assert capsys.readouterr().err.splitlines()[0] == (
        "the settings here allow no site: start the server with --allow-site and the address of each"
    )


@pytest.mark.parametrize("address", ["chat.example.org", "ftp://x.org", "https://", "https://x.org:port", "https://x/?q"])
def test_an_address_that_is_none_is_refused_in_one_line(address: str) -> None:
    with pytest.raises(BadServer, match="is no address of a chat; expected something like https:"):
        print_tag(address, (), (), Look())


def test_modules_become_one_and_keep_their_names_to_themselves(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("// a\nexport const WORD = 1;\n  export let later = () => 1;\nlater = () => 2;\n")
    (tmp_path / "b.js").write_text('import { WORD as ONE, later } from "./a.js";\nconst WORD = ONE + later();\n')
    (tmp_path / "c.js").write_text('import "./b.js";\nimport { WORD } from "./a.js";\nwindow.word = WORD;\n')
    assert bundle(tmp_path, "b.js", "c.js").decode() == (
        "const $a = (() => {\nconst WORD = 1;\nlet later = () => 1;\nlater = () => 2;\n"
        "return { WORD, later: (...given) => later(...given) };\n})();\n"
        "const $b = (() => {\nconst { WORD: ONE, later } = $a;\nconst WORD = ONE + later();\nreturn {  };\n})();\n"
        "const $c = (() => {\nconst { WORD } = $a;\nwindow.word = WORD;\nreturn {  };\n})();\n"
    )


def test_modules_that_import_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import "./b.js";\n')
    (tmp_path / "b.js").write_text('import "./a.js";\n')
    with pytest.raises(ValueError, match=r"^a\.js imports b\.js imports a\.js$"):
        bundle(tmp_path, "a.js")

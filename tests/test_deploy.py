"""The files in deploy/ fit the program: what they set is there to be set, and they install what make installs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ui.options import OPTIONS

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
FILES = sorted(path.name for path in DEPLOY.iterdir())


def read(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


def test_what_is_deployed_is_spoken_of_and_there() -> None:
    named = set(re.findall(r"deploy/([\w.-]+)", (ROOT / "docs" / "deploying.md").read_text("utf-8")))
    assert named == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_every_variable_that_is_set_is_an_option(name: str) -> None:
    set_there = {one.lower().replace("_", "-") for one in re.findall(r"\bQUID_([A-Z_]+)", read(name))}
    assert set_there - OPTIONS == set()


def test_the_container_installs_the_same_build_of_pytorch_as_make() -> None:
    (made,) = re.findall(r"^CPU_TORCH := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert f"ARG TORCH={made}\n" in read("Containerfile")


def test_the_container_copies_what_is_there_and_nothing_that_was_built() -> None:
    copied = " ".join(re.findall(r"^COPY (.+) \S+$", read("Containerfile"), re.MULTILINE)).split()
    assert [word for word in copied if not list(ROOT.glob(word))] == []
    assert "index/" not in copied
    assert not re.search(r"^USER root|--privileged", read("Containerfile"), re.MULTILINE)
    assert read("Containerfile").index("USER quid") < read("Containerfile").index("CMD")


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("nginx")])
def test_nginx_understands_its_file(name: str, tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if not nginx:
        # Nothing else here needs it.
        assert read(name).count("{") == read(name).count("}")
        return
    own = read(name).replace("listen 443 ssl", "listen 127.0.0.1:18443")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {places} {own} }}")
    folder = ["-p", str(tmp_path), "-e", str(tmp_path / "errors"), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run([nginx, "-t", "-q", *folder], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")

"""Code is found by its definitions and lines, and what its comments say in sentences is quoted as sentences."""

from __future__ import annotations

import pytest
from blocks_of import parts, places, refusal
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Document, split
from corpus.source_code import read_source_code


def read(text: str, name: str = "src/a.py") -> Document:
    return read_source_code(text.encode(), "d", name)


PYTHON = '''#!/usr/bin/env python
"""What the module is for.

It has a second paragraph.
"""
import os

# This says in a sentence why it is one.
ONE = 1


class Thing:
    """A thing that is."""

    size = 1

    @property
    def area(self):
        """How much it covers."""

        def inner():
            return 2

        # x = foo(bar)
        return inner()

    color = 3


async def main():
    text = """
not code
"""
    return text


main()
'''


def test_a_python_file_by_its_classes_and_functions() -> None:
    document = read(PYTHON)
    assert document.title == "a.py"
    assert list(zip(parts(document), places(document), strict=True)) == [
        (("heading1", "a.py"), ""),
        (("code", "#!/usr/bin/env python"), "line 1"),
        (("paragraph", "What the module is for."), "lines 2-5"),
        (("paragraph", "It has a second paragraph."), "lines 2-5"),
        (("code", "import os"), "line 6"),
        (("paragraph", "This says in a sentence why it is one."), "line 8"),
        (("code", "ONE = 1"), "line 9"),
        (("heading2", "Thing"), ""),
        (("code", "class Thing:"), "line 12"),
        (("paragraph", "A thing that is."), "line 13"),
        (("code", "    size = 1"), "line 15"),
        (("heading3", "area"), ""),
        (("code", "    @property\n    def area(self):"), "lines 17-18"),
        (("paragraph", "How much it covers."), "line 19"),
        (("code", "        def inner():\n            return 2"), "lines 21-22"),
        (("code", "        # x = foo(bar)\n        return inner()"), "lines 24-25"),
        (("heading2", "Thing"), ""),
        (("code", "    color = 3"), "line 27"),
        (("heading2", "main"), ""),
        (("code", 'async def main():\n    text = """\nnot code\n"""\n    return text'), "lines 30-34"),
        (("heading1", "a.py"), ""),
        (("code", "main()"), "line 37"),
    ]
    assert document.sections[2].headings == ("Thing", "area")


@pytest.mark.parametrize(
    ("name", "text", "headings"),
    [
        ("a.js", "function add(a) {\n  if (a) {\n  }\n}\nconst f = async (x) => {\n}\n", ["add", "f"]),
        ("b.js", "x.y = function () {\n}\n", ["x.y"]),
        ("a.ts", "export interface A {\n  x: number\n}\nclass B {\n  private go(x: B): void {\n  }\n}\n",
         ["A", "B", "go"]),
        ("a.java", "public class A {\n    @Override\n    public int count(List<B> a) {\n    }\n}\n", ["A", "count"]),
        ("a.c", "struct point {\n\tint x;\n};\n\nstatic int\nadd(int a)\n{\n\treturn a;\n}\n", ["point", "add"]),
        ("a.cpp", "namespace n {\n}\nvoid A::go() const {\n}\n", ["n", "A::go"]),
        ("a.go", "type T struct {\n}\n\nfunc (t *T) Go() {\n}\n", ["T", "Go"]),
        ("a.rs", "pub fn add(a: i32) -> i32 {\n    a\n}\nimpl<T> Foo for Bar<T> {\n    fn go() {}\n}\n",
         ["add", "Foo for Bar<T>", "go"]),
        ("a.rb", "class A\n  def go?\n  end\nend\n", ["A", "go?"]),
        ("a.sh", "set -e\ngo() {\n  ls\n}\n", ["go"]),
        ("a.sql", "CREATE TABLE IF NOT EXISTS guard (\n  id INT\n);\ncreate view v as select 1;\n", ["guard", "v"]),
        ("a.toml", "x = 1\n[server]\nport = 1\n[server.tls]\non = true\n", ["server", "server.tls"]),
        ("a.yaml", "name: x\nserver:\n  port: 1\n", ["server"]),
        ("a.css", "p {\n  margin: 0;\n}\n", []),
    ],
)  # fmt: skip
def test_definitions_are_headings_in_many_languages(name: str, text: str, headings: list[str]) -> None:
    document = read(text, name)
    found = [words for kind, words in parts(document) if kind.startswith("heading")]
    assert [words for words in found if words != name] == headings
    code = "".join(words for kind, words in parts(document) if kind == "code")
    assert code.replace("\n", "") == text.replace("\n", "")


def test_comments_in_blocks_are_read_without_their_marks() -> None:
    document = read("/**\n * Adds two numbers together.\n *\n * Slowly, it must be said.\n */\nint add();\n", "a.c")
    assert parts(document)[1:] == [
        ("paragraph", "Adds two numbers together."),
        ("paragraph", "Slowly, it must be said."),
        ("code", "int add();"),
    ]
    assert parts(read("<!-- It is a sentence. -->\n<x/>\n", "a.xml"))[1:] == [
        ("paragraph", "It is a sentence."),
        ("code", "<x/>"),
    ]


def test_entities_of_xml_are_shown_and_never_looked_up() -> None:
    text = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>\n<x>&e;</x>'
    assert parts(read(text, "a.xml"))[1:] == [("code", text)]


def test_long_code_is_parted_so_that_a_place_is_narrow() -> None:
    document = read("\n".join(f"x{i} = {i}" for i in range(100)))
    assert places(document)[1:] == ["lines 1-40", "lines 41-80", "lines 81-100"]


def test_a_name_without_lines_of_code_or_of_an_unknown_suffix_is_read_too() -> None:
    assert parts(read("a b c\n", "x.unknown"))[1:] == [("code", "a b c")]
    assert refusal(read_source_code, b"\x7fELF\x00").startswith("holds a program, not text")


def test_a_megabyte_on_one_line_is_read_and_split() -> None:
    document = read("a=1;" * 250_000, "a.js")
    assert len(document.text) == 1_000_000 + len("a.js\n\n")
    assert max(len(passage.text) for passage in split(document, lambda text: len(text) // 4, 200)) < 900


LINES = ["def f():", "class A:", "  x = 1", '"""', "# Some words here.", "", "/*", "*/", "}", "'''"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([".py", ".js", ".sql", ".toml"]), st.lists(st.sampled_from(LINES)))
def test_blocks_are_in_order_and_the_last_line_is_read_whatever_comes_before_it(suffix: str, lines: list[str]) -> None:
    document = read("\n".join([*lines, "end = 1"]), "a" + suffix)
    assert document.text.rstrip().endswith("end = 1")
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end
        end = block.end


def test_a_macro_around_the_arguments_does_not_name_a_function() -> None:
    text = "ZEXTERN int ZEXPORT deflateTune OF((z_streamp strm,\n                                    int good));\n"
    headings = [text for kind, text in parts(read(text, "zlib.h")) if kind.startswith("heading")]
    assert headings == ["zlib.h", "deflateTune"]

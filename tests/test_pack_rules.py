"""The rules of a static pack in the browser, against the server's own on cases that are easily got wrong."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from packs import DOCUMENTS, hosted, small_index
from small_answerer import REFUNDS

from corpus import Document
from corpus.tokens import load_tokenizer, model_folder
from index import open_index
from index.lexical import search_lexical
from index.slips import allowed_slips, relatives, slips
from index.words import content_words, words
from qa.leaning import leans
from qa.question import asks_for_several, counts, expected_of, holds, is_small_talk
from qa.stems import likeness, stems
from ui.export_rules import pack_rules, translated
from ui.export_texts import Library, Units, pack_texts, pack_words, read_library
from ui.export_tokens import read_vocabulary
from ui.original import original_link
from ui.settings import STATIC
from ui.source import render_source

TEXTS = (
    "", "Don’t the dogs' owners say it's O'Brien’s?", "COVID-19 and covid_19; e.g. 3.14 m²", "naïve Café – 北京 12,5 €",
    "Ünïcödé ẞtraße İstanbul", "x" * 120, "talks talking talked studies class glasses gently cities", "🌷 tulips ﬁne ½",
    "a\u00adb c\u200bd e\u0301 \ufffd\x07 [CLS] ##ing", "한국어 문장과 日本語",
    "The DMZ, about 4 kilometres (2.5 miles) wide.",
)  # fmt: skip
QUESTIONS = (
    "How long is it?", "how much does it cost to enter", "When did the talks begin?", "Who built the old bridge?",
    "How many people live there?", "What is the number of guard posts?", "Why did they fail?", "what can cross?",
    "How old is the tower?", "Which year was it?", "hello", "Hi there! How are you today?", "thanks a lot",
    "Is it safe?", "What width has the zone", "How long should I wait?", "Wann wurde das Museum gegründet?",
    "Wie viele Besucher kamen?", "¿Cuánto cuesta la entrada?", "Qui a fondé le musée ?",
    "Who is the president of Peru?",
    "박물관은 언제 설립되었습니까?", "왜 닫았습니까?", "Warum regnet es?",
    "What happened in Panmunjom in 1976?", "And since 2018, or in the 1990s?",
    "Who did not sign it?", "Which soldiers can’t cross?", "Why did they not go?",
)  # fmt: skip
SENTENCES = (
    "It is 4 km wide.", "Tickets are free on 1 May 1999.", "In 1953 the armistice was signed.",
    "Three days later, nothing.",
    "Half a mile of fence.", "Some 50,000 North Koreans worked there.", "President Lee Myung-bak ended it.",
    "The word stands here.", "They paid $12 for it.", "It took two years and cost 3 million won.", "Monday is March.",
    "200 people live in Daeseong-dong.", "Im März war es kostenlos.", "Zwölf kamen am Dienstag.",
    "Il a été fondé par Ana.", "입장료는 12유로입니다.", "1897년에 설립했습니다.", "Es regnete.",
    "Country: Peru | Capital: Lima", "Country: Peru | President: Ana Berger", "first_name: Ana | Role: president",
)  # fmt: skip


@pytest.fixture(scope="module")
def run(browser: Any) -> Iterator[Callable[..., Any]]:
    """Runs a script in a page that can import what a pack's engine is made of."""
    with hosted(STATIC) as address:
        page = browser.new_page()
        page.goto(f"{address}/icon.svg")
        yield lambda script, given=None: page.evaluate(f"async (given) => {{ {script} }}", given)
        page.close()


def test_words_content_words_and_stems_are_the_server_s(run: Callable[..., Any]) -> None:
    found = run(
        """const { wordRules } = await import("/pack-words.js");
        const own = wordRules(given.rules);
        return given.texts.map((text) => [own.words(text), own.contentWords(text), [...own.stems(text)].sort()]);""",
        {"rules": pack_rules(), "texts": TEXTS},
    )
    assert found == [[words(text), content_words(text), sorted(stems(text))] for text in TEXTS]
    assert found[1][0] == ["don't", "the", "dogs", "owners", "say", "it's", "o'brien", "s"]


def test_a_heading_is_as_like_a_question_as_on_the_server(run: Callable[..., Any]) -> None:
    weights = {"bridg": 2.0, "cros": 1.0, "old": 0.5}
    headings = ["What may cross the old bridge?", "The bridges", "Something else", ""]
    found = run(
        """const { wordRules } = await import("/pack-words.js");
        const own = wordRules(given.rules);
        return given.headings.map((one) => own.likeness(new Map(Object.entries(given.weights)), one));""",
        {"rules": pack_rules(), "weights": weights, "headings": headings},
    )
    assert found == pytest.approx([likeness(weights, one) for one in headings])
    assert found[2:] == [0, 0]


def test_tokens_and_their_places_are_the_model_s(run: Callable[..., Any]) -> None:
    vocabulary = read_vocabulary(model_folder() / "tokenizer.json")
    texts = [text for text in TEXTS if "[CLS]" not in text]
    found = run(
        """const { tokenizer } = await import("/pack-tokens.js");
        const own = tokenizer(given.pieces, given.settings);
        return given.texts.map((text) => own.encode(text)).map(({ ids, starts, ends }) => [ids, starts, ends]);""",
        {"pieces": vocabulary.pieces, "settings": vocabulary.settings, "texts": texts},
    )
    tokenizer = load_tokenizer(model_folder() / "tokenizer.json")
    for text, (ids, starts, ends) in zip(texts, found, strict=True):
        wanted, units = tokenizer.encode(text, add_special_tokens=False), Units(text)
        assert ids == wanted.ids, text
        places = [(units.of(start), units.of(end)) for start, end in wanted.offsets]
        assert list(zip(starts, ends, strict=True)) == places, text


def test_a_question_is_understood_as_on_the_server(run: Callable[..., Any]) -> None:
    found = run(
        """const { wordRules } = await import("/pack-words.js");
        const { questionRules } = await import("/pack-question.js");
        const own = questionRules(given.rules, wordRules(given.rules));
        return given.questions.map((question) => {
          const expected = own.expectedOf(question);
          const held = given.sentences.map((one) => [own.holds(expected, one, question), own.counts(expected, one)]);
          const { kind, counted, years, denied } = expected;
          return [kind, counted, years, denied, own.asksForSeveral(question), own.isSmallTalk(question), held];
        });""",
        {"rules": pack_rules(), "questions": QUESTIONS, "sentences": SENTENCES},
    )
    for question, said in zip(QUESTIONS, found, strict=True):
        expected = expected_of(question)
        held = [[holds(expected, one, question), counts(expected, one)] for one in SENTENCES]
        said_of_it = [expected.kind, list(expected.counted), list(expected.years), expected.denied]
        wanted = [*said_of_it, asks_for_several(question), is_small_talk(question), held]
        assert said == wanted, question
    assert [said[0] for said in found[:5]] == ["size", "money", "date", "name", "number"]


def test_what_points_back_is_told_as_on_the_server(run: Callable[..., Any]) -> None:
    texts = (
        "This fell.", "Thistles grow.", "It is best to wait.", "In May 1954 they met.", "Those who wait.",
        "Außerdem ja.", "C’est vrai.", "Cela dit.", "Además llovía.", "그러나 비가 왔다.", "이천의 나무",
        "Three days later it rained.", "",
    )  # fmt: skip
    found = run(
        """const { leaner } = await import("/pack-leaning.js");
        return given.texts.map((text) => leaner(given.rules, {
          sentences: () => [{ kind: "paragraph" }], slice: () => text,
        }).needsThePassageBefore(0, new Set([0])));""",
        {"rules": pack_rules(), "texts": texts},
    )
    assert found == [leans(text) for text in texts]
    assert found[:6] == [True, False, False, True, False, True]


def test_slips_and_other_forms_of_a_word_are_the_server_s(run: Callable[..., Any]) -> None:
    pairs = [("znoe", "zone"), ("bake", "base"), ("xone", "zone"), ("pone", "lone"), ("könig", "konig"), ("", "a")]
    forms = ["lends", "stopping", "cities", "cant", "bake", "as", "safest", "unproven", "destory", "regional"]
    found = run(
        """const { slipRules } = await import("/pack-slips.js");
        const own = slipRules(given.rules);
        const costs = given.pairs.map(([one, other]) => [own.slips(one, other), own.allowed(one, other)]);
        return [costs, given.forms.map(own.relatives)];""",
        {"rules": pack_rules(), "pairs": pairs, "forms": forms},
    )
    assert found == [
        [[slips(*pair), allowed_slips(*pair)] for pair in pairs],
        [list(relatives(word)) for word in forms],
    ]
    assert found[0][:3] == [[1, 1], [2, 1], [1, 0]]


def test_words_are_found_with_the_scores_of_the_index_itself(run: Callable[..., Any], tmp_path: Path) -> None:
    index = open_index(small_index(tmp_path / "index"))
    library = read_library(index)
    table, postings = pack_words(index, library)
    questions = ["How long is the old bridge?", "gardeners watering tulips", "hostile sentences", "bicycle", "xyz"]
    found = run(
        """const { lexicalSearch } = await import("/pack-lexical.js");
        const { wordRules } = await import("/pack-words.js");
        const table = { ...given.table, terms: given.table.terms.split("\\n") };
        const own = lexicalSearch(table, new Uint8Array(given.postings), wordRules(given.rules).contentWords);
        return given.questions.map((question) => [...own.search(question, 10, 2)]);""",
        {"table": table, "postings": list(postings), "rules": pack_rules(), "questions": questions},
    )
    for question, hits in zip(questions, found, strict=True):
        wanted = search_lexical(index.parts()[0], question, 10, 2.0)
        assert [library.passage_numbers[passage] for passage, _ in hits] == list(wanted)
        assert [score for _, score in hits] == pytest.approx(list(wanted.values()))
    assert len(found[0]) >= 1 and found[4] == []
    index.close()


def test_the_stems_of_the_search_are_sqlite_s(run: Callable[..., Any]) -> None:
    asked = """relational conditional valenci digitizer conformabli differentli vileli analogousli operator feudalism
    hopefulness formaliti triplicate formative electrical goodness revival allowance adjustable irritant replacement
    adoption homologou communism activate angulariti effective bowdlerize probate rate cease controll roll caresses
    ponies ties cats feed agreed plastered motoring sing conflated hopping tanned falling hissing fizzed happy sky
    generalizations oscillators monasteries zones signed talks""".split()
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE held USING fts5(word, tokenize='porter unicode61 remove_diacritics 2')")
    database.executemany("INSERT INTO held(rowid, word) VALUES (?, ?)", enumerate(asked))
    database.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(held, instance)")
    wanted = [term for _, term in database.execute("SELECT doc, term FROM terms ORDER BY doc")]
    found = run('const { porter } = await import("/pack-porter.js"); return given.map(porter);', asked)
    database.close()
    assert found == wanted


RANGES = ((0, 0), (46, 88), (46, 120), (20, 400), (3, 9))


def packed(*documents: Document) -> list[dict[str, Any]]:
    """As a pack has them, but for the source, which it keeps for itself where it isn't an address."""
    library = Library(documents, (), (), (), {one.id: Units(one.text) for one in documents})
    rows = pack_texts(library)["documents"]
    return [row | {"source": one.source} for row, one in zip(rows, documents, strict=True)]


def test_a_document_is_shown_as_the_server_shows_it(run: Callable[..., Any]) -> None:
    documents = (*DOCUMENTS, REFUNDS)
    for document, row in zip(documents, packed(*documents), strict=True):
        units, length = Units(document.text), len(document.text)
        ranges = [(start, min(end, length)) for start, end in RANGES]
        shown = run(
            """const { renderSource } = await import("/pack-source.js");
            return given.ranges.map((one) => renderSource(given.row, one, [given.ranges[1]]));""",
            {"row": row, "ranges": [[units.of(start), units.of(end)] for start, end in ranges]},
        )
        wanted = [render_source(document, *one, also=[ranges[1]]) for one in ranges]
        if units.of(length) == length:
            assert shown == wanted
        else:
            assert [re.sub(r"\d+-\d+", "", one) for one in shown] == [re.sub(r"\d+-\d+", "", one) for one in wanted]


@pytest.mark.parametrize(
    "source",
    [
        "https://shop.test/refunds", "https://shop.test/a/Guide.PDF?x=1#top", "http://shop.test/list.xlsx",
        "https://shop.test/page#part", "documents/refunds.md", "javascript:alert(1)", "https://", "HTTPS://SHOP.test/x",
    ],
)  # fmt: skip
def test_the_owner_s_page_is_the_one_that_the_server_leads_to(run: Callable[..., Any], source: str) -> None:
    document = replace(REFUNDS, source=source, blocks=tuple(replace(one, page=3) for one in REFUNDS.blocks))
    (row,) = packed(document)
    ranges = [(0, 13), (14, 58), (89, 131), (89, 180), (200, 290)]
    found = run(
        """const { originalLink } = await import("/pack-source.js");
        return given.ranges.map(([start, end]) => originalLink(given.row, start, end));""",
        {"row": row, "ranges": ranges},
    )
    assert found == [original_link(document, *one) for one in ranges]


def test_every_rule_that_a_script_goes_by_is_packed() -> None:
    rules = pack_rules()
    asked = {
        (module, name)
        for path in STATIC.glob("pack-*.js")
        for module, name in re.findall(r"rules\.(\w+)\.([A-Z_]+)", path.read_text("utf-8"))
    }
    assert len(asked) > 10
    assert {(module, name) for module, name in asked if name not in rules.get(module, {})} == set()


def test_a_pattern_of_python_s_is_read_alike_by_a_browser() -> None:
    assert translated(r"[^\W_]+(?:'[^\W\d_]+)?") == r"[\p{L}\p{N}]+(?:'\p{L}+)?"
    assert translated(r"[\w'-]\d \"") == r'[\p{L}\p{N}_' + r"'-]\p{Nd} " + '"'
    assert translated("a]") == "a]"
    assert "(?<=" in translated(r"\bx")


def test_places_are_counted_in_the_units_of_a_browser_and_back() -> None:
    text = "a🌷b🌷"
    units = Units(text)
    assert [units.of(place) for place in range(5)] == [0, 1, 3, 4, 6]
    assert [units.back(unit) for unit in (0, 1, 3, 4, 6)] == [0, 1, 2, 3, 4]

"""German, Spanish, French and Korean questions: what is asked for is told where that is cheap, and never wrongly."""

from __future__ import annotations

import pytest

from qa.follow_up import stand_alone
from qa.leaning import leans
from qa.question import asks_for_several, expected_of, holds


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Wann wurde das Museum gegründet?", "date"),
        ("In welchem Jahr war das?", "date"),
        ("Wann muss ich bezahlen?", "anything"),
        ("Wie viele Besucher kamen?", "number"),
        ("Was kostet der Eintritt?", "money"),
        ("Wie breit ist der Fluss?", "length"),
        ("Wer hat das Museum gegründet?", "anything"),
        ("Warum ist es geschlossen?", "anything"),
        ("¿Cuándo se fundó el museo?", "date"),
        ("¿Cuándo se debe pagar?", "anything"),
        ("¿Quién fundó el museo?", "name"),
        ("¿Quién puede entrar?", "anything"),
        ("¿Cuántos visitantes vinieron?", "number"),
        ("¿Cuánto cuesta la entrada?", "money"),
        ("Quand le musée a-t-il été fondé ?", "date"),
        ("Quand dois-je payer ?", "anything"),
        ("Qui a fondé le musée ?", "name"),
        ("Combien de visiteurs sont venus ?", "number"),
        ("Combien coûte l'entrée ?", "money"),
        ("박물관은 언제 설립되었습니까?", "date"),
        ("언제 돈을 내야 하나요? 언제 지불해야 합니까?", "anything"),
        ("누가 박물관을 설립했습니까?", "anything"),
        ("직원은 몇 명입니까?", "number"),
        ("입장료는 얼마입니까?", "money"),
    ],
)
def test_the_kind_of_thing_asked_for_is_told(question: str, kind: str) -> None:
    assert expected_of(question).kind == kind


@pytest.mark.parametrize(
    ("question", "sentence", "answers"),
    [
        ("Wann war das?", "Es war im März.", True),
        ("Wann war das?", "Es war 1897.", True),
        ("Wann ist es offen?", "Dienstags ab 10 Uhr.", True),
        ("Wann war das?", "Niemand weiß es.", False),
        ("Wie viele kamen?", "Zwölf kamen.", True),
        ("Wie viele kamen?", "Niemand kam.", False),
        ("Was kostet es?", "Es ist kostenlos.", True),
        ("Was kostet es?", "Es kostet 12 Euro.", True),
        ("Was kostet es?", "Es ist teuer.", False),
        ("Wie breit ist es?", "Es ist 12 Meter breit.", True),
        ("¿Cuándo fue?", "Fue en marzo.", True),
        ("¿Cuándo fue?", "Fue el 3 de mayo.", True),
        ("¿Cuántos vinieron?", "Vinieron ocho.", True),
        ("Quand était-ce ?", "C'était lundi.", True),
        ("Quand était-ce ?", "À 10 h.", True),
        ("Qui l'a fondé ?", "Il a été fondé par Anne Berger.", True),
        ("Qui l'a fondé ?", "Il a été fondé par une marchande.", False),
        ("언제였습니까?", "1897년이었습니다.", True),
        ("언제였습니까?", "아무도 모릅니다.", False),
        ("얼마입니까?", "12유로입니다.", True),
        ("몇 명입니까?", "모두 12명입니다.", True),
        ("몇 명입니까?", "1897년부터 일했습니다.", False),
    ],
)
def test_a_sentence_holds_what_is_asked_for_or_does_not(question: str, sentence: str, answers: bool) -> None:
    assert expected_of(question).is_typed
    assert holds(expected_of(question), sentence, question) is answers


@pytest.mark.parametrize(
    "question",
    ["Warum regnet es?", "Wie kann ich helfen?", "¿Por qué llueve?", "Pourquoi pleut-il ?", "왜 비가 옵니까?"],
)
def test_reasons_and_ways_are_asked_for(question: str) -> None:
    assert asks_for_several(question)


@pytest.mark.parametrize(
    "question",
    [
        "Was kostet der Eintritt?",
        "Ist das Museum am Montag geöffnet?",
        "Die Öffnungszeiten des Museums bitte",
        "Was ist in der Sammlung?",
        "So viele Bilder hat das Museum wohl nicht?",
        "¿Es gratis la entrada para niños?",
        "¿Me puede decir la dirección del museo?",
        "Est-ce que le musée est ouvert le lundi ?",
        "On peut entrer sans billet ?",
        "박물관은 월요일에 엽니까?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone_after_another(question: str) -> None:
    for earlier in ("Wer hat das Museum gegründet?", "Who founded the museum?", "¿Quién fundó el museo?"):
        assert stand_alone(question, [earlier]) == question


@pytest.mark.parametrize(
    ("question", "earlier"),
    [
        ("Was kostet es?", "Wann öffnet das Museum?"),
        ("Und wann?", "Wer hat das Museum gegründet?"),
        ("¿Y cuándo?", "¿Quién fundó el museo?"),
        ("Combien coûte-t-il ?", "Où est le musée ?"),
        ("언제요?", "누가 박물관을 설립했습니까?"),
    ],
)
def test_a_question_that_points_back_is_asked_with_the_one_before(question: str, earlier: str) -> None:
    assert stand_alone(question, [earlier]) == f"{earlier} {question}"


@pytest.mark.parametrize(
    "sentence", ["Montags ist es zu.", "La entrada es libre.", "Le musée est fermé.", "문을 닫습니다."]
)
def test_a_sentence_that_stands_for_itself_leans_on_nothing(sentence: str) -> None:
    assert not leans(sentence)

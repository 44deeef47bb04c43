"""What German, Spanish, French and Korean questions ask for, and how sentences in these give it: as far as is cheap.

No names of persons: German writes every noun with a capital, and Korean has none.
"""

from __future__ import annotations

__all__ = ["DATES", "DATE_PARTS", "FREE", "KINDS", "MONEY", "NUMBERS", "SEVERAL"]

_MUST_DE = r"(?! (?:kann|darf|muss|soll|sollte|sollen|können|dürfen|müssen)\b)"
_MUST_FR = r"(?! (?:dois|doit|peut|peux|puis|faut|pouvons|devons|est-ce que (?:je|nous|vous|on)) ?)"
_MUST_ES = r"(?! (?:debo|debe|deben|puedo|puede|pueden|hay que|se puede|se debe)\b)"
# In the order in which they are tried; a question is in lower case.
KINDS = (
    ("money", r"\b(?:wie ?viel|was) (?:kostet|kosten)\b|\bwie teuer\b"
              r"|\bcombien (?:coûte|coûtent|ça coûte|faut-il payer)\b|\bquel (?:est )?le (?:prix|tarif)\b"
              r"|\bcuánto (?:cuestan?|valen?|hay que pagar)\b|\bqué precio\b|얼마(?:입니까|인가요|예요|에요|죠)"),
    ("length", r"\bwie (?:breit|tief|weit)\b|\bquelle est la (?:hauteur|largeur|longueur|profondeur)\b"
               r"|\bcuál es la (?:altura|anchura|longitud|profundidad)\b|\bcuánto mide\b"),
    ("number", r"\bwie ?viele\b|\bwie oft\b|\bcombien (?:de |d'|d’|y a-t-il)|\bcuánt[oa]s\b|\bcuántas veces\b"
               r"|몇 ?(?:명|개|번|마리|권|대|채|그루)"),
    ("date", rf"^(?:und |aber )?(?:seit |bis |ab )?wann\b{_MUST_DE}|\bin welchem (?:jahr|monat)\b"
             r"|\ban welchem (?:tag|datum)\b"
             rf"|^(?:et |mais )?(?:depuis |jusqu'à )?quand\b{_MUST_FR}|\ben quelle année\b|\bà quelle date\b"
             rf"|^\W*(?:y |pero )?(?:desde |hasta )?cuándo\b{_MUST_ES}|\ben qué (?:año|fecha|mes)\b"
             r"|언제(?!.*(?:해야|수 있))|몇 ?(?:년|월)"),
    ("name", rf"^(?:et |mais )?qui\b{_MUST_FR}|^\W*(?:y |pero )?(?:a )?quién(?:es)?\b{_MUST_ES}"),
)  # fmt: skip
SEVERAL = (
    r"^\W*(?:und |aber |et |mais |y |pero )?(?:warum|wieso|weshalb|wie (?:kann|können|wird|werden|sollte|soll|lässt)"
    r"|pourquoi|comment|quelles? sont|quels sont|por qué|cómo|cuáles son)\b|왜|어떻게"
)
NUMBERS = (
    r"zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|zwanzig|hundert|tausend|keine?[nrms]?"
    r"|deux|trois|quatre|cinq|sept|huit|neuf|dix|douze|vingt|mille|aucune?"
    r"|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|veinte|cien|ciento|ninguna?"
)
_MONTHS = (
    r"(?:januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre"
    r"|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre"
    r"|diciembre)"
)
# Between borders of words, and anywhere.
DATES = (
    rf"\d\d?\.? (?:de )?{_MONTHS}|(?:im|seit|bis|ab|en|depuis|desde|hasta|de) {_MONTHS}"
    r"|(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo|\d\d? ?uhr|\d\d? ?(?:h|heures)|a las? \d\d?"
    r"|täglich|jährlich|heute|gestern|aujourd'hui|hier|hoy|ayer"
)
DATE_PARTS = r"\d{1,4}(?:년|월|일|시)|[월화수목금토일]요일"
MONEY = r"\d[\s ]?(?:유로|원|달러|엔|위안|franken|pesos?|soles?)"
FREE = r"kostenlos|kostenfrei|gratis|gratuite?s?|무료"

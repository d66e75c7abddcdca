"""The language of one paragraph."""

import pytest

from indexer.languages.detection import guess, judge, settle
from indexer.languages.function_word_vote import vote

ENGLISH = "The harbour was closed on Friday because of the storm, and ferries will not leave before Monday."
SPANISH = "El puerto cerró el viernes por la tormenta, y los barcos no saldrán hasta el lunes por la noche."
FRENCH = "Le port a été fermé vendredi à cause de la tempête, et les bateaux ne partiront pas avant lundi."
OTHERS = {
    "Portuguese": "O porto foi fechado na sexta-feira por causa da tempestade, e as balsas não sairão.",
    "Italian": "Il porto è stato chiuso venerdì a causa della tempesta, e i traghetti non partiranno.",
    "Catalan": "El port va tancar divendres a causa de la tempesta, i els vaixells no sortiran.",
    "German": "Der Hafen wurde am Freitag wegen des Sturms geschlossen, und die Fähren fahren nicht.",
    "Dutch": "De haven is vrijdag gesloten vanwege de storm, en de veerboten zullen niet meer varen.",
    "Turkish": "Liman cuma günü fırtına nedeniyle kapatıldı ve feribotlar bu hafta sefere çıkmayacak.",
    "Swahili": "Bandari ilifungwa siku ya ijumaa kwa sababu ya dhoruba, na vivuko havitaondoka asubuhi.",
    "Arabic": "أغلق الميناء يوم الجمعة بسبب العاصفة ولن تغادر العبارات",
    "Russian": "Порт закрыли в пятницу из-за шторма, и паромы не выйдут.",
    "Greek": "Το λιμάνι έκλεισε την Παρασκευή λόγω της καταιγίδας.",
    "Chinese": "港口因暴风雨于周五关闭，渡轮要到下周一才会重新开航。",
}


def paragraph_language(text: str) -> str | None:
    """Return the language of a single paragraph."""
    found = vote(text)
    return (settle(found) or judge(text, found)).language


@pytest.mark.parametrize(("label", "text"), [("en", ENGLISH), ("es", SPANISH), ("fr", FRENCH)])
def test_the_three_languages_are_distinguished(label: str, text: str) -> None:
    """A sentence of prose is enough."""
    assert paragraph_language(text) == label


@pytest.mark.parametrize("text", [SPANISH.upper(), SPANISH.replace("ó", "o\u0301"), f"«{SPANISH}»"])
def test_case_and_unicode_form_do_not_matter(text: str) -> None:
    """Capitals, decomposed accents and quotation marks change nothing."""
    assert paragraph_language(text) == "es"


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS.keys())
def test_other_languages_are_und(text: str) -> None:
    """Prose of any other language is und, languages similar to Spanish and French included."""
    assert paragraph_language(text) == "und"


@pytest.mark.parametrize(
    "text", ["", "  ", "12/03 – 40 %", "Amina Okafor", "Contact: J. Ruiz", "Порт", "https://example.org/"]
)
def test_short_texts_have_no_language(text: str) -> None:
    """Names, numbers and fragments have no language."""
    assert paragraph_language(text) is None


def test_a_list_of_names_has_no_language() -> None:
    """Names in a row are no prose of an unknown language, however many there are."""
    names = "Amina Okafor, Jonas Lindqvist, Priya Raman, Kofi Boateng, Lucía Ferrer, Tomasz Nowak, Mei Tanaka"
    assert paragraph_language(names) is None


def test_a_text_of_two_languages_has_the_larger_one() -> None:
    """A paragraph that changes its language has the label of its larger part, never und."""
    assert paragraph_language(f"{ENGLISH} {ENGLISH.replace('Friday', 'Sunday')} {SPANISH}") == "en"


def test_the_label_does_not_depend_on_earlier_texts() -> None:
    """The seed is reset for each text: the same labels in any order, on any run."""
    unclear = [
        "School board approves budget, delays repairs",
        "Equipa vence jogo decisivo contra rivais do norte",
    ]
    texts = [*unclear, ENGLISH, *OTHERS.values()]
    forwards = [paragraph_language(text) for text in texts]
    backwards = [paragraph_language(text) for text in reversed(texts)]
    assert forwards == backwards[::-1]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Licitación del transbordador\nSe presentaron tres ofertas.", "es"),
        ("The ferry is late", "en"),
        ("Порт", "und"),
    ],
)
def test_a_short_text_gets_the_likeliest_language(text: str, language: str) -> None:
    """Confident statistics outweigh a single function word, which may be accidental."""
    assert guess(text) == language

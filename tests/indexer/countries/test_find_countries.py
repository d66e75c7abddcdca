"""Rules for finding countries, on invented sentences in three languages."""

import unicodedata

import pytest

from indexer.countries.country_mentions import find_countries


def found(*paragraphs: str, title: str | None = None) -> dict[str, str]:
    """Return the codes found, each with its kind of evidence."""
    return {mention.code: mention.via for mention in find_countries(paragraphs, title)}


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("Harbour pilots from Kenya and Togo met in Bergen.", "KE TG"),
        ("El puerto de Perú recibió barcos de Panamá.", "PE PA"),
        ("Les écoles du Bénin et de l'Algérie ferment tôt.", "BJ DZ"),
        ("Une équipe d’Espagne joue contre le Sénégal.", "ES SN"),
        ("Uruguay's ferries are older than Chile’s.", "UY CL"),
        ("Nurses in Lao PDR, Viet Nam and Côte d’Ivoire were vaccinated.", "LA VN CI"),
        ("Clinics in BiH, the DRC and the former Yugoslav Republic of Macedonia reopened.", "BA CD MK"),
        ("The UK, the USA and the U.S. Coast Guard sent tugs.", "GB US"),
        ("Los pescadores de EE.UU. y de Costa de Marfil protestan.", "US CI"),
        ("La RDC et le Royaume-Uni rouvrent leurs musées.", "CD GB"),
        ("A ferry sank between Trinidad and Tobago and Guinea-Bissau.", "TT GW"),
        ("UK-funded lighthouses", "GB"),
        ("The Indo-Nepal railway reached the plain.", "NP"),
        ("BELGIUM WINS THE CUP IN BURKINA FASO", "BE BF"),
        ("Trams return to Mexico City.", "MX"),
        ("The Islamic Republic of Iran opened a library.", "IR"),
    ],
)
def test_names_are_found_in_three_languages(sentence: str, codes: str) -> None:
    """A country's name, in any of the languages and with any apostrophe, is found by name."""
    assert found(sentence) == dict.fromkeys(codes.split(), "name")


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("A Swedish choir sang for Malawian teachers.", "SE MW"),
        ("Las enfermeras colombianas y el maestro guineano viajaron.", "CO GN"),
        ("Des pêcheurs sénégalais et une actrice nigérienne arrivent.", "SN NE"),
        ("Les Tunisiens ont voté.", "TN"),
        ("Nigerian drummers opened the match.", "NG"),
        ("Guinean miners went home.", "GN"),
        ("Equatorial Guinean and Papua New Guinean swimmers trained.", "GQ PG"),
        ("French law and Thai judges", "FR TH"),
        ("The French said no; three Chinese stayed.", "FR CN"),
        ("La empresa china compró trenes.", "CN"),
        ("South African vineyards", "ZA"),
        ("Dominican baseball", "DO"),
    ],
)
def test_demonyms_are_found_in_three_languages(sentence: str, codes: str) -> None:
    """An adjective or noun of nationality means its country, and the longest match is used."""
    assert found(sentence) == dict.fromkeys(codes.split(), "demonym")


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("Nairobi, 3 May - The harbour master retired.", "KE"),
        ("La orquesta ensaya en Ginebra y en Moscú.", "CH RU"),
        ("Le musée rouvre à Bruxelles.", "BE"),
        ("London-based glaziers", "GB"),
        ("Floods reached Tamil Nadu and Queensland.", "IN AU"),
        ("A school in Scotland", "GB"),
        ("The Luxor International Marathon begins.", "EG"),
    ],
)
def test_places_are_found_if_their_country_is_not_named(sentence: str, codes: str) -> None:
    """A city or province that is in one country only is evidence of it."""
    assert found(sentence) == dict.fromkeys(codes.split(), "place")


@pytest.mark.parametrize(
    "sentence",
    [
        "The drought spread through Southern Africa.",
        "Bakers from North and South Africa compared their ovens.",
        "Latin American poets and Central American bakers met.",
        "Estados de América Latina y el Caribe",
        "The handbook is available in French.",
        "Leaflets in English, French and Spanish are free.",
        "Handbook: Arabic - English - French - Russian - Spanish",
        "Teachers from French-speaking schools",
        "Spanish classes for nurses",
        "El folleto se publicó en español y francés.",
        "La lengua española se enseña en la escuela.",
        "Le guide existe en français et en anglais.",
        "Un cours d'anglais et une leçon d’espagnol; clases de inglés",
        "The Palermo Protocol and the Geneva Conventions",
        "El Protocolo de Palermo y el Acuerdo de París",
        "La Convention de Genève",
        "The Bali Process on people smuggling",
        "The Ouagadougou Action Plan",
        "A portrait of the Duke of Wellington",
        "La comtesse de Paris et le duc d'Orléans; el conde de Barcelona",
        "Cyclones over the Indian Ocean and the Gulf of Guinea",
        "Le golfe du Mexique et l'océan Indien",
        "She writes for the New York Times.",
        "A dinner at the Hotel Bristol, at Hotel Vienna",
        "The label Marlowe London sells scarves.",
        "Please tell us, join us. TELL US MORE ABOUT YOUR SCHOOL",
        "It cost US$ 500 or US dollars.",
        "La Reunión anual de la comisión; Reunión de expertos",
        "Michael Jordan scored again.",
        "Singer Chad Smithson tuned the drums.",
        "Guinea pigs were weighed.",
        "A set of blue and white china with polish",
        "The American continent and the Organization of American States",
        "Mobile clinics, March rallies and Nice weather",
        "San, Santa and Saint",
        "The frigate HMS Calcutta; le département de la Haute-Vienne",
        "The Nouvelle-Guinée of sailors and the Isla de Francia",
        "Una palabra griega; the forest (Portuguese: floresta)",
        "Credit Suisse and the Tate Britain",
        "Save the map as PNG, or the PNG's layers as PNG files; a PNG image",
    ],
)
def test_lookalikes_name_no_country(sentence: str) -> None:
    """Regions, languages, treaties, titles, seas, papers, brands, persons and words are no countries."""
    assert found(sentence) == {}


def test_a_name_beats_a_demonym_beats_a_place() -> None:
    """A country is listed once, with its strongest evidence, where it first occurs."""
    mentions = find_countries(["In Lima, Chilean and Peruvian judges met; Peru hosts next."])
    assert [(m.code, m.via, m.evidence) for m in mentions] == [
        ("PE", "name", "Peru"),
        ("CL", "demonym", "Chilean"),
    ]


def test_countries_of_the_title_come_first() -> None:
    """Countries of the title precede those of the body."""
    assert list(found("Ghana wins.", title="Togo loses")) == ["TG", "GH"]


def test_evidence_is_the_literal_text() -> None:
    """The evidence keeps the text's own apostrophe."""
    assert find_countries(["Voyage en Côte d’Ivoire"])[0].evidence == "Côte d’Ivoire"


def test_unicode_forms_do_not_matter() -> None:
    """Composed and decomposed text give the same countries with the same evidence."""
    text = "Écoles d'Algérie, España, Côte d’Ivoire, Malé, Québec, sénégalais"
    assert find_countries([unicodedata.normalize("NFD", text)]) == find_countries([text])
    assert find_countries([text])


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("A Congolese ferry left the Republic of the Congo.", {"CG"}),
        ("A Congolese ferry left port.", {"CD"}),
        ("Roads in the Democratic Republic of the Congo; the Congo floods.", {"CD"}),
        ("Roads in Congo", {"CG"}),
        ("Guinean Bissau-Guinean talks", {"GN", "GW"}),
        ("Dominica and its Dominican cricketers", {"DM"}),
    ],
)
def test_a_shared_form_means_the_named_country(sentence: str, codes: set[str]) -> None:
    """A form of several countries means the one that the text names, else the likeliest."""
    assert set(found(sentence)) == codes


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("Peaches from Savannah, Georgia, and from Georgia Tech", {"US"}),
        ("Wine from Georgia and Armenia", {"GE", "AM"}),
        ("Schools of the Georgia state line; Georgia opens libraries", {"US"}),
        ("El estado de Georgia", {"US"}),
        ("Niger State schools", {"NG"}),
        ("A library in Paris, Texas", {"US"}),
        ("Mali (China) is a town.", {"ML", "CN"}),
        ("The school of Amman (Chile) is new.", {"CL"}),
        ("Talks in Vienna, Kenya and Togo", {"AT", "KE", "TG"}),
    ],
)
def test_a_place_is_in_the_state_or_country_after_it(sentence: str, codes: set[str]) -> None:
    """A state or country right after a place determines which place it is."""
    assert set(found(sentence)) == codes


@pytest.mark.parametrize(
    ("sentence", "country", "evidence"),
    [
        ("The bakery of Vienna, Virginia, is new", "US", "Vienna, Virginia"),
        ("The bakery of Athens, Georgia", "US", "Athens, Georgia"),
        ("A tram for Athens, Georgia. It is new", "US", "Athens, Georgia"),
        ("A tram (Athens, Georgia) is new", "US", "Athens, Georgia"),
        ("A tram for Athens, Georgia, runs", "US", "Athens, Georgia"),
        ("ATHENS, Georgia - A tram is new", "US", "ATHENS, Georgia"),
        ("ATHENS, Georgia (HNA) A tram is new", "US", "ATHENS, Georgia"),
        ("A tram for Paris, TX 75460", "US", "Paris, TX"),
        ("A tram for Rome, N.Y.", "US", "Rome, N.Y."),
        ("A tram for London, Ont.", "CA", "London, Ont."),
        ("A tram for Berlin, DE", "DE", "Berlin"),
        ("A tram for Toronto, CA", "CA", "Toronto"),
        ("PARIS, OR SO IT SEEMS", "FR", "PARIS"),
        ("A tram for Paris, Virginia Millfield said", "FR", "Paris"),
    ],
)
def test_a_state_after_a_town_determines_its_country(sentence: str, country: str, evidence: str) -> None:
    """A town of a well-known name is in the state that follows it, if one does."""
    assert [(m.code, m.via, m.evidence) for m in find_countries([sentence])] == [(country, "place", evidence)]


@pytest.mark.parametrize("sentence", ["PNG police open a school", "The PNG's parliament opens"])
def test_png_is_a_country_before_words_of_state(sentence: str) -> None:
    """The abbreviation means Papua New Guinea if the next word is about a state."""
    assert found(sentence) == {"PG": "name"}


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("At a fair in Brussels, Georgia showed Chad a tram", {"GE", "TD"}),
        ("In Brussels, Georgia's bakers sang", {"GE"}),
        ("The choirs sang in Vienna, Georgia said", {"GE"}),
        ("In Geneva, Georgia-Chad trams were shown", {"GE", "TD"}),
        ("Georgian trams are shown in Vienna, Georgia.", {"GE"}),
        ("The bakers of Tbilisi sang in Vienna, Georgia, too", {"GE"}),
    ],
)
def test_georgia_after_a_town_may_be_a_country(sentence: str, codes: set[str]) -> None:
    """After a town, Georgia is the country if it acts, owns something, or is named elsewhere."""
    assert codes <= found(sentence).keys()
    assert "US" not in found(sentence)


def test_a_state_after_a_town_in_a_list_is_another_place() -> None:
    """If a list continues, the name after a town is another place."""
    assert found("Trams of Athens, Georgia, and Armenia").keys() == {"GR", "GE", "AM"}
    assert found("Trams of Vienna, Virginia and Paris").keys() == {"AT", "FR"}
    assert found("Trams of Tbilisi, Georgia").keys() == {"GE"}


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("The Jordan Programme Office opened in Jordan.", {"JO"}),
        ("Jordan Millfield scored. Jordan was happy.", set()),
        ("Jordan Millfield flew to Jordan.", {"JO"}),
        ("Turkey sandwich recipes", set()),
        ("Farmers in Turkey", {"TR"}),
        ("President François Hollande spoke.", set()),
        ("Mr. Paris Millfield sang in Rome.", {"IT"}),
        ("Ms. Georgia Millfield taught.", set()),
        ("François Hollande voyage. Hollande et M. Hollande : deux fois le même.", set()),
        ("François Hollande voyage en Hollande.", {"NL"}),
        ("Anatole France aimait la France.", {"FR"}),
        ("El señor Millfield y la Sra. Cuba llegaron.", set()),
        ("Anne-Marie France and Tom Holland danced.", set()),
        ("Chad Opens New Harbour School", {"TD"}),
        ("Schools in San José Costa Rica", {"CR"}),
    ],
)
def test_people_with_names_of_countries_are_no_countries(sentence: str, codes: set[str]) -> None:
    """The words next to the name distinguish the person from the country."""
    assert set(found(sentence)) == codes


def test_empty_texts_have_no_countries() -> None:
    """Without text there are no countries."""
    assert find_countries([]) == ()
    assert find_countries(["", " "], "") == ()


@pytest.mark.slow
def test_a_very_long_line_takes_linear_time() -> None:
    """A line of some hundred thousand letters with thousands of names is read in one pass."""
    line = "Jordan Millfield of Chad saw Paris, Texas, in Georgia and taught French. " * 5_000
    assert {m.code for m in find_countries([line])} >= {"TD", "US"}

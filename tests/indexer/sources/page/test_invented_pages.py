"""Whole pages of other kinds: a football club's, a city council's, a museum's."""

from indexer.item import RawItem
from indexer.sources import Skipped
from indexer.sources.page.page_items import split_page
from indexer.sources.source import ReadContext

CLUB = """\
Harbour Town Rovers
Subscribe to our newsletter

14 May 2019
Rovers climb to second place
A late header by Jonas Whitlock gave Rovers all three points on Saturday in front of a full stand.
Read the match report here.
12 May 2019
See all the goals from Saturday
Every goal of the weekend has been cut together by our camera crew, first to last. Watch it here
3 May
The under-fifteens travel to Porto for a tournament with eight clubs, and the physio goes too.
Their coach hopes for warm weather.
2 May 2019 Season tickets go on sale - The ticket office opens at nine on Monday. Reade more here. |
Back to top
New floodlights for the training ground
Forty lamps that need half the power of the old ones were put up in April by volunteers.
Read mor here
Read mor here
Whitlock: why I stayed
"I was asked to leave twice, and twice I looked at the sea," the striker told us last week.
"Nobody asked a third time."
Women's team signs goalkeeper from Bergen
Ingrid Solheim kept fourteen clean sheets last season and arrives on a free transfer.
Download the full squad list here.
Contact us for interviews.
Fan shop closes early on Friday
© Harbour Town Rovers
"""

COUNCIL = """\
Suscríbase a nuestro boletín
6 de octubre de 2021
Abre la nueva biblioteca del barrio
La biblioteca, que ocupa el antiguo mercado de flores, abrirá el lunes con una lectura.
Leer más aquí
Del 3 al 5 de octubre de 2021
El ayuntamiento recibió a los alcaldes de cuatro ciudades vecinas para hablar del agua.
Más información aquí.
1 de octubre
Obras en la calle Mayor
La calle quedará cerrada durante dos semanas. Para ver los desvíos, haga clic aquí.
Un huerto en cada escuela
Doce escuelas tendrán un huerto este curso, cuidado por los alumnos y jardineros jubilados.
Seguir leyendo
Consulte el calendario de plantación aquí
El pleno aprueba el presupuesto tras nueve horas de debate, con los votos de tres grupos.
Leer mas
Volver arriba
"""

MUSEUM = """\
12-15 mars 2018
Trois nuits blanches sous la verrière
Le musée reste ouvert jusqu'à l'aube et les gardiens racontent les œuvres qu'ils préfèrent.
Lire la suite
9 mars 2018
Le don de la famille Aubertin, soixante dessins de navires, entre dans les collections.
Pour télécharger le catalogue, cliquez ici.
Un squelette de baleine retrouve sa place
Démonté en 1961, le squelette a été nettoyé os par os et pend de nouveau dans la grande galerie.
En savoir plus
Abonnez-vous à notre lettre
Marseille, Toulon
Le cabinet des cartes part en voyage
Les cartes marines seront montrées dans deux ports avant de revenir au printemps.
Lire la suite...
"""


SCHOOL = """\
News from Elm Grove School
New science wing opens
9 September 2015
Four laboratories and a greenhouse stand where the bicycle shed used to be, all paid for by parents.
The old shed moves to the playground.
Choir sings for the mayor
2 September 2015
Thirty voices sang four songs in the town hall, and the mayor asked for a fifth one.
Read more
Late buses return
31 August 2015
The late bus runs again from Monday, ten minutes after the last lesson of the day.
"""


def _read(page: str) -> tuple[list[RawItem], list[Skipped]]:
    skipped: list[Skipped] = []
    return list(split_page(page, ReadContext("page.txt", skipped.append))), skipped


def test_a_club_page_is_split_into_its_items() -> None:
    """A page with dates above and none below gives one item for each story, titled or not."""
    items, _ = _read(CLUB)
    assert [(item.date_text, item.title) for item in items] == [
        ("14 May 2019", "Rovers climb to second place"),
        ("12 May 2019", "See all the goals from Saturday"),
        ("3 May", None),
        ("2 May 2019", "Season tickets go on sale"),
        (None, "New floodlights for the training ground"),
        (None, "Whitlock: why I stayed"),
        (None, "Women's team signs goalkeeper from Bergen"),
        (None, "Fan shop closes early on Friday"),
    ]


def test_items_include_their_closings() -> None:
    """An item ends at its last closing; closings with new information are part of its text."""
    items, _ = _read(CLUB)
    spans = [(item.source.first, item.source.last) for item in items]
    assert spans == [(4, 7), (8, 10), (11, 13), (14, 14), (16, 18), (20, 22), (23, 26), (27, 27)]
    assert [paragraph for item in items for paragraph in item.paragraphs if "here" in paragraph] == [
        "Read the match report here.",
        "Download the full squad list here.",
    ]


def test_navigation_is_reported_with_its_reason() -> None:
    """Lines that belong to no item are reported with their number and the reason."""
    _, skipped = _read(CLUB)
    assert [(skip.line, skip.reason) for skip in skipped] == [
        (2, "an invitation to subscribe"),
        (15, "navigation"),
        (28, "a copyright notice"),
        (1, "the head of the page"),
        (19, "a repeated closing line"),
        (0, "3 closing lines such as “Watch it here” left out"),
    ]


def test_a_spanish_page_is_split_into_its_items() -> None:
    """Spanish dates, titles and closings are read as English ones are."""
    items, _ = _read(COUNCIL)
    assert [(item.date_text, item.title, item.source.first, item.source.last) for item in items] == [
        ("6 de octubre de 2021", "Abre la nueva biblioteca del barrio", 2, 5),
        ("Del 3 al 5 de octubre de 2021", None, 6, 8),
        ("1 de octubre", "Obras en la calle Mayor", 9, 11),
        (None, "Un huerto en cada escuela", 12, 15),
        (None, None, 16, 17),
    ]


def test_a_french_page_is_split_into_its_items() -> None:
    """French dates, titles and closings are read as English ones are; a place above a title is no title."""
    items, _ = _read(MUSEUM)
    assert [(item.date_text, item.title, item.source.first, item.source.last) for item in items] == [
        ("12-15 mars 2018", "Trois nuits blanches sous la verrière", 1, 4),
        ("9 mars 2018", None, 5, 7),
        (None, "Un squelette de baleine retrouve sa place", 8, 10),
        (None, "Le cabinet des cartes part en voyage", 12, 15),
    ]
    assert items[3].paragraphs[0] == "Marseille, Toulon"


def test_dates_may_be_below_titles() -> None:
    """A page that prints its dates below the titles keeps each title with its own date."""
    items, _ = _read(SCHOOL)
    assert [(item.date_text, item.title, item.source.first, item.source.last) for item in items] == [
        ("9 September 2015", "New science wing opens", 2, 5),
        ("2 September 2015", "Choir sings for the mayor", 6, 9),
        ("31 August 2015", "Late buses return", 10, 12),
    ]


CLINIC = """\
About us
News
Publicado el 27/02/2019 por la redacción
Una ambulancia para la isla
La lancha lleva dos camillas y una enfermera que no se marea.
+ detalles
Publicado el 05/02/2019, 14:30 hrs
Vacunas en el mercado
Los puestos de fruta cerraron una hora para que todos pasaran.
+ detalles
Un quirófano con ventana
Los cirujanos piden persianas desde el primer día.
+ detalles
La cocina baja la sal
Nadie lo notó, salvo el cocinero.
+ detalles
Farmacia de guardia
Abre también los domingos por la mañana.
+ detalles
"""


def test_a_page_may_have_numeric_dates_labels_and_a_refrain() -> None:
    """Numeric dates after a label are date lines; a line repeated after the stories closes them."""
    items, skipped = _read(CLINIC)
    assert [(item.date_text, item.title, item.source.first, item.source.last) for item in items] == [
        ("Publicado el 27/02/2019", "Una ambulancia para la isla", 3, 6),
        ("Publicado el 05/02/2019, 14:30 hrs", "Vacunas en el mercado", 7, 10),
        (None, "Un quirófano con ventana", 11, 13),
        (None, "La cocina baja la sal", 14, 16),
        (None, "Farmacia de guardia", 17, 19),
    ]
    assert not any("detalles" in paragraph for item in items for paragraph in item.paragraphs)
    assert [(skip.line, skip.reason) for skip in skipped] == [
        (1, "navigation"),
        (2, "navigation"),
        (0, "5 closing lines such as “+ detalles” left out"),
    ]

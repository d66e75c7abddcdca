"""Read pages of the application as a browser does, without a browser."""

from typing import Any

from lxml import html
from starlette.testclient import TestClient

from searcher.web.app import application
from searcher.web.generations import Serving

LONG = 600.0  # seconds within which a busy machine reads the labels of the thesaurus


def site_of(place: object, **settings: Any) -> Any:
    """Return the application for an index, with long time limits for busy machines."""
    return application(Serving(str(place), seconds=LONG)._replace(**settings))


def client_of(place: object, **settings: Any) -> TestClient:
    return TestClient(site_of(place, **settings))


def page_of(client: TestClient, address: str) -> Any:
    """Request a page, and parse it."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.text[:300])
    return html.fromstring(answer.text)


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def counts_of(page: Any) -> dict[str, dict[str, str]]:
    """Return the counts of the filter lists, by parameter and value."""
    found: dict[str, dict[str, str]] = {}
    for row in page.xpath("//*[@id='narrow']//li[.//input[@type='checkbox'] and b]"):
        box = row.xpath(".//input")[0]
        found.setdefault(box.get("name"), {})[box.get("value")] = words(row.xpath("./b")[0])
    return found


def hits_of(page: Any) -> list[str]:
    """Return the ids of the hits, in order."""
    return [id_of(link) for link in page.xpath("//ol[@class='hits']/li//h3/a/@href")]


def id_of(link: str) -> str:
    """Return the id of the item that a link leads to."""
    return link.split("/items/")[1].split("?", maxsplit=1)[0]


def fields_of(page: Any) -> dict[str, Any]:
    """Return the form fields of a page as a browser sends them, with no box ticked."""
    (form,) = page.xpath("//form[@method='post']")
    return {name: value for name, value in form.fields.items() if isinstance(value, str) and name != "do"}


def sent(client: TestClient, address: str, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    """Open a page, send its form, and return the response."""
    filled = fields_of(page_of(client, address)) | fields
    return client.post(address, data=filled, headers=headers, follow_redirects=False)


def rows_of(table: Any) -> list[list[str]]:
    return [[words(cell) for cell in row] for row in table.xpath(".//tbody/tr")]


def status_of(page: Any) -> str:
    """Return the line with the number of items."""
    return words(page.xpath("//*[@role='status']")[0])

"""Tags, collections and notes on the page: forms without scripts, and requests that are refused."""

import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from httpx2 import Client
from lxml import html
from page_reading import client_of, counts_of, fields_of, page_of, sent, words
from served import LONG, serving
from starlette.testclient import TestClient
from tables import by_table

from indexer import build, note, tag
from indexer.store.lock import WriterLock
from searcher import Searcher
from searcher.web.page.messages import reader_of
from searcher.web.write import MAX_BODY

ITEMS = [{"id": f"a{n}", "title": f"Ferry {n}", "text": "A ferry", "language": "en"} for n in "123"]
TOKEN = "u7Qk-2mXw_90aBcDeF"
HOSTILE = ("<script>boom()</script>", '"><img src=x onerror=boom()>', "over\u202eride", "{{7*7}}", "&lt")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the index of three items, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corrections.jsonl").touch()
    build(tmp_path / "index", items=ITEMS, own_thesaurus=False, corrections="corrections.jsonl")
    return tmp_path / "index"


@pytest.fixture
def desk(index: Path) -> TestClient:
    """Return a client of a server with --write and --notes."""
    return client_of(index, write=True, notes=True)


def annotations(index: Path, item_id: str) -> dict[str, Any]:
    with Searcher(index) as searcher:
        record = searcher.item(item_id).to_record()
    return {name: record[name] for name in ("tags", "collections", "note") if name in record}


def test_an_item_is_tagged_without_scripts(index: Path, desk: TestClient) -> None:
    """The form leads back to the item, which confirms the change; facets, links and JSON have it at once."""
    filled = {"tags": "Harbour, night ferry", "collections": "Brief", "note": "Ask\r\nAnn"}
    answer = sent(desk, "/items/a1?q=ferry", **filled)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/items/a1?q=ferry&saved=1")
    page = page_of(desk, answer.headers["Location"])
    assert words(page.xpath("//p[@role='status']")[0]) == reader_of("en").many("saved", 1)
    assert page.xpath("//dl//a[@class='tag']/text()") == ["Harbour", "night ferry", "Brief"]
    assert page.xpath("//textarea")[0].text.strip() == "Ask\nAnn"
    stored = {"tags": ["Harbour", "night ferry"], "collections": ["Brief"], "note": "Ask\nAnn"}
    assert annotations(index, "a1") == stored
    assert desk.get("/items/a1.json").json().items() >= stored.items()
    hits = desk.get("/search.json?q=ferry&fields=id,tags,collections").json()["hits"]
    tagged = {"id": "a1", "tags": stored["tags"], "collections": stored["collections"]}
    assert sorted(hits, key=lambda hit: hit["id"]) == [tagged, {"id": "a2"}, {"id": "a3"}]
    narrowed = page_of(desk, page.xpath("//dl//a[@class='tag']/@href")[0])
    counted = {"tag=Harbour": "1", "tag=night ferry": "1", "tag=unknown": "2", "collection=Brief": "1"}
    assert counts_of(narrowed)["where"] == counted
    assert narrowed.xpath("//*[@class='chips on']//a/text()") == ["Tag: Harbour"]
    again = sent(desk, "/items/a1", tags="", tags_removed="Harbour", collections_removed="Brief", note="")
    assert again.headers["Location"] == "/items/a1?saved=1"
    assert annotations(index, "a1") == {"tags": ["night ferry"]}
    assert sent(desk, "/items/a1").headers["Location"] == "/items/a1?saved=0"


def test_ticked_hits_are_tagged_or_cited(index: Path, desk: TestClient) -> None:
    """Both buttons belong to one form; the page of results confirms how many items have changed."""
    answer = sent(desk, "/search?q=ferry&ui=fr", id=["a1", "a3"], tags="Port", do="tag")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/search?q=ferry&ui=fr&saved=2")
    page = page_of(desk, answer.headers["Location"])
    (confirmed,) = page.xpath("//p[@class='read'][@role='status']/text()")
    assert confirmed == reader_of("fr").many("saved", 2)
    assert [annotations(index, f"a{n}") for n in (1, 2, 3)] == [{"tags": ["Port"]}, {}, {"tags": ["Port"]}]
    cited = sent(desk, "/search?q=ferry&ui=fr", id=["a1", "a3"], tags="no", do="cite")
    assert cited.headers["Location"] == "/cite?ui=fr&id=a1&id=a3"
    none = sent(desk, "/search?q=ferry", tags="Port", do="tag")
    assert (none.status_code, "no item is selected" in words(html.fromstring(none.text))) == (400, True)


def test_readers_share_no_session_and_no_form_token(index: Path) -> None:
    """Neither the cache of the server nor a validator of another reader's page gives it away."""
    ann = client_of(index, write=True)
    ben = TestClient(ann.app)
    first = ann.get("/items/a1")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = ann.get("/items/a1")
    assert "Set-Cookie" not in again.headers
    assert again.text == first.text
    assert ann.get("/items/a1", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    other = ben.get("/items/a1", headers={"If-None-Match": first.headers["ETag"]})
    assert (other.status_code, ben.cookies["dragoman-form"] == ann.cookies["dragoman-form"]) == (200, False)
    tokens = [fields_of(html.fromstring(page.text))["form"] for page in (first, other)]
    assert tokens[0] != tokens[1]


def test_without_write_nothing_can_be_changed(index: Path) -> None:
    """A page has no form for changes, a form is refused, and the module is not loaded for it."""
    client = client_of(index)
    for path in ("/items/a1", "/search?q=ferry"):
        assert client.post(path, data={"tags": "x"}).status_code == 405
        page = page_of(client, path)
        assert page.xpath("//form[@method='post'] | //textarea") == []
        assert "Set-Cookie" not in client.get(path).headers


@by_table
def test_a_forged_form_changes_nothing(
    index: Path, headers: dict[str, str], cookie: str | None, form: str | None, status: int
) -> None:
    """A form needs the form token of its session; a page of another site cannot have sent it."""
    client = client_of(index, write=True, token=TOKEN, seconds=60.0)
    client.headers["Authorization"] = f"Bearer {TOKEN}"
    fields = fields_of(page_of(client, "/items/a1")) | {"tags": "forged"}
    if cookie is not None:
        client.cookies.clear()
        client.cookies["dragoman-form"] = cookie
    if form is not None:
        fields["form"] = form.replace("TRUE", fields["form"])
    answer = client.post("/items/a1", data=fields, headers=headers, follow_redirects=False)
    assert answer.status_code == status
    assert annotations(index, "a1") == ({"tags": ["forged"]} if status == 303 else {})


@by_table
def test_an_invalid_form_is_refused_in_a_line(  # noqa: PLR0917 - the cells of a row
    index: Path, desk: TestClient, kind: str, body: str, status: int, says: str
) -> None:
    """The page names the reason; nothing is stored."""
    token = fields_of(page_of(desk, "/items/a1"))["form"]
    long = body.replace("LARGE", "n" * MAX_BODY).replace("LONG", "n" * 10_001)
    content = f"form={token}&before=&{long.replace('MANY', 'tags=x&' * 1200)}"
    answer = desk.post("/items/a1", content=content, headers={"Content-Type": kind}, follow_redirects=False)
    assert answer.status_code == status
    assert says in words(html.fromstring(answer.text).xpath("//*[@role='alert']")[0])
    assert annotations(index, "a1") == {}


def test_a_note_of_another_person_is_not_overwritten(index: Path, desk: TestClient) -> None:
    """A form whose note was not edited changes the rest; the page of a problem keeps the typed text."""
    note(index, "a1", "over\u202eride")
    late = fields_of(page_of(desk, "/items/a1")) | {"tags": "Port"}
    sent(desk, "/items/a1", tags="Quay")
    assert annotations(index, "a1")["note"] == "over\u202eride"  # shown with a replacement character
    note(index, "a1", "theirs")
    assert desk.post("/items/a1", data=late, follow_redirects=False).status_code == 303
    answer = desk.post("/items/a1", data=late | {"note": "mine <b>"}, follow_redirects=False)
    assert answer.status_code == 409
    assert html.fromstring(answer.text).xpath("//textarea")[0].text.strip() == "mine <b>"
    assert annotations(index, "a1") == {"tags": ["Port", "Quay"], "note": "theirs"}


def test_notes_are_neither_shown_nor_changed_without_the_option(index: Path, desk: TestClient) -> None:
    """A server without --notes has no field for them, and its pages and data do not have their text."""
    sent(desk, "/items/a1", tags="Port", note="secret words")
    client = client_of(index, write=True)
    page = page_of(client, "/items/a1")
    assert page.xpath("//textarea") == []
    assert sent(client, "/items/a1", note="changed", before="").headers["Location"].endswith("saved=0")
    assert annotations(index, "a1")["note"] == "secret words"
    for path in ("/items/a1", "/items/a1.json", "/search.json", "/export.jsonl", "/export.ris", "/report"):
        answer = client.get(path)
        assert (answer.status_code, "secret" in answer.text) == (200, False), path
    for path in ("/search.json?q=note:secret", "/search.json?where=note%3Dsecret"):
        assert (client.get(path).json()["total"], desk.get(path).json()["total"]) == (0, 1), path


def test_another_writer_is_reported_in_a_line(
    index: Path, desk: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page asks to try again; the line of the lock names folders of the server, and is not shown."""
    monkeypatch.setattr("searcher.web.write.WAIT", 0.2)
    with WriterLock(index):
        answer = sent(desk, "/items/a1", tags="Port")
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    alert = words(html.fromstring(answer.text).xpath("//*[@role='alert']")[0])
    assert alert == "another change is being saved; try again in a few seconds"
    assert sent(desk, "/items/a1", tags="Port").status_code == 303


def test_a_server_makes_a_corrections_file_next_to_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the folder in which the server was started."""
    (tmp_path / "started").mkdir()
    monkeypatch.chdir(tmp_path / "started")
    build(tmp_path / "index", items=ITEMS, own_thesaurus=False)
    assert sent(client_of(tmp_path / "index", write=True), "/items/a1", tags="Port").status_code == 303
    assert [*(tmp_path / "started").iterdir()] == []
    assert (tmp_path / "corrections.jsonl").read_text().count("Port") == 1


@pytest.mark.parametrize("options", ["--host 0.0.0.0", "--base-url https://a.org", "--allowed-host a.org"])
def test_others_can_write_with_a_token_only(run: Run, index: Path, options: str) -> None:
    """The server does not start, and the line names the remedy."""
    run.refused(f"serve --write --port 0 {options}", "--index", index, says="add --token or --token-file")


def test_hostile_annotations_are_text(index: Path, desk: TestClient) -> None:
    """They are escaped wherever they are shown, and removed by their own boxes."""
    sent(desk, "/items/a1", tags=",".join(HOSTILE), collections=",".join(HOSTILE), note="\n".join(HOSTILE))
    for path in ("/items/a1", "/search", "/report"):
        page = page_of(desk, path)
        assert page.xpath("//script[contains(., 'boom')] | //@onerror | //img[@src='x']") == []
        assert "\u202e" not in page.text_content()
    boxes = page_of(desk, "/items/a1").xpath("//input[@name='tags_removed']/@value")
    assert sorted(boxes) == sorted(HOSTILE)
    sent(desk, "/items/a1", tags_removed=boxes)
    assert "tags" not in annotations(index, "a1")


@pytest.mark.web
def test_a_killed_server_loses_no_change_that_it_acknowledged(index: Path, tmp_path: Path) -> None:
    """Pages that save at once wait for each other; after kill -9 the index and the file have all changes."""

    def save(at: int) -> Any:
        headers = {"Origin": address, "Sec-Fetch-Site": "same-origin"}
        more = {} if at else {"note": "\N{GRINNING FACE}" * 10_000}
        with Client(base_url=address, headers=headers, timeout=LONG) as client:
            return sent(client, f"/items/a{at % 3 + 1}", tags=f"tag {at}", **more)

    with serving(index, tmp_path, "--write", "--notes") as served, ThreadPoolExecutor(4) as pages:
        address = f"http://127.0.0.1:{served.port}"
        found = [*pages.map(save, range(8))]
        served.process.send_signal(signal.SIGKILL)
    assert [answer.status_code for answer in found] == [303] * 8
    tags = [tag for n in "123" for tag in annotations(index, f"a{n}")["tags"]]
    assert sorted(tags) == [f"tag {at}" for at in range(8)]
    assert len(annotations(index, "a1")["note"]) == 10_000
    lines = [*map(json.loads, (tmp_path / "corrections.jsonl").read_text().splitlines())]
    assert sorted(tag for line in lines for tag in line.get("tags", ())) == sorted(tags)


@pytest.fixture
def written(index: Path, tmp_path: Path) -> Iterator[str]:
    with serving(index, tmp_path, "--write", "--notes") as served:
        yield f"http://127.0.0.1:{served.port}"


@pytest.mark.web
def test_a_person_tags_hits_and_an_item_with_the_keyboard(browser: Any, index: Path, written: str) -> None:
    """Without scripts, on a narrow screen; the browser sends what the server requires of its own pages."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{written}/search?q=ferry&ui=es")
    page.locator(".hits input").first.check()
    page.get_by_label("Añadir etiquetas").fill("Puerto")
    page.get_by_label("Añadir etiquetas").press("Enter")
    assert page.locator("p.read[role=status]").text_content() == reader_of("es").many("saved", 1)
    page.locator("h3 a").first.click()
    page.locator("#edit-note").fill("Preguntar\na Ana")
    page.get_by_role("button", name="Guardar").click()
    assert page.locator("p.read[role=status]").text_content() == reader_of("es").many("saved", 1)
    assert page.locator("dd.note").text_content() == "Preguntar\na Ana"
    tagged = page.url.split("/items/")[1].partition("?")[0]
    assert annotations(index, tagged) == {"tags": ["Puerto"], "note": "Preguntar\na Ana"}
    context.close()


@pytest.mark.web
def test_hostile_annotations_start_no_script(browser: Any, index: Path, written: str) -> None:
    """No page runs a text as a script, violates a rule of axe, or is wider than a narrow screen."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for at, text in enumerate(HOSTILE):
        tag(index, "a1", add=[text, f"{at}" * 50], collection=text)
    note(index, ["a1", "a2"], "\n".join([*HOSTILE, "long" * 2400]))
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message) or dialog.dismiss())
    page.add_init_script("window.boom = () => alert('boom')")
    for state in ("/items/a1", "/search?q=ferry&where=tag%3D%26lt&saved=2", "/items/a2?saved=0", "/report"):
        page.goto(f"{written}{state}")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            found = [one["id"] for one in axe.run(page).response["violations"]]
            wide = page.evaluate("document.documentElement.scrollWidth") > width
            assert (found, wide) == ([], False), state
    page.goto(f"{written}/items/a1")
    page.locator("#edit-note").fill("x")
    page.evaluate("document.querySelector('[name=form]').value = 'old'")
    page.get_by_role("button", name="Save").click()
    assert axe.run(page).response["violations"] == []
    assert page.locator("textarea").input_value() == "x"
    assert said == []
    context.close()

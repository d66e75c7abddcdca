"""Follow docs/how-to/brief.md with generated exports: python -m benchmarks.brief [ARTICLES].

Three press databases have articles of 2021 to 2023, a tenth of them about strikes: in 2022 over pay, in 2023
against automatic cranes. Each step is a command in a process of its own, as users run it; the assistant is a
client that speaks the Model Context Protocol over the streams of ``dragoman mcp``.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from benchmarks.corpus import SEED, vocabulary_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ARTICLES: Final = 5_000
TAGGED: Final = 30
CITED: Final = 3
MONTHS: Final = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
REASONS: Final = {
    "en": {2021: "over holidays", 2022: "over pay", 2023: "against automatic cranes"},
    "fr": {2021: "pour les congés", 2022: "pour les salaires", 2023: "contre les grues automatiques"},
}
STRIKES: Final = {
    "en": "In {port}, Kenya, dockers strike {reason}. The union of {port} explained the strike {reason}.",
    "fr": "Les dockers de {port}, au Sénégal, commencent une grève {reason}. La grève {reason} gagne {port}.",
}
PORTS: Final = {"en": ("Mombasa", "Lamu", "Kisumu"), "fr": ("Dakar", "Ziguinchor", "Saint-Louis")}


class Article(NamedTuple):
    """A generated article."""

    number: int
    day: date
    title: str
    text: str


class Done(NamedTuple):
    """A finished step: its name, its command, its seconds, and what it printed."""

    step: str
    command: str
    seconds: float
    printed: str


def articles(count: int, language: str, chance: random.Random) -> Iterator[Article]:
    """Yield articles of three years, every tenth about a strike."""
    vocabulary = vocabulary_of(language)
    for number in range(count):
        day = date(2021, 1, 1) + timedelta(chance.randrange(3 * 365))
        words = chance.choices(vocabulary.words, cum_weights=vocabulary.weights, k=60)
        title, text = " ".join(words[:6]).capitalize(), " ".join(words[6:]).capitalize()
        if number % 10 == 0:
            reason, port = REASONS[language][day.year], chance.choice(PORTS[language])
            title = f"{port}: {title}"
            text = f"{STRIKES[language].format(reason=reason, port=port)} {text}"
        yield Article(number, day, title, f"{text}.")


def factiva(found: Iterable[Article]) -> Iterator[str]:
    """Yield an XML export of Factiva."""
    yield '<?xml version="1.0"?><PPSResponse><ppsArticleResponse xmlns="http://global.factiva.com/pps/2.0">'
    yield "<ppsarticleResultSet>"
    for number, day, title, text in found:
        yield (
            f"<ppsarticle><article><accessionNo>ALTA0000{day:%Y%m%d}ee{number:07}</accessionNo>"
            f"<baseLanguage>EN</baseLanguage><headline><paragraph>{title}</paragraph></headline>"
            f"<leadParagraph><paragraph>{text}</paragraph></leadParagraph><publicationDate><date>{day}</date>"
            "</publicationDate><sourceName>The Harbour Post</sourceName></article></ppsarticle>\n"
        )
    yield "</ppsarticleResultSet></ppsArticleResponse></PPSResponse>"


def nexis(found: Iterable[Article]) -> Iterator[str]:
    """Yield a text export of Nexis."""
    every, wide = [*found], " " * 31
    for number, day, title, text in every:
        yield f"{wide}{number + 1} of {len(every)} DOCUMENTS\n\n{wide}Coast Evening News\n\n"
        yield f"{wide}{day.day} {day:%B %Y}\n\n{title}\n\nLENGTH: 60 words\n\n{text}\n\nLANGUAGE: ENGLISH\n\n"


def europresse(found: Iterable[Article]) -> Iterator[str]:
    """Yield an HTML export of Europresse."""
    for number, day, title, text in found:
        yield (
            '<article><header><div class="rdp__DocPublicationName"><span class="DocPublicationName">'
            'Le Courrier du Quai</span></div><div><span class="DocHeader">Littoral, '
            f'{day.day} {MONTHS[day.month - 1]} {day.year}, p. 4</span></div><div class="titreArticle">'
            f'<p class="titreArticleVisu rdp__articletitle">{title}</p></div></header><section>'
            f'<div class="DocText"><p>{text}</p></div></section>'
            f"<footer><p>Numéro de document : news·{day:%Y%m%d}·ALTA·{number:05}</p></footer></article>\n"
        )


def write_exports(folder: Path, count: int) -> list[str]:
    """Write the exports of three systems, which have two fifths, two fifths and a fifth of the articles."""
    chance = random.Random(SEED)
    parts = (
        (factiva, "factiva.xml", "en", 2),
        (nexis, "nexis.txt", "en", 2),
        (europresse, "europresse.html", "fr", 1),
    )
    for write, name, language, fifths in parts:
        found = articles(count * fifths // 5, language, chance)
        (folder / name).write_text("".join(write(found)), encoding="utf-8")
    return [name for _, name, *_ in parts]


class Desk:
    """Runs the steps in a folder.

    Args:
        folder: The folder, where the files and the index are.
        environment: The environment of the commands.

    Attributes:
        folder: The same folder.
        done: The finished steps.
    """

    def __init__(self, folder: Path, environment: dict[str, str] | None = None) -> None:
        self.folder = folder
        self._environment = environment
        self.done: list[Done] = []

    def run(self, step: str, *arguments: str, given: str = "") -> str:
        """Run a command, and return what it prints.

        Raises:
            RuntimeError: It fails.
        """
        began = perf_counter()
        words = [sys.executable, "-m", "searcher.commands", *arguments]
        ended = subprocess.run(  # noqa: S603 - our command
            words,
            input=given,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            env=self._environment,
        )
        if ended.returncode:
            raise RuntimeError(ended.stderr)
        self.done.append(Done(step, " ".join(arguments)[:70], perf_counter() - began, ended.stdout))
        return ended.stdout

    def ask(self, *calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """Call tools of the assistant, and return their answers."""
        requests = [
            {"jsonrpc": "2.0", "id": at, "method": "tools/call", "params": {"name": name, "arguments": given}}
            for at, (name, given) in enumerate(calls)
        ]
        lines = "".join([f"{json.dumps(one)}\n" for one in requests])
        printed = self.run("ask an assistant", "mcp", "--index", "press", given=lines)
        return [json.loads(line)["result"]["structuredContent"] for line in printed.splitlines()]


def follow(desk: Desk, files: list[str]) -> dict[str, Any]:
    """Follow the steps of the page, and return their results."""
    strike, of_2023 = ("strike", "--index", "press"), ("--from", "2023", "--to", "2023")
    json_, narrow = ("--format", "json"), ("--country", "KE")
    built = desk.run("build", "build", *files, "--index", "press")
    searched = json.loads(desk.run("search", "search", *strike, *json_))
    found = json.loads(
        desk.run("narrow", "search", *strike, *of_2023, *narrow, "--limit", str(TAGGED), *json_)
    )
    ids = [hit["id"] for hit in found["hits"]]
    tagged = desk.run("tag", "tag", *ids, "--index", "press", "--add", "brief")
    terms = json.loads(desk.run("typical words", "terms", *strike, *of_2023, "--vs-years", "2022", *json_))
    rates = json.loads(desk.run("timeline", "timeline", *strike, "--per-million", *json_))
    desk.run("drawing", "timeline", *strike, "--per-million", "--by", "month", "-o", "strike.svg")
    desk.run(
        "report", "report", "tag:brief", "--index", "press", "-o", "brief.html", "--receipt", "brief.json"
    )
    verified = desk.run("verify", "verify", "brief.json")
    (answer,) = desk.ask(("search", {"query": "tag:brief", "limit": CITED}))
    cited = [hit["id"] for hit in answer["hits"]]
    items = desk.ask(*[("item", {"id": one}) for one in cited])
    return {
        "built": built,
        "searched": searched["total"],
        "ids": ids,
        "tagged": tagged,
        "terms": terms["terms"],
        "rates": {one["period"]: one["per_million"] for one in rates["points"]},
        "verified": verified,
        "cited": cited,
        "read": [one["id"] for one in items],
        "hashes": (answer["hash"], json.loads((desk.folder / "brief.json").read_text("utf-8"))["hash"]),
    }


def main() -> None:
    """Follow the steps, and print their times."""
    with TemporaryDirectory() as name:
        desk = Desk(Path(name))
        follow(desk, write_exports(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES))
    print("| step | command | seconds |\n|---|---|---|")
    for step, command, seconds, _ in desk.done:
        print(f"| {step} | `{command}` | {seconds:.2f} |")


if __name__ == "__main__":
    main()

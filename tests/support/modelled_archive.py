"""Build an archive of known words, dates and countries, and return the same as a model."""

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from indexer.store import writer
from indexer.store.indexing import build, update

# No two share a stem in any language, and none begins with the letter of a stop word in the sentences, which
# a prefix would not match.
WORDS = ("zorbal", "quimped", "xenvuk", "krelto", "jagrund", "zomtix")
ABSENT = ("zyxwab", "quorblex")
# Labels of the thesaurus, which get expansions; no property counts their matches.
RELATED = ("trafficking", "smuggling", "trata", "traite", "corruption")
COUNTRIES = ("KE", "FR", "PE")
SECTIONS = ("Coast", "coast", "World news")
LANGUAGES = ("en", "es", "fr", "und")
SENTENCES = {
    "en": "The report says that the {} {} and the {} {} were seen with them at the old place of that town.",
    "es": "El informe nombra la {} {} y el {} {} están con ellos en el lugar más viejo de la ciudad.",
    "fr": "Le rapport nomme la {} {} et le {} {} sont avec eux dans une vieille place de cette ville.",
    "und": "O navio que zarpou ontem não {} {} nem {} {} pois a bordo ele tinha chegado até aqui hoje.",
}


@dataclass(frozen=True)
class Item:
    """An item of the model."""

    id: str
    title: tuple[str, ...]
    paragraphs: tuple[tuple[str, tuple[str, ...]], ...]  # languages, and words in lower case
    languages: frozenset[str]
    countries: frozenset[str]
    days: tuple[date, date] | None
    estimated: bool
    own: dict[str, str]
    written: tuple[tuple[str, ...], ...]  # the words of title and paragraphs, without the final stop

    def length(self) -> int:
        """Return the number of words of its title and its paragraphs."""
        return len(self.title) + sum(len(words) for _, words in self.paragraphs)

    def words(self) -> frozenset[str]:
        """Return all of its words."""
        return frozenset(self.title).union(*[words for _, words in self.paragraphs])


def make_archive(folder: Path) -> list[Item]:
    """Build an index of three segments, with replaced items in two of them, and return its contents."""
    chance = random.Random(11)
    records = {f"item-{number}": _record(chance, f"item-{number}") for number in range(60)}
    replaced = [f"item-{number}" for number in (3, 8, 13, 32, 37)]
    keys = list(records)
    steps = [keys[:28], keys[28:45], keys[45:] + replaced]
    sources: dict[str, str] = {}
    for number, step in enumerate(steps):
        for key in step:
            if number and key in replaced and key in steps[0] + steps[1]:
                records[key] = _record(chance, key)
        source = folder.with_name(f"{folder.name}-{number}.jsonl")
        sources |= dict.fromkeys(step, source.name)
        source.write_text("".join(json.dumps(records[key]) + "\n" for key in step), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:  # so that segments of so few items are not merged
            patch.setattr(writer, "NEWEST", 0)
            patch.setattr(writer, "FIRST_TIER", 5)
            (update if number else build)([source], folder)
    return [_item(record, sources[key]) for key, record in records.items()]


def _record(chance: random.Random, key: str) -> dict[str, Any]:
    words = [*WORDS, *WORDS, *RELATED]
    languages = chance.choice(
        [
            *(["en"], ["es"], ["fr"], ["und"], ["en", "es"], ["fr", "en"], ["en", "es", "fr"]),
            *(["en", "en"], ["es", "es"], ["fr", "fr"], ["en", "es", "fr", "en", "es", "fr"]),
        ]
    )
    record: dict[str, Any] = {
        "id": key,
        "countries": chance.choice([[], ["KE"], ["FR"], ["PE"], ["KE", "FR"], ["FR", "PE"]]),
        "body": "\n".join(SENTENCES[name].format(*chance.choices(words, k=4)) for name in languages),
    }
    if len(set(languages)) == 1:
        record["language"] = languages[0]
        record["title"] = " ".join(chance.choices(words, k=chance.choice([1, 2, 3]))).capitalize()
    kind = chance.choice(["none", "printed", "printed", "estimated"])
    if kind != "none":
        start = date(2017, 6, 1) + timedelta(chance.randrange(1000))
        end = start + timedelta(
            chance.choice([0, 0, 20, 400]) if kind == "printed" else chance.randrange(200)
        )
        record["date"] = {"start": start.isoformat(), "end": end.isoformat(), "kind": kind}
    record["section"] = chance.choice([*SECTIONS, None])
    record["fields"] = chance.choice([{"Desk": "Night"}, {"desk": "day"}, {}])
    number = int(key.rpartition("-")[2])
    record["fields"] |= {"Pages": ("2", "7", "7.5", "-3", "some")[number % 5]} if number % 7 else {}
    return record


def _item(record: dict[str, Any], source: str) -> Item:
    lines = record["body"].lower().split("\n")
    days = record.get("date")
    own = {"section": record["section"], "source": source, **record["fields"]}
    openings = {text.lower().split()[0]: language for language, text in SENTENCES.items()}
    paragraphs = [(openings[line.split()[0]], tuple(line.rstrip(".").split())) for line in lines]
    return Item(
        id=record["id"],
        title=tuple(record.get("title", "").lower().split()),
        paragraphs=tuple(paragraphs),
        languages=frozenset(language for language, _ in paragraphs),
        countries=frozenset(record["countries"]),
        days=(date.fromisoformat(days["start"]), date.fromisoformat(days["end"])) if days else None,
        estimated=bool(days) and days["kind"] == "estimated",
        own={name.lower(): value.lower() for name, value in own.items() if value},
        written=tuple(
            tuple(text.rstrip(".").split()) for text in (record.get("title", ""), *record["body"].split("\n"))
        ),
    )

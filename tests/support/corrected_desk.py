"""Change sources and corrections at random, and compute the expected content of the index."""

import json
import random
from pathlib import Path
from typing import Any

from indexer import build, correct, delete, update
from searcher import Searcher

TEXT = "The {word} of the harbour said on Monday that story{number} would be told to all guests once again."
Story = tuple[str | None, ...]


class Desk:
    """Sources, corrections of their stories, and an index of both."""

    def __init__(self, folder: Path, seed: int, index: str | None = None) -> None:
        self.chance = random.Random(seed)
        self.folder, self.index = folder, index or str(folder / "index")
        self.file = folder / "corrections.jsonl"
        self.file.write_text("")
        # The title, word, day and language of each story; stories 0 and 1 share a title and a day.
        self.stories = {
            number: [f"Tale {max(number, 1)}", "keeper", max(number, 1), "en"] for number in range(8)
        }
        self.said: dict[int, dict[str, Any]] = {}
        self.write()
        build(self.index, self.sources, corrections=self.file, own_thesaurus=False)

    @property
    def sources(self) -> list[Path]:
        """Return the files: one with ids, one without, and one with some stories of the second."""
        return [self.folder / f"{name}.jsonl" for name in ("ids", "plain", "copy")]

    def write(self) -> None:
        """Write the sources."""
        for source in self.sources:
            rows = []
            for number, (title, word, day, language) in self.stories.items():
                row = {"title": title, "body": TEXT.format(word=word, number=number), "language": language}
                row |= {"date": f"2019-03-{day:02}", "countries": ["CO"] if number % 3 else []}
                within = {"ids": number % 4 == 0, "plain": number % 4 > 0, "copy": number % 4 in {1, 2}}
                if within[source.stem]:
                    rows.append(json.dumps(row | {"id": f"s{number}"} if source.stem == "ids" else row))
            source.write_text("".join(f"{row}\n" for row in rows))

    def step(self) -> None:
        """Make one random change to a source, the index, or the corrections file."""
        number = self.chance.choice([*self.stories])
        ids = {number_of(item): item.id for item in items(self.index)}
        what = self.chance.choice(
            ["word", "title", "day", "correct", "correct", "none", "undo", "by hand", "line", "delete"]
        )
        match what:
            case "word" | "title" | "day":
                # An excluded item without an id needs a unique title and day that do not change.
                if number in ids or (what == "word" and number != 1):
                    at, new = {"word": (1, "pilot{}"), "title": (0, "Other {}"), "day": (2, "")}[what]
                    value = self.chance.randrange(10, 28)
                    self.stories[number][at] = new.format(value) if new else value
                self.write()
                update(self.index, self.sources)
            case "correct" | "none" if number in ids:
                said = {"item": False} if what == "none" else self.saying()
                correct(self.index, ids[number], who="Ann", **said)
                self.say(number, said)
            case "undo" if number in self.said:
                correct(self.index, ids.get(number) or self.id_in_file(number), undo=True)
                del self.said[number]
                update(self.index)
            case "by hand" if number in ids:
                said = self.saying()
                title, _, day, _ = self.stories[number]
                line = {"title": title, "day": f"2019-03-{day:02}"} if number > 1 else {"id": ids[number]}
                with self.file.open("a") as file:
                    file.write(json.dumps(line | said) + "\n")
                update(self.index, self.sources[number % 4 != 0])
                self.say(number, said)
            case "delete" if number in ids and self.chance.random() < 0.3:
                delete(self.index, ids[number])
                del self.stories[number]
                self.said.pop(number, None)
                self.write()
            case "line" if self.said:
                number = self.chance.choice([*self.said])
                kept = [
                    line for line in self.file.read_text().splitlines() if not self.is_of(line, number, ids)
                ]
                self.file.write_text("".join(f"{line}\n" for line in kept))
                update(self.index)
                del self.said[number]

    def saying(self) -> dict[str, Any]:
        """Return a random correction: the corrected field and its value."""
        field = self.chance.choice(["date", "language", "countries"])
        return {
            field: {
                "date": self.chance.choice(["2018-05-07", "2018", "none"]),
                "language": self.chance.choice(["es", "fr"]),
                "countries": self.chance.choice([["Jordania"], ["PE", "EC"], []]),
            }[field]
        }

    def say(self, number: int, said: dict[str, Any]) -> None:
        """Record a correction of a story."""
        self.said[number] = self.said.get(number, {}) | said

    def id_in_file(self, number: int) -> str:
        """Return the id of an excluded item."""
        lines = map(json.loads, self.file.read_text().splitlines())
        return next(str(line["id"]) for line in lines if self.is_of(json.dumps(line), number, {}))

    def is_of(self, line: str, number: int, ids: dict[int, str]) -> bool:
        """Return whether a line is about a story, by its id if indexed, otherwise by its title."""
        record = json.loads(line)
        if number in ids:
            return ids[number] in {record["id"], *record.get("former", ())}
        title = self.stories[number][0]
        return record["title"] == title and (record["id"] == "s0") == (number == 0)

    def expected(self) -> dict[int, Story]:
        """Return the stories that the index should contain."""
        found: dict[int, Story] = {}
        for number, (title, _, day, language) in self.stories.items():
            said = self.said.get(number, {})
            if said.get("item", True):
                start = f"2019-03-{day:02}"
                dates = {"none": (None, None, None), "2018": ("2018-01-01", "2018-12-31", "by_hand")}
                when = said.get("date")
                date = dates.get(when, (when, when, "by_hand")) if when else (start, start, "printed")
                countries = ["CO"] if number % 3 else []
                codes = {"Jordania": "JO"}
                if "countries" in said:
                    countries = [codes.get(one, one) for one in said["countries"]]
                via = " by_hand" if "countries" in said and countries else " given" if countries else ""
                spoken = said.get("language", language)
                fields = sorted({*said} - {"item"})
                found[number] = (str(title), *date, spoken, "".join(countries) + via, " ".join(fields))
        return found


def items(index: str) -> list[Any]:
    """Return all items of an index."""
    with Searcher(index) as searcher:
        return [searcher.item(hit.id) for hit in searcher.search(None, limit=None, group=False)]


def number_of(item: Any) -> int:
    """Return the number of the story that an item is."""
    return int(item.body.partition("story")[2].partition(" ")[0])


def told(index: str) -> dict[int, Story]:
    """Return the stories in an index, in the form of :meth:`Desk.expected`."""
    found: dict[int, Story] = {}
    for item in items(index):
        day = item.date
        date = (day.start.isoformat(), day.end.isoformat(), day.kind) if day else (None, None, None)
        codes = "".join([mention.code for mention in item.countries])
        via = "".join({f" {mention.via}" for mention in item.countries})
        fields = " ".join(sorted(one.field for one in item.corrected))
        found[number_of(item)] = (item.title, *date, item.language, codes + via, fields)
    return found

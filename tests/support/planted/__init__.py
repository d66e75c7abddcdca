"""Invent stories with copies, reprints, excerpts, corrections and bulletins."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

FOLDER = Path(__file__).parent
FIRST_DAY = 737000
AGENCIES = {
    "en": ("HALDEN, March 3 (Reuters) - ", "(AP) - ", "Tarnwick, 3 March 2020 - "),
    "es": ("MOSTARA, 3 mar (EFE).- ", "(AFP) - ", "Monteclaro, 3 de marzo de 2020 - "),
    "fr": ("VERNAY, 3 mars (AFP) - ", "(Reuters) - ", "Vernay, le 3 mars 2020 - "),
}
STEADY = ("place", "lugar", "lieu", "person", "persona", "personne")


class Planted(NamedTuple):
    """An item. The items of a group report the same news; ``half`` is ``dev`` or ``kept``."""

    group: str
    half: str
    language: str
    title: str
    body: str
    day: int


def planted(seed: int = 5) -> list[Planted]:
    """Return all items."""
    chance = Random(seed)
    return [*_stories(chance), *_bulletins(chance)]


def _records(name: str) -> Iterator[tuple[str, str, list[str]]]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    for number, record in enumerate(text.split("\n= ")[1:]):
        head, *lines = record.strip().splitlines()
        language, half = head.split()
        yield f"{name}-{number}-{language}", half, lines


def _stories(chance: Random) -> Iterator[Planted]:
    for group, half, (title, other_title, *lines) in _records("stories.txt"):
        language = group[-2:]
        paragraphs = [line for line in lines if line[:2] not in ("~ ", "? ")]
        body = "\n".join(paragraphs)
        later = body
        for line in lines:
            if line.startswith("~ "):
                old, new = line[2:].split(" => ")
                assert old in later, old
                later = later.replace(old, new)
        trimmed = "\n".join([paragraphs[0], *[re.split(r"(?<=\.) ", text)[0] for text in paragraphs[1:]]])
        day = FIRST_DAY + chance.randrange(1000)
        first, second, third = AGENCIES[language]
        versions = [
            (title, body, 0),
            (other_title, body, 40),
            (title, body.upper(), 0),
            (other_title, f"{first}{body}", 0),
            (title, f"{second}{body}\n(Reporting by J. Doe; editing by M. Roe)", 1),
            (other_title, f"{third}{body.replace(chr(10), ' ')}", 1),
            (title, paragraphs[0], 0),
            (other_title, f"{first}" + "\n".join(paragraphs[:2]), 0),
            (title, "\n".join(paragraphs[:3]), 1),
            (title, later, 1),
            (other_title, f"{second}{later}", 1),
            (other_title, "\n".join(later.split("\n")[:2]), 1),
            (title, trimmed, 0),
        ]
        for own_title, text, delay in versions:
            yield Planted(group, half, language, own_title, text, day + delay)
        told = [line[2:] for line in lines if line.startswith("? ")]
        yield Planted(f"{group}-own", half, language, other_title, told[0], day)


def _bulletins(chance: Random) -> Iterator[Planted]:
    head = (FOLDER / "forms.txt").read_text(encoding="utf-8").split("\n= ")[0]
    values = {name: text.split("|") for name, text in re.findall(r"\[(\w+): ([^\]]+)\]", head)}
    for group, half, (title, body) in _records("forms.txt"):
        steady = {name: chance.choice(values[name]) for name in STEADY}
        for number in range(8):
            known = dict(steady) if number < 4 and body.count("{pers") < 3 else {}

            def fill(slot: re.Match[str], known: dict[str, str] = known) -> str:
                name = slot[1]
                if name.isdigit():
                    return str(chance.randrange(1, int(name) + 1))
                return known.get(name) or chance.choice(values[name])

            if "{person" in title:
                for name in ("person", "persona", "personne"):
                    known[name] = chance.choice(values[name])
            texts = [re.sub(r"\{(\w+)\}", fill, text) for text in (title, body)]
            day = FIRST_DAY + (number if number < 4 else number // 2)
            yield Planted(f"{group}-{number}", half, group[-2:], texts[0], texts[1], day)

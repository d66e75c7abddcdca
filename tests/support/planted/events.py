"""Invent events in three languages, reported by one or several papers, and bulletins."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from planted import FIRST_DAY, _bulletins

LANGUAGES = ("en", "es", "fr")
SEPARATORS = {"en": ",", "es": ".", "fr": " "}
DAYS = 120  # number of days within which all events of a half happen
FOLLOW_UP = {
    "en": "Weeks after the {what} in {town}, an inquiry begins.\n"
    "{p} will be heard by investigators, who want "
    "to know what {org} did after the {what} in {town}.\nThe report will be published in {city} in autumn.",
    "es": "Semanas después: se investiga lo ocurrido en {town}.\nLos investigadores oirán a {p} y quieren "
    "saber qué hizo {org} tras el suceso de {town} ({what}).\nEl informe se publicará en {city} en otoño.",
    "fr": "Des semaines plus tard, une enquête s'ouvre à {town}.\nLes enquêteurs entendront {p} et veulent "
    "savoir ce que {org} a fait à {town} ({what}).\nLe rapport sera publié à {city} à l'automne.",
}


class Listeners(NamedTuple):
    """An item: those of one event are one story; the event of a follow-up is its event and ``later``."""

    event: str
    record: dict[str, Any]


def planted_events(half: str, seed: int = 1, events: int = 60, *, forms: bool = True) -> list[Listeners]:
    """Return the items of a half (``dev`` or ``kept``); halves share no topic and no name."""
    chance = Random(f"{seed} {half}")
    slots, topics = _read(half)
    told: list[Listeners] = []
    for number in range(events):
        topic, papers = topics[number % len(topics)]
        values = {**_values(slots, chance), "what": topic}
        told += _event(f"{half}-{number}", papers, values, chance)
    bulletins = [one for one in _bulletins(chance) if one.half == half] if forms else []
    return told + [_told(one.group, one.language, one.title, one.body, one.day) for one in bulletins]


def _event(
    name: str, papers: dict[str, list[str]], values: dict[str, Any], chance: Random
) -> Iterator[Listeners]:
    day = FIRST_DAY + chance.randrange(DAYS)
    tellings = chance.sample(sorted(papers), chance.choice((1, 1, 3, 4, 5, 6)))
    for paper in tellings:
        title, *sentences = papers[paper]
        if len(sentences) > 3:
            del sentences[chance.randrange(1, 4)]
        own = {**values}
        if chance.random() < 0.3:  # the figures of a later edition
            own |= {name: values[name] + chance.randrange(1, 9) for name in "ab"}
        language, delay = paper[:2], chance.choice((0, 0, 1, 1, 2, 4))
        texts = [_filled(text, own, language) for text in (title, " ".join(sentences))]
        yield _told(name, language, texts[0], texts[1], day + delay)
    if len(tellings) > 2 and chance.random() < 0.4:
        language = chance.choice(LANGUAGES)
        title, *lines = _filled(FOLLOW_UP[language], values, language).split("\n")
        yield _told(f"{name}-later", language, title, " ".join(lines), day + chance.randrange(28, 42))


def _told(event: str, language: str, title: str, body: str, day: int) -> Listeners:
    record = {"title": title, "body": body, "date": date.fromordinal(day).isoformat(), "language": language}
    return Listeners(event, record)


def _read(half: str) -> tuple[dict[str, list[str]], list[tuple[str, dict[str, list[str]]]]]:
    head, *blocks = (Path(__file__).parent / "events.txt").read_text(encoding="utf-8").split("\n= ")
    slots = {name: values.split("|") for name, values in re.findall(rf"\[{half}\.(\w+): ([^\]]+)\]", head)}
    topics = []
    for block in blocks:
        first, *lines = block.strip().splitlines()
        own, _, topic = first.partition(" ")
        papers: dict[str, list[str]] = {}
        for line in lines:
            if re.match(r"[a-z]{2}\d: ", line):
                papers[line[:3]] = texts = [line[5:]]
            else:
                texts.append(line)
        if own == half:
            topics.append((topic, papers))
    return slots, topics


def _values(slots: dict[str, list[str]], chance: Random) -> dict[str, Any]:
    values: dict[str, Any] = {name: _chosen(found, chance) for name, found in slots.items()}
    for one in "pq":
        family = _chosen(slots["family"], chance)
        values[one], values[f"{one}s"] = f"{chance.choice(slots['given'])} {family}", family
    values |= {"a": chance.randrange(32, 99), "b": chance.randrange(100, 2000)}
    return values | {"c": chance.randrange(1000, 90000)}


def _chosen(values: list[str], chance: Random) -> str:
    """Choose a value, often one of the first few, or make one of two parts."""
    if "+" not in values[0]:
        return chance.choice(values)
    often = chance.random() < 0.2
    return "".join([chance.choice(parts.split("+")[: 1 if often else None]) for parts in values])


def _filled(text: str, values: dict[str, Any], language: str) -> str:
    def fill(slot: re.Match[str]) -> str:
        value = values[slot[1]]
        if isinstance(value, int):
            return f"{value:,}".replace(",", SEPARATORS[language])
        parts = value.split("|" if slot[1] == "what" else "/")
        return parts[LANGUAGES.index(language)] if len(parts) > 1 else parts[0]

    return re.sub(r"\{(\w+)\}", fill, text)

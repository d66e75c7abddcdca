"""Define queries as trees that can be printed and decide by themselves which items match."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import partial
from itertools import accumulate, chain, pairwise, product
from operator import eq, itemgetter

from hypothesis import reject
from hypothesis import strategies as st
from modelled_archive import ABSENT, COUNTRIES, LANGUAGES, SECTIONS, WORDS, Item

DEPTH = 4
LEAD = 9  # words of a paragraph, which is the text of a language: tests set this number


class Expression:
    """A query that can be printed, and decides which items match."""

    binds = 4  # its precedence: 0 juxtaposition, 1 OR, 2 AND, 3 NOT, 4 without parentheses anywhere

    def text(self) -> str:
        """Return the query as text."""
        raise NotImplementedError

    def means(self, item: Item, *, estimated: bool) -> bool:
        """Return whether the query matches an item; ``estimated`` includes estimated dates."""
        raise NotImplementedError

    def excludes(self) -> bool:
        """Return whether the query only excludes items, if it is next to other parts."""
        return False

    def within(self, binds: int) -> str:
        """Return the query as a part of another one with the precedence ``binds``."""
        return self.text() if self.binds > binds else f"({self.text()})"


@dataclass(frozen=True)
class Leaf(Expression):
    """A word, a phrase, a pattern, or a filter."""

    written: str
    test: Callable[[Item, bool], bool]
    field: str = ""

    def text(self) -> str:
        """Return the query as text."""
        return self.written

    def means(self, item: Item, *, estimated: bool) -> bool:
        """Return whether the test of the leaf accepts an item."""
        return self.test(item, estimated)


@dataclass(frozen=True)
class Joined(Expression):
    """Parts with an English, Spanish or French operator between them."""

    parts: tuple[Expression, ...]
    operator: str
    binds = 1

    def text(self) -> str:
        """Return the query as text."""
        return f" {self.operator} ".join(part.within(self.binds) for part in self.parts)

    def means(self, item: Item, *, estimated: bool) -> bool:
        """Return whether any or all parts match the item."""
        return (any if self.binds == 1 else all)(part.means(item, estimated=estimated) for part in self.parts)


@dataclass(frozen=True)
class Union(Joined):
    """``a OR b``."""

    operator: str = "OR"


@dataclass(frozen=True)
class Intersection(Joined):
    """``a AND b``."""

    operator: str = "AND"
    binds = 2


@dataclass(frozen=True)
class Complement(Expression):
    """``NOT a``."""

    part: Expression
    binds = 3

    def text(self) -> str:
        """Return the query as text."""
        return f"NOT {self.part.within(3)}"

    def means(self, item: Item, *, estimated: bool) -> bool:
        """Return whether the part does not match the item."""
        return not self.part.means(item, estimated=estimated)

    def excludes(self) -> bool:
        """Return True, because the query only excludes items."""
        return True


@dataclass(frozen=True)
class SideBySide(Expression):
    """Required, optional and excluded parts, and filters: ``+a b -c country:KE``."""

    required: tuple[Expression, ...]
    optional: tuple[Expression, ...]
    excluded: tuple[Expression, ...]
    filters: tuple[Leaf, ...]
    sign: str
    binds = 0

    def text(self) -> str:
        """Return the query as text, with the filters last."""
        # A filter in parentheses, or a side of an operator, is a part like any other.
        optional = [f"({part.text()})" if _narrows(part) else part.within(0) for part in self.optional]
        required = [f"+{part.within(3)}" for part in self.required]
        excluded = [f"{self.sign}{part.within(3)}" for part in self.excluded]
        return " ".join(required + optional + excluded + [leaf.written for leaf in self.filters])

    def means(self, item: Item, *, estimated: bool) -> bool:
        """Return whether an item has the required parts, no excluded part, and passes the filters."""

        def is_meant(part: Expression) -> bool:
            return part.means(item, estimated=estimated)

        if any(map(is_meant, self.excluded)):
            return False
        for field in {leaf.field for leaf in self.filters}:
            if not any(is_meant(leaf) for leaf in self.filters if leaf.field == field):
                return False
        if self.required:
            return all(map(is_meant, self.required))
        return any(map(is_meant, self.optional)) or not self.optional

    def excludes(self) -> bool:
        """Return whether all parts are excluded."""
        return not (self.required or self.optional or self.filters)


def _narrows(part: Expression) -> bool:
    return isinstance(part, Leaf) and bool(part.field)


# Leaves


def _text_leaf(written: str, test: Callable[[Item], bool]) -> Leaf:
    return Leaf(written, lambda item, _estimated: test(item))


class Text(tuple[str, ...]):  # noqa: SLOT001 - a tuple with an attribute
    """The words of a title, or of all paragraphs of an item in one language."""

    ends: list[int]  # the position behind each paragraph

    @classmethod
    def of(cls, paragraphs: list[tuple[str, ...]]) -> Text:
        """Return a text of some paragraphs."""
        text = cls(chain.from_iterable(paragraphs))
        text.ends = list(accumulate(map(len, paragraphs)))
        return text


def _stretches(words: list[str], text: Text, slop: int) -> set[tuple[int, int]]:
    """Return the first and last positions of a phrase whose words may move by ``slop`` in all."""
    found = set()
    for spots in product(*[[at for at, other in enumerate(text) if other == word] for word in words]):
        moved = [at - place for place, at in enumerate(spots)]
        if len(set(spots)) == len(spots) and max(moved) - min(moved) <= slop:
            found.add((min(spots), max(spots)))
    return found


def _texts(item: Item) -> list[Text]:
    """Return the title of an item, and its text in each language."""
    of_languages = [[words for own, words in item.paragraphs if own == name] for name in item.languages]
    return [Text.of(paragraphs) for paragraphs in ([item.title], *of_languages)]


def most_apart(stretches: Iterable[tuple[int, int]]) -> int:
    """Return the maximum number of stretches (first and last position) that do not overlap."""
    most = {-1: 0}
    for first, last in sorted(stretches, key=itemgetter(1)):
        before = max(count for end, count in most.items() if end < first)
        most[last] = max(most.get(last, 0), before + 1)
    return max(most.values())


def _at_least(times: int, part: Part) -> Leaf:
    written = part.written if part.written[0] == "(" else f"({part.written})"
    return _text_leaf(
        f"atleast{times}{written}",
        lambda item: sum(most_apart(part.places(text)) for text in _texts(item)) >= times,
    )


def _in_lead(part: Part) -> Leaf:
    def is_met(item: Item) -> bool:
        early = [one for text in _texts(item)[1:] for one in part.places(text) if one[1] < LEAD]
        return bool(early or part.places(item.title))

    return _text_leaf(f"lead:{part.written}", is_met)


def _in_body(part: Part) -> Leaf:
    return _text_leaf(f"body:{part.written}", lambda item: any(map(part.places, _texts(item)[1:])))


def _phrase(words: list[str], slop: int) -> Leaf:
    written = f'"{" ".join(words)}"' + (f"~{slop}" if slop else "")
    return _text_leaf(written, lambda item: any(_stretches(words, text, slop) for text in _texts(item)))


@dataclass(frozen=True)
class Part:
    """A part of a proximity query."""

    written: str
    places: Callable[[Text], set[tuple[int, int]]]


def _part(written: str, test: Callable[[str], bool]) -> Part:
    return Part(written, lambda text: {(at, at) for at, word in enumerate(text) if test(word)})


def _either(parts: list[Part]) -> Part:
    written = " OR ".join(part.written for part in parts)
    return Part(f"({written})", lambda text: set().union(*[part.places(text) for part in parts]))


def _near(one: Part, operator: str, distance: int, other: Part) -> Part:
    """Return a proximity query in parentheses."""

    def places(text: Text) -> set[tuple[int, int]]:
        here, there = one.places(text), other.places(text)
        if operator == "NOT SAME":

            def paragraphs(place: tuple[int, int]) -> set[int]:
                return {sum(end <= at for end in text.ends) for at in range(place[0], place[1] + 1)}

            return {a for a in here if not any(paragraphs(a) & paragraphs(b) for b in there)}
        if operator == "NOT NEAR":
            return {
                a for a in here if not any(b[0] - a[1] <= distance and a[0] - b[1] <= distance for b in there)
            }

        def follows(a: tuple[int, int], b: tuple[int, int]) -> bool:
            if operator == "SAME":
                return a[1] < b[0] and not any(a[1] < end <= b[0] for end in text.ends)
            return 1 <= b[0] - a[1] <= distance

        pairs = [
            (a, b) for a in here for b in there if follows(a, b) or (operator != "PRE" and follows(b, a))
        ]
        return {place for pair in pairs for place in pair}

    written = operator if operator.endswith("SAME") else f"{operator}/{distance}"
    return Part(f"({one.written} {written} {other.written})", places)


def _phrase_of_pattern(first: str, begin: str) -> Leaf:
    def occurs(item: Item) -> bool:
        pairs = chain.from_iterable(map(pairwise, _texts(item)))
        return any(one == first and other.startswith(begin) for one, other in pairs)

    return _text_leaf(f'"{first} {begin}*"', occurs)


def _edits(one: str, other: str) -> int:
    """Return the number of edits between two words; a swap of adjacent letters is one edit."""
    rows = [[*range(len(other) + 1)]]
    for number, letter in enumerate(one, start=1):
        last, row = rows[-1], [number]
        for at, sign in enumerate(other, start=1):
            row.append(min(last[at] + 1, row[at - 1] + 1, last[at - 1] + (letter != sign)))
            if number > 1 and at > 1 and one[number - 2 : number] == sign + other[at - 2]:
                row[at] = min(row[at], rows[-2][at - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


def _fuzzy(word: str, edits: int) -> Leaf:
    return _text_leaf(
        f"{word}~{edits}",
        lambda item: any(w[0] == word[0] and _edits(w, word) <= edits for w in item.words()),
    )


def _pattern(pattern: str) -> Leaf:
    return _text_leaf(pattern, lambda item: any(fnmatchcase(word, pattern) for word in item.words()))


def _regex(word: str, kept: int) -> tuple[str, Callable[[str], bool]]:
    """Return a regular expression for words with the same first letters, and its test."""
    begin = word[:kept]
    return f"/({begin}|x+).*[^0]/", lambda other: other.startswith((begin, "x")) and len(other) > kept


def _as_typed(words: list[str]) -> Leaf:
    """Return an exact phrase of words, with their case."""

    def occurs(item: Item) -> bool:
        return any(
            words == list(text[at : at + len(words)]) for text in item.written for at in range(len(text))
        )

    return _text_leaf(f'="{" ".join(words)}"' if len(words) > 1 else f"={words[0]}", occurs)


def country_filter(code: str) -> Leaf:
    """Return the filter ``country:CODE``. The code ``unknown`` matches items without a country."""
    return Leaf(
        f"country:{code}",
        lambda item, _: code in item.countries or (code == "unknown" and not item.countries),
        "country",
    )


def language_filter(code: str) -> Leaf:
    """Return ``lang:CODE``."""
    return Leaf(f"lang:{code}", lambda item, _: code in item.languages, "lang")


def custom_filter(name: str, value: str) -> Leaf:
    """Return the filter ``name:value`` of a custom field; ``unknown`` matches items without the field."""
    written = f'"{value}"' if " " in value else value
    return Leaf(f"{name}:{written}", lambda item, _: item.own.get(name, "unknown") == value.lower(), name)


def range_filter(name: str, first: float | None, last: float | None) -> Leaf:
    """Return ``name:[1 TO 5]``, ``name:>=1`` or ``name:<5`` for a field or ``length``."""
    written = f"<{last}" if first is None else f">={first}" if last is None else f"[{first} TO {last}]"

    def is_met(item: Item, _: bool) -> bool:  # noqa: FBT001 - as a filter has it
        try:
            number = float(item.length() if name == "length" else item.own[name])
        except (KeyError, ValueError):
            return False
        below = last is None or (number < last if first is None else number <= last)
        return below and (first is None or number >= first)

    return Leaf(f"{name}:{written}", is_met, name)


def date_filter(first: str, last: str) -> Leaf:
    """Return ``date:FIRST..LAST``, or ``date:FIRST`` for equal ends; an empty end is open."""
    written = first if first == last else f"{first}..{last}"
    return Leaf(f"date:{written}", lambda item, estimated: in_time(item, first, last, estimated), "date")


def date_range(first: str, last: str) -> Leaf:
    """Return ``date:[FIRST TO LAST]``, or ``date:>=FIRST`` or ``date:<=LAST`` with one limit."""
    written = f"[{first} TO {last}]" if first and last else f">={first}" if first else f"<={last}"
    return Leaf(f"date:{written}", lambda item, estimated: in_time(item, first, last, estimated), "date")


def in_time(item: Item, first: str, last: str, estimated: bool) -> bool:  # noqa: FBT001 - as a filter has it
    """Return whether the date of an item overlaps a range of periods, with open ends if empty."""
    if item.days is None or (item.estimated and not estimated):
        return False
    return (not first or item.days[1] >= _days_of(first)[0]) and (
        not last or item.days[0] <= _days_of(last)[1]
    )


def _days_of(period: str) -> tuple[date, date]:
    """Return the first and the last day of a year or a month."""
    year, _, month = period.partition("-")
    first, last = (int(month), int(month)) if month else (1, 12)
    return date(int(year), first, 1), date(int(year), last, monthrange(int(year), last)[1])


def _undated(item: Item, estimated: bool) -> bool:  # noqa: FBT001 - as a filter has it
    return item.days is None or (item.estimated and not estimated)


UNDATED = Leaf("date:unknown", _undated, "date")

_OPERATORS = st.sampled_from(["NEAR", "PRE", "NOT NEAR", "SAME", "NOT SAME"])
_DISTANCES = st.sampled_from([1, 2, 3, 5, 255])
words = st.sampled_from(WORDS)
some_words = st.lists(words, min_size=2, max_size=3)
periods = st.sampled_from(["2017", "2018", "2018-03", "2018-11", "2019", "2020-01", "1999"])
intervals = st.one_of(
    periods.map(lambda period: (period, period)),
    st.tuples(st.sampled_from(["", "2017", "2018-02"]), st.sampled_from(["2018-05", "2019", "2021"])),
    st.tuples(st.sampled_from(["2018", "2019-02"]), st.just("")),
)
filters = st.one_of(
    st.sampled_from([*COUNTRIES, "FJ", "unknown"]).map(country_filter),
    st.sampled_from(LANGUAGES).map(language_filter),
    intervals.map(lambda pair: date_filter(*pair)),
    intervals.map(lambda pair: date_range(*pair)),
    st.sampled_from([(None, 7), (-5, 2), (7.5, None), (2, 7)]).map(lambda pair: range_filter("pages", *pair)),
    st.sampled_from([(None, 25), (20, 24), (30, None)]).map(lambda pair: range_filter("length", *pair)),
    st.just(UNDATED),
    st.sampled_from([*SECTIONS, "unknown", "none"]).map(lambda value: custom_filter("section", value)),
    st.sampled_from(["night", "Day", "unknown"]).map(lambda value: custom_filter("desk", value)),
    st.sampled_from(["item-1", "item-32", "none"]).map(
        lambda key: Leaf(f"id:{key}", lambda item, _: item.id == key, "id")
    ),
)
_simple = st.one_of(
    words.map(lambda word: _part(word, partial(eq, word))),
    words.map(lambda word: _part(word, partial(eq, word))),
    some_words.map(lambda pair: Part(f'"{" ".join(pair)}"', lambda text: _stretches(pair, text, 0))),
    st.tuples(words, st.integers(1, 5)).map(
        lambda pair: _part(f"{pair[0][: pair[1]]}*", lambda word: word.startswith(pair[0][: pair[1]]))
    ),
)
_counted = _simple | st.lists(_simple, min_size=2, max_size=3).map(_either)
_sides: st.SearchStrategy[Part] = st.recursive(
    _simple,
    lambda inner: st.one_of(
        st.builds(_regex, words, st.integers(1, 4)).map(lambda pair: _part(*pair)),
        st.lists(inner, min_size=2, max_size=3).map(_either),
        st.builds(_near, inner, _OPERATORS, _DISTANCES, inner),
    ),
    max_leaves=4,
)
_proximities = st.builds(_near, _sides, _OPERATORS, _DISTANCES, _sides)
leaves: st.SearchStrategy[Expression] = st.one_of(
    words.map(lambda word: _text_leaf(word, lambda item: word in item.words())),
    words.map(lambda word: _text_leaf(word, lambda item: word in item.words())),
    st.sampled_from(ABSENT).map(lambda word: _text_leaf(word, lambda _: False)),
    st.tuples(some_words, st.integers(0, 4)).map(lambda pair: _phrase(*pair)),
    _proximities.map(lambda part: _text_leaf(part.written, lambda item: any(map(part.places, _texts(item))))),
    st.builds(_at_least, st.integers(1, 4), _counted),
    _counted.map(_in_lead),
    _counted.map(_in_body),
    some_words.map(lambda pair: Leaf("-".join(pair), _phrase(pair, 0).test)),
    st.builds(lambda word, kept: _pattern(f"{word[:kept]}*"), words, st.integers(1, 5)),
    st.builds(lambda word, at: _pattern(f"{word[:at]}?{word[at + 1 :]}"), words, st.integers(1, 4)),
    st.builds(_regex, words, st.integers(1, 4)).map(
        lambda pair: _text_leaf(pair[0], lambda item: any(map(pair[1], item.words())))
    ),
    st.lists(
        st.one_of(words, words.map(str.capitalize), st.sampled_from(["the", "y", "The", "los"])),
        min_size=1,
        max_size=2,
    ).map(_as_typed),
    st.builds(lambda word, edits: _fuzzy(f"{word[:-1]}x", edits), words, st.integers(1, 2)),
    st.builds(lambda word, n: _fuzzy(f"{word[0]}{word[2]}{word[1]}{word[3:]}", n), words, st.integers(1, 2)),
    words.map(lambda word: _text_leaf(f"title:{word}", lambda item: word in item.title)),
    some_words.map(
        lambda two: _text_leaf(f'title:"{" ".join(two)}"', lambda item: bool(_stretches(two, item.title, 0)))
    ),
    st.builds(
        lambda one, other, kept: _phrase_of_pattern(one, other[:kept]), words, words, st.integers(2, 5)
    ),
    st.just(_text_leaf("*", lambda _: True)),
    filters,
)


@st.composite
def _side_by_side(draw: st.DrawFn, inner: st.SearchStrategy[Expression]) -> Expression:
    """Draw adjacent parts, at least one."""
    required = draw(st.lists(inner, max_size=2))
    optional = [part for part in draw(st.lists(inner, max_size=3)) if not part.excludes()]
    excluded = draw(st.lists(inner, max_size=2))
    narrowing = draw(st.lists(filters, max_size=2))
    if not (required or optional or excluded or narrowing):
        required = [draw(inner)]
    sign = draw(st.sampled_from(["-", "NOT "]))
    return SideBySide(*map(tuple, (required, optional, excluded, narrowing)), sign)


def _nested(depth: int) -> st.SearchStrategy[Expression]:
    """Nest expressions to a depth."""
    if not depth:
        return leaves
    inner = st.deferred(lambda: _nested(depth - 1))
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        inner,
        st.builds(Union, parts, st.sampled_from(["OR", "O", "OU"])),
        st.builds(Intersection, parts, st.sampled_from(["AND", "Y", "ET"])),
        st.builds(Complement, inner),
        _side_by_side(inner),
    )


def is_within_limits(question: Expression) -> bool:
    """Return whether no kind of part occurs too often for one query."""
    text = question.text()
    patterns = sum(text.count(sign) for sign in "*?~")
    # In a query that is wholly in capitals, such as "* Y *", the Spanish operators are words.
    most_of = {"pages:": 8, "length:": 32, "date:": 32, "/(": 4}
    is_few = patterns <= 16 and all(text.count(sign) <= most for sign, most in most_of.items())
    return is_few and len(text) < 4000 and not text.isupper()


@st.composite
def within_limits(draw: st.DrawFn, depth: int) -> Expression:
    """Draw an expression within the limits; unlike a filter, this is printed as a short text."""
    for _ in range(3):
        expression = draw(_nested(depth))
        if is_within_limits(expression):
            return expression
    return reject()


expressions = within_limits(DEPTH)
small = within_limits(2)

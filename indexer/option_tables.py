"""Describe each option once, for commands, Python functions, HTTP and stored queries.

:class:`WriteOptions` is the table for builds and updates, :class:`searcher.search_options.SearchOptions` that
for searches. Every command is a new process and creates these tables, so their rows are named tuples:
importing ``dataclasses`` alone would take longer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from indexer.data_tables import rows
from indexer.errors import DragomanError, QueryError, message, type_name
from indexer.runtime import NamedTuple

Function = TypeVar("Function", bound=Callable[..., Any])


_DEFAULTS: Final[Mapping[str, Any]] = {"flag": False, "texts": (), "names": (), "paths": ()}


class Option(NamedTuple):
    """An option of a command, a Python function or an HTTP request.

    Attributes:
        kind: The kind of the value, by which every interface reads and checks it.
        part: The group to which the option belongs. Commands and functions take whole groups.
        command: The spelling on the command line, with the placeholder of the value; empty if commands lack
            the option. A flag that is on by default has the spelling of its ``--no-`` switch. A flag with two
            switches has both spellings.
        parameter: The name of the HTTP parameter; empty if there is none.
        default: The default value; ``None`` if it is computed. If the table states no default, a flag is off
            and a list is empty.
        stored: The JSON value that applies to a stored query without the option. It never changes, even if
            ``default`` does. ``...`` if the option is never stored.
        choices: The allowed values; empty if all values are allowed.
        least, most: The bounds of a number; ``most`` applies to HTTP requests, and to the commands that
            write.
        takes: The description of the value in errors; empty to use the description of the kind.
        completion: The kind of values that shell completion offers; empty if it offers none.
        examples: Example values in the OpenAPI description.
        about: The description in Python and over HTTP; empty to use that of ``--help``.
        name: The Python name, which is the name of the attribute in the table.
    """

    kind: str
    part: str = ""
    command: str = ""
    parameter: str = ""
    default: Any = None
    stored: Any = ...
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None
    takes: str = ""
    completion: str = ""
    examples: tuple[str, ...] = ()
    about: str = ""
    name: str = ""

    @property
    def description(self) -> str:
        """The description of the option in Python and over HTTP."""
        return self.about or help_texts(self.part, self.spelling)[0]

    @property
    def spelling(self) -> str:
        """The option as typed on the command line, without the placeholder of its value."""
        return self.command.partition(" ")[0].partition("/")[0]


@cache
def _help_rows() -> dict[str, list[str]]:
    return {key: texts for key, *texts in rows(__file__, "help.tsv")}


def help_texts(command: str, option: str = "") -> list[str]:
    """Return the help text of a command, or of one of its options, in English, Spanish and French."""
    texts = _help_rows()
    return texts.get(f"{command} {option}".rstrip()) or texts[option]


class OptionTable:
    """A table of options, which are the attributes of a subclass."""

    options: ClassVar[dict[str, Option]]

    def __init_subclass__(cls) -> None:
        cls.options = {}
        for name, option in list(vars(cls).items()):
            if isinstance(option, Option):
                default = _DEFAULTS.get(option.kind) if option.default is None else option.default
                cls.options[name] = option._replace(name=name, default=default)
                setattr(cls, name, cls.options[name])

    @classmethod
    def of(cls, *parts: str) -> dict[str, Option]:
        """Return the options of some groups, by name."""
        return {name: option for name, option in cls.options.items() if option.part in parts}


# For each kind with a single value, the allowed types of the value, and their description in errors.
_KINDS: Final[Mapping[str, tuple[Any, str]]] = {
    "flag": (bool, "True or False"),
    "number": (int, "an integer"),
    "seconds": ((int, float), "a number of seconds"),
    "text": (str, "a string"),
    "choice": (str, "a string"),
    "path": ((str, os.PathLike, NoneType), "the path of a file"),
    "mapping": (Mapping, "a mapping"),
    "function": (Callable, "a function"),
}


def check(option: Option, value: Any, error: type[DragomanError] = QueryError) -> Any:
    """Check the value of an option, and return it; several values are returned as a tuple.

    The type must be right: a text does not count as true, and True does not count as the number 1.

    Raises:
        TypeError: The value has the wrong type.
        DragomanError: The value is too low, or not one of the choices; ``error`` is the class of the
            exception.
    """
    if value is None and option.default is None:
        return None
    if option.kind in {"texts", "names", "paths"}:
        value = check_list(option.name, value, paths=option.kind == "paths")
        for one in value if option.choices else ():
            check_choice(option.name, one, option.choices, error)
    elif option.kind in _KINDS:
        types, words = _KINDS[option.kind]
        if not isinstance(value, types) or (isinstance(value, bool) and types is not bool):
            raise TypeError(f"{option.name} must be {option.takes or words}, not {type_name(value)}")
        if option.kind in {"number", "seconds"} and not value >= option.least:
            words = message("options.number") if option.kind == "seconds" else ""
            raise error(wrong_value(option.name, number_words(option.least, words=words), value))
        if option.choices:
            check_choice(option.name, value, option.choices, error)
    return value


def check_list(name: str, value: Any, *, paths: bool = False) -> tuple[str, ...]:
    """Return one or several strings or paths as a tuple.

    Raises:
        TypeError: The value is neither a string (or path) nor a list of them.
    """
    types, one = ((str, os.PathLike), "path") if paths else (str, "string")
    listed = [value] if isinstance(value, types) or not isinstance(value, Iterable) else value
    found = []
    for each in listed:
        if not isinstance(each, types):
            raise TypeError(f"{name} must be a {one} or a list of {one}s, not {type_name(each)}")
        found.append(os.fspath(each))
    return tuple(found)


def check_choice(
    name: str, value: str, choices: Iterable[str], error: type[DragomanError] = QueryError
) -> None:
    """Check that a value is one of the choices.

    Raises:
        TypeError: The value is not a string.
        DragomanError: The value is not one of the choices; ``error`` is the class of the exception.
    """
    check_text(name, value)
    if value not in choices:
        raise error(wrong_value(name, choice_words(choices), value))


def number_words(least: float, most: float | None = None, words: str = "") -> str:
    """Describe the numbers that an option accepts, for a message.

    Args:
        least: The lowest number that the option accepts.
        most: The highest number that it accepts; ``None`` if there is no limit.
        words: The name of the kind of number; empty for a whole number.
    """
    words = words or message("options.whole_number")
    if most is None:
        return message("options.number_from", words=words, least=least)
    return message("options.number_between", words=words, least=least, most=str(most))


def choice_words(choices: Iterable[str]) -> str:
    """Describe the choices that an option accepts, for a message."""
    return message("options.one_of", choices=list(choices))


def wrong_value(name: str, takes: str, value: object) -> str:
    """Return the message for an invalid value of an option.

    ``takes`` describes the values that the option accepts.
    """
    return message("options.wrong_value", name=name, takes=takes, value=str(value)[:100])


def respell(
    message: str, options: Mapping[str, Option], spell: Callable[[Option, str], str], separator: str = " "
) -> str:
    """Replace names of arguments in a message by those of another interface.

    An argument is a name with an underscore (``date_from``), or a name with a value: ``wait=5``,
    ``kind="page"``, ``countries=["KE", "TD"]``, ``columns={"title": "NAME"}``. Text in “” or «» is not
    changed.

    Args:
        message: The message of an error.
        options: The options of the interface, keyed by argument name.
        spell: Returns the spelling of an option with its value; the value is empty if the message has none.
        separator: The text between the values of a list or a mapping, each with its option.
    """
    import re  # few commands fail
    from ast import literal_eval

    def replace(found: re.Match[str]) -> str:
        option = options.get(found["name"] or found["bare"] or "")
        if option is None:
            return found[0]
        written = found["value"] or ""
        values = literal_eval(written) if written[:1] in {"[", "{", '"'} and written else written
        if isinstance(values, Mapping):
            values = [f"{name}={value}" for name, value in values.items()]
        return separator.join(
            [spell(option, one) for one in ([values] if isinstance(values, str) else values)]
        )

    value = r'\[(?:"[^"]*"(?:, )?)*\]|\{(?:"[^"]*": "[^"]*"(?:, )?)*\}|"[^"\\]*"|\w+'
    pattern = rf"“[^”]*”|«[^»]*»|\b(?P<name>[a-z_]+)=(?P<value>{value})|\b(?P<bare>[a-z]+_[a-z_]+)\b"
    return re.sub(pattern, replace, message)


def check_number(name: str, value: object, least: int) -> None:
    """Check that an argument is a whole number of at least ``least``.

    Raises:
        TypeError: The value is not a whole number.
        QueryError: The value is less than ``least``.
    """
    check(Option("number", default=0, least=least, name=name), value)


def check_flags(**flags: object) -> None:
    """Raise TypeError if an argument is not True or False."""
    for name, value in flags.items():
        check(Option("flag", default=False, name=name), value)


def check_text(name: str, value: object) -> None:
    """Raise TypeError if an argument is not a text."""
    check(Option("text", default="", name=name), value)


def require_known(names: Iterable[str], known: Collection[str], function: str) -> None:
    """Raise TypeError if a function does not accept a keyword argument."""
    for name in names:
        if name not in known:
            from difflib import get_close_matches  # few calls have a mistake

            near = get_close_matches(name, known, n=1)
            meant = f"; did you mean '{near[0]}'?" if near else ""
            raise TypeError(f"{function}() got an unexpected keyword argument '{name}'{meant}")


def takes_options(options: Mapping[str, Option]) -> Callable[[Function], Function]:
    """Return a decorator that adds options to the signature and docstring of a function."""

    def decorate(function: Function) -> Function:
        from inspect import Parameter, cleandoc, signature  # a search without click does not load it

        own = signature(function)
        listed = [one for one in own.parameters.values() if one.kind is not Parameter.VAR_KEYWORD]
        listed += [
            Parameter(name, Parameter.KEYWORD_ONLY, default=one.default) for name, one in options.items()
        ]
        function.__annotations__.pop("options", None)  # get_type_hints describes the same parameters
        function.__signature__ = own.replace(parameters=listed)  # type: ignore[attr-defined]  # inspect reads it
        described = "\n".join([f"    {name}: {option.description}" for name, option in options.items()])
        function.__doc__ = f"{cleandoc(function.__doc__ or '')}\n\nOptions:\n{described}\n"
        return function

    return decorate


READ, WRITE, BUILD, UPDATE = "read", "write", "build", "update"
CORRECTIONS_FILE: Final = "corrections.jsonl"  # used if it is in the current folder


class WriteOptions(OptionTable):
    """The options of builds and updates, for reading sources and writing an index."""

    kind = Option("text", READ, "--as KIND", takes="the name of a kind of source", completion="kinds")
    columns = Option(
        "mapping",
        READ,
        "--map FIELD=NAME",
        takes="a mapping of fields, such as title, to their names in the sources",
    )
    include = Option("texts", READ, "--include PATTERN")
    exclude = Option("texts", READ, "--exclude PATTERN")
    allow_private = Option("flag", READ, "--allow-private")
    skip_embargoed = Option("flag", READ, "--skip-embargoed")
    items = Option(
        "items",
        WRITE,
        about="Items as mappings with the keys of JSON Lines (id, title, body, ...), or as `NewsItem`.",
    )
    source = Option(
        "text",
        WRITE,
        takes="the name of a source",
        about="The name of the source of the items, for filters, facets and deletion; `python` by default.",
    )
    jobs = Option("number", WRITE, "--jobs N", least=1)
    memory_mb = Option("number", WRITE, "--memory MIB", default=512, least=64)
    corrections = Option(
        "path",
        WRITE,
        "--corrections FILE",
        about="The file of manual corrections; None for the file recorded in the index, if any.",
    )
    wait = Option("seconds", WRITE, "--wait SECONDS", default=0.0)
    progress = Option(
        "function",
        WRITE,
        about="A function that is called with the name of a source and the number of items read so far.",
    )
    thesauri = Option("paths", BUILD, "--thesaurus FILE")
    own_thesaurus = Option(
        "flag", BUILD, "--no-own-thesaurus", default=True, about="Whether to use the bundled thesaurus."
    )
    facets = Option("names", BUILD, "--facet FIELD")
    shards = Option("number", BUILD, "--shards N", least=1, most=1_024)
    replicas = Option("number", BUILD, "--replicas N", most=100)
    mirror = Option("flag", UPDATE, "--mirror")
    sure = Option("flag", UPDATE, "--yes")
    restore = Option("texts", UPDATE, "--restore ID")
    report = Option("path", UPDATE, "--report FILE")


File = str | os.PathLike[str]
# Creating a TypedDict takes time in every command; a test compares their names with the table.
if TYPE_CHECKING:
    from typing import TypedDict

    from indexer.item import NewsItem
    from indexer.progress import Progress

    class _Writing(TypedDict, total=False):
        kind: str | None
        columns: Mapping[str, str] | None
        include: str | Iterable[str]
        exclude: str | Iterable[str]
        allow_private: bool
        skip_embargoed: bool
        items: Iterable[Mapping[str, Any] | NewsItem] | None
        source: str | None
        jobs: int | None
        memory_mb: int
        corrections: File | None
        wait: float
        progress: Progress | None

    class BuildArguments(_Writing, total=False):
        """The options of a build."""

        thesauri: File | Iterable[File]
        own_thesaurus: bool
        facets: str | Iterable[str]
        shards: int | None
        replicas: int | None

    class UpdateArguments(_Writing, total=False):
        """The options of an update."""

        mirror: bool
        sure: bool
        restore: str | Iterable[str]
        report: File | None

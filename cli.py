"""The command line: arguments, one call into the indexer or the searcher, output, exit code. Nothing else.

Results go to standard output, everything else to standard error. Exit code 0: found; 1: searched well
and found nothing; 2: the user or the input is at fault, told in one line.
"""

from __future__ import annotations

import gc

if gc.isenabled():  # until all below is loaded: nothing of it is ever let go of
    gc.disable()

import os
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from indexer.errors import DragomanError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.sources import Skipped

FOUND, NOTHING, FAULT, INTERRUPTED = 0, 1, 2, 130
_LAST_STANDARD = 2  # the descriptor of standard error
SHOWN_SKIPS = 10  # skipped records told one by one; the rest is counted

Command = TypeVar("Command", bound=Callable[..., Any])


class Ending(Exception):  # noqa: N818 - not always an error
    """How a command ends early: its exit code, and what to say, if anything."""

    def __init__(self, code: int, message: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class OneLineGroup(click.Group):
    """A group whose every failure is one clear line on standard error."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the arguments, and write what ``--help`` and ``--version`` ask for."""
        with _told_in_one_line():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        with _told_in_one_line():
            return super().invoke(ctx)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program and leave with its exit code."""
        try:
            code = super().main(*args, **kwargs | {"standalone_mode": False})
            _hand_over()
        except Ending as ending:
            code = _end(ending.code, ending.message)
        except click.ClickException as error:
            code = _end(FAULT, f"{error.format_message()} (see: dragoman --help)")
        sys.exit(code or FOUND)


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    """End a command as a user should see it, before click makes its own of what a user can cause."""
    try:
        yield
    except DragomanError as error:
        raise Ending(FAULT, str(error)) from error
    except KeyboardInterrupt:
        raise Ending(INTERRUPTED, "interrupted") from None
    except BrokenPipeError:
        # The reader has seen enough. Nothing more can be written, not even at exit.
        _drop_output()
        raise Ending(FOUND) from None
    except OSError as error:
        raise _unwritten(error) from None
    except MemoryError:
        advice = "close other programs; build and update take less with --memory MIB"
        raise Ending(FAULT, f"there is not enough memory: {advice}") from None
    except ImportError as error:  # commands load what they need when they need it
        reason = str(error).strip().splitlines()[-1:]  # numpy's are pages
        raise Ending(FAULT, f"cannot load a part of the program: {' '.join(reason)}") from error


def _hand_over() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
    except OSError as error:
        raise _unwritten(error) from None


def _unwritten(error: OSError) -> Ending:
    """Return how a command ends whose output has no room, or whose files cannot be reached."""
    _drop_output()
    where = f"“{error.filename}”" if error.filename else "the output"
    return Ending(FAULT, f"cannot read or write {where}: {error.strerror}")


def _drop_output() -> None:
    """Let what still waits to be written go nowhere; without it Python would complain at exit."""
    with suppress(OSError):  # a stream without a file behind it has nothing to drop
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(code: int, message: str | None) -> int:
    if message:
        _tell(f"dragoman: {' '.join(message.split())}")
    return code


@click.group(
    cls=OneLineGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="dragoman", prog_name="dragoman", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Search news archives in English, Spanish and French.

    Build an index of an archive once, then ask it ranked questions, narrowed by date, country and language.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


index_option = click.option(
    "--index",
    "index",
    type=click.Path(),
    default="index_data",
    envvar="DRAGOMAN_INDEX",
    show_default=True,
    show_envvar=True,
    help="The folder of the index.",
)
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "jsonl", "csv"]),
    default="table",
    show_default=True,
    help="How to print: a table for people, the others for programs.",
)


expand_option = click.option(
    "--no-expand",
    "expand",
    is_flag=True,
    default=True,
    flag_value=False,
    help="Search for the words as typed alone: no related words, no translations, no corrections.",
)


def filter_options(command: Command) -> Command:
    """Give a command the options that narrow a search."""
    options = (
        click.option(
            "--country",
            "countries",
            multiple=True,
            metavar="CO",
            help="Only items about this country: an ISO code, or a name in any of the three languages. "
            "Repeatable: any may hold.",
        ),
        click.option(
            "--from",
            "date_from",
            metavar="DATE",
            help="Only items of this day or later: 2018, 2018-03, 2018-03-05.",
        ),
        click.option("--to", "date_to", metavar="DATE", help="Only items of this period or earlier."),
        click.option(
            "--lang",
            "languages",
            multiple=True,
            metavar="LANG",
            help="Only items in this language: en, es, fr, or und for any other. Repeatable: any may hold.",
        ),
        click.option("--estimated", is_flag=True, help="Let estimated dates count as dates."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def writer_options(command: Command) -> Command:
    """Give a command the options of those that write to an index."""
    options = (
        click.option(
            "--memory",
            "memory_mb",
            type=click.IntRange(min=64),
            default=512,
            show_default=True,
            metavar="MIB",
            help="Memory to stay within while writing, Python itself apart.",
        ),
        click.option(
            "--wait",
            type=click.FloatRange(min=0),
            default=0,
            metavar="SECONDS",
            help="Wait so long for another process that is writing to the index.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _paper() -> dict[str, Any]:
    """Return what a table is written on: whether it may be coloured, and its width in cells."""
    if not sys.stdout.isatty():
        return {"color": False, "width": 100}
    import shutil

    return {
        "color": not os.environ.get("NO_COLOR"),
        "width": min(100, shutil.get_terminal_size((100, 24)).columns),
    }


def _tell(line: str) -> None:
    """Say one line on standard error; what it quotes of a query or a source never steers the terminal."""
    with suppress(OSError):  # where nobody can be told, the exit code still tells
        click.echo(_shown(line), err=True)


def _say(line: str) -> None:
    """Say one line on standard output, in plainer characters where it knows few."""
    from searcher.output.stream import TolerantStream

    TolerantStream(sys.stdout).write(f"{_shown(line)}\n")


def _tell_skips(skipped: list[Skipped], total: int, shown: int = SHOWN_SKIPS) -> None:
    for skip in skipped[:shown]:
        _tell(f"skipped {skip.file}:{skip.line}: {skip.reason}")
    if total > min(shown, len(skipped)):
        _tell(f"... and {total - min(shown, len(skipped)):,} more lines or records skipped")


def _shown(line: str) -> str:
    if line.isprintable():
        return line
    from searcher.output.legible import legible

    return legible(line)


@cli.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@index_option
@writer_options
@click.option(
    "--thesaurus",
    "thesauri",
    multiple=True,
    type=click.Path(),
    metavar="FILE",
    help="A thesaurus in SKOS (Turtle), or a FreeDict dictionary, beside Dragoman's own. Repeatable.",
)
@click.option(
    "--no-own-thesaurus",
    "own_thesaurus",
    is_flag=True,
    default=True,
    flag_value=False,
    help="Leave Dragoman's own thesaurus out.",
)
def build(
    sources: tuple[str, ...],
    index: str,
    *,
    memory_mb: int = 512,
    wait: float = 0,
    thesauri: tuple[str, ...] = (),
    own_thesaurus: bool = True,
) -> None:
    """Build the index of one or more archives.

    A SOURCE is a news page saved as text, or a file of JSON lines (.jsonl); - reads standard input. An
    index that the folder holds already is replaced when the new one is complete, and not before.
    """
    from pathlib import Path

    from indexer.build import build as build_index
    from indexer.progress import shown_progress

    folder = Path(index)
    with shown_progress() as progress:
        report = build_index(
            sources,
            folder,
            progress,
            wait=wait,
            memory_mb=memory_mb,
            thesauri=thesauri,
            own_thesaurus=own_thesaurus,
        )
    _tell_skips(report.skipped, report.skips)
    items = f"{report.items:,} {'item' if report.items == 1 else 'items'}"
    _say(f"{items} indexed in {folder} ({report.seconds:.1f} s, {report.skips:,} skipped)")


@cli.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@index_option
@writer_options
def update(sources: tuple[str, ...], index: str, memory_mb: int, wait: float) -> None:
    """Add what is new in one or more archives, and replace what changed.

    Items are told apart by their ids; those of the index that no SOURCE names stay as they are. All of it
    happens in one step: whoever searches sees the index as it was or as it will be. Where there is no index
    yet, one is built.
    """
    from pathlib import Path

    from indexer.progress import shown_progress
    from indexer.update import update as update_index

    folder = Path(index)
    with shown_progress() as progress:
        report = update_index(sources, folder, progress, wait=wait, memory_mb=memory_mb)
    _tell_skips(report.skipped, report.skips)
    _say(
        f"{report.added:,} added, {report.replaced:,} replaced, {report.unchanged:,} unchanged, "
        f"{report.skips:,} skipped; {report.items:,} {'item' if report.items == 1 else 'items'} "
        f"in {folder} ({report.seconds:.1f} s)"
    )


@cli.command()
@click.argument("query", nargs=-1, required=True)
@index_option
@filter_options
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    show_default=True,
    help="The order of the hits.",
)
@click.option(
    "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="How many hits to show."
)
@click.option(
    "--offset",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="How many hits to pass over first.",
)
@expand_option
@click.option("--explain", is_flag=True, help="Say how each hit's score comes about.")
@format_option
def search(query: tuple[str, ...], index: str, form: str, **request: Any) -> int:
    """Show the items that match QUERY best, and counts by year, country and language over all that match.

    Any word may match, and more of them rank higher. "a phrase", +must, -mustnot, AND OR NOT ( ),
    prefix*, fuzzy~, title:word, country:CO, lang:es, date:2018..2020-03 narrow it; * stands for everything.
    """
    from searcher import Searcher
    from searcher.output import notices, write_results

    with Searcher(index) as searcher:
        results = searcher.search(" ".join(query), **request).complete()
    write_results(results, form, sys.stdout, **_paper())
    if form == "table" and results.explanations:
        from searcher.output.explained import write_explanations

        write_explanations(results, sys.stdout)
    for line in notices(results, estimated=request["estimated"]):
        _tell(line)
    return FOUND if results.total else NOTHING


@cli.command()
@click.argument("item_id", metavar="ID")
@index_option
@click.option(
    "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="How many hits to show."
)
@format_option
def similar(item_id: str, index: str, limit: int, form: str) -> int:
    """Show the items most like the one with this ID, in any language."""
    from searcher import Searcher
    from searcher.output import write_results

    with Searcher(index) as searcher:
        results = searcher.similar(item_id, limit=limit)
    write_results(results, form, sys.stdout, **_paper())
    return FOUND if results.total else NOTHING


@cli.command()
@click.argument("topics", type=click.Path())
@click.argument("judgements", type=click.Path())
@index_option
@expand_option
@click.option("--compare", is_flag=True, help="Compare with the same topics without expansion.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(topics: str, judgements: str, index: str, **how: bool) -> None:
    """Judge the rankings of an index by TOPICS and their JUDGEMENTS.

    TOPICS: JSON lines with qid, query and perhaps filters, or lines of an id, a tab and a query. JUDGEMENTS:
    lines of topic, 0, item and grade; an item is named by its id, or by its first line in the source.
    """
    from pathlib import Path

    from searcher import Searcher
    from searcher.evaluation.judge import compare as compare_two
    from searcher.evaluation.judge import evaluate as judge
    from searcher.evaluation.topics import read_judgements, read_topics
    from searcher.output.measures import write_measures

    questions, grades = read_topics(Path(topics)), read_judgements(Path(judgements))
    with Searcher(index) as searcher:
        found = judge(searcher, questions, grades, expand=how["expand"])
        compared = None
        if how["compare"]:
            compared = compare_two(judge(searcher, questions, grades, expand=False), found)
    write_measures(found, compared, sys.stdout, as_json=how["as_json"])


@cli.command()
@click.argument("query", nargs=-1)
@index_option
@filter_options
@expand_option
@format_option
def facets(query: tuple[str, ...], index: str, form: str, **request: Any) -> int:
    """Count what matches QUERY by year, country and language; without a QUERY, count everything."""
    from searcher import Searcher
    from searcher.output import notices, write_facets

    with Searcher(index) as searcher:
        results = searcher.search(" ".join(query) if query else None, limit=0, **request)
    write_facets(results, form, sys.stdout, **_paper())
    for line in notices(results, estimated=request["estimated"]):
        _tell(line)
    return FOUND if results.total else NOTHING


@cli.command()
@click.argument("source")
@format_option
def items(source: str, form: str) -> None:
    """Show what would be indexed of SOURCE, without touching any index."""
    from indexer.countries.names import country_names
    from indexer.documents import read_items
    from indexer.sources import Skips
    from searcher.output import write_items

    skips = Skips()
    write_items(read_items(source, skips.append), form, sys.stdout, country_names=country_names(), **_paper())
    _tell_skips(skips.first, skips.total, shown=len(skips.first))


@cli.command()
@click.argument("item_id", metavar="ID")
@index_option
@format_option
def show(item_id: str, index: str, form: str) -> None:
    """Show one item whole, with how its date and its countries are known."""
    from indexer.countries.names import country_names
    from searcher import Searcher
    from searcher.output import write_item

    with Searcher(index) as searcher:
        item = searcher.item(item_id)
    write_item(item, form, sys.stdout, country_names=country_names(), **_paper())


@cli.command()
@index_option
@format_option
def info(index: str, form: str) -> None:
    """Show what is in the index: its sources, dates, languages and form."""
    from searcher import Searcher
    from searcher.output import write_info

    with Searcher(index) as searcher:
        facts = searcher.info()
    write_info(facts, form, sys.stdout, **_paper())


@cli.command()
@index_option
@format_option
def check(index: str, form: str) -> int:
    """Verify every byte of the index, and that all its parts fit together; name what is damaged."""
    from pathlib import Path

    from indexer.codec.check import check_index
    from indexer.progress import shown_check
    from searcher.output import write_info

    folder = Path(index)
    with shown_check() as progress:
        report = check_index(folder, progress)
    facts: dict[str, Any] = {
        "index": str(folder),
        "sound": "no" if report.findings else "yes",
        "files": report.files,
        "bytes": report.bytes,
        "items": report.items,
        "damage": [finding._asdict() for finding in report.findings],
    }
    if form == "table":
        del facts["damage"]
        if report.findings:
            facts["damage"] = {f"{file}, {part}": reason for file, part, reason in report.findings}
    elif form != "csv":
        facts["sound"] = not report.findings
    write_info(facts, form, sys.stdout, **_paper())
    if report.findings:
        raise Ending(FAULT, f"“{folder}” is damaged; build it again with: dragoman build SOURCE")
    return FOUND


@cli.command()
@index_option
@click.pass_context
def demo(context: click.Context, index: str) -> None:
    """Build an index of the sample archive that comes with Dragoman, and search it."""
    from pathlib import Path

    from indexer.index.folder import holds_other_sources
    from indexer.sample import sample_path

    with sample_path() as path:
        if holds_other_sources(Path(index), path.name):
            raise DragomanError(
                f"“{Path(index)}” holds an index of your own; name another folder for the demo: "
                "dragoman demo --index demo_index"
            )
        context.invoke(build, sources=(str(path),), index=index)
    words = "ferry safety training"
    click.echo(f'\n$ dragoman search "{words}" --limit 3\n')
    context.invoke(search, query=(words,), index=index, limit=3)


def main() -> None:
    """Run the command line; the console script's entry."""
    # A command makes few rings of objects and soon ends: looking for them as often as Python does by itself,
    # and taking every library apart at the end, would be a quarter of the time of a question.
    gc.set_threshold(100_000)
    # numpy would start a thread for each core, for algebra that no command does.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Where the caller closed one of the three, a file of the index must not get its number: what a library
    # in C writes to standard error would stand in it.
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _LAST_STANDARD:
        pass
    os.close(descriptor)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the caller closed it
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    try:
        cli()
    except SystemExit as end:
        _leave(end.code)


def _leave(code: int | str | None) -> NoReturn:
    """End the process now: all that was printed is handed over, all that was written is on disk."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # output without room was told before; what has none to be told in is not
            stream.flush()
    os._exit(code if isinstance(code, int) else FOUND)


gc.freeze()  # what stands now is never looked at again
gc.enable()

if __name__ == "__main__":
    main()

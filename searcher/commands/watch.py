"""Define the commands ``watch`` and ``verify``."""

from __future__ import annotations

import json
import shlex
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from indexer.errors import DragomanError, IndexFolderError, message, message_of, reason
from indexer.location import DEFAULT_INDEX, check_location, is_address, is_same, make_absolute
from searcher.commands import language, options
from searcher.commands.output import FOUND, NOTHING, echo, echo_error, name_options, open_output
from searcher.present.catalogue import say, translate
from searcher.present.wording import items_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from indexer.item import NewsItem
    from searcher.present.watch_digest import Changed
    from searcher.reading.verification import Difference, Verification
    from searcher.reading.watch import Watch, Watches
    from searcher.searcher import Searcher


ADDED: Final = "came"  # new items, in `Difference.what`
_COLUMNS: Final = ("watch", "what", "id", "title", "why")


@click.command()
@click.argument("name", required=False)
@options.query
@click.option("--remove", is_flag=True)
@click.option("--peek", is_flag=True)
@click.option("--exec", "command", metavar="COMMAND")
@click.option("--digest", metavar="FILE", type=options.File())
@click.option("--mail-from", default="", metavar="ADDRESS")
@click.option("--mail-to", multiple=True, metavar="ADDRESS")
@click.option(
    "--watches",
    "folder",
    envvar="DRAGOMAN_WATCHES",
    show_envvar=True,
    default=lambda: str(Path(language.user_folder(), "watches")),
    type=options.File(folder=True),
    metavar="FOLDER",
)
@click.option("--index", "index", type=click.Path(readable=False), envvar="DRAGOMAN_INDEX", show_envvar=True)
@options.filters
@options.counted_query_reading
@options.output_format
def watch(
    name: str | None,
    query: str | None,
    folder: str,
    index: str | None,
    form: str,
    *,
    remove: bool,
    peek: bool,
    command: str | None,
    digest: str | None,
    mail_from: str,
    mail_to: tuple[str, ...],
    **requested: Any,
) -> int:
    """Create, run or remove watches, and print the changes that they find."""
    from searcher.present.notices import describe_expansions
    from searcher.query.limits import list_words
    from searcher.reading.watch import Watches
    from searcher.safe_text import legible

    watches = Watches(folder)
    delivered = command is not None or digest is not None or mail_from or mail_to
    if delivered and (remove or query is not None):
        raise DragomanError(message("watch.delivers_changes"))
    if remove:
        if query is not None or peek:
            raise DragomanError(message("watch.remove_alone"))
        return _remove(watches, name, form)
    if name is not None and (query is not None or (not watches.has(name) and _has_filters(requested))):
        begun = _create_watch(watches, name, query, index, **requested)
        if form == "table":
            items, mode = items_in_words(begun.receipt.total), translate(_verify_unchanged(begun).mode)
            typed = ["--watches", folder] if options.is_typed("folder") else []
            command, mode = shlex.join(["dragoman", "watch", name, *typed]), mode and f", {mode}"
            echo(say("watch.begun", name=name, items=items, mode=mode, command=command))
        else:
            _show([(begun, _verify_unchanged(begun))], form)
        read = begun.receipt.read
        for note in read["notes"]:
            echo_error(legible(note["text"]))
        if read["unmatched"]:
            words = legible(translate(list_words(read["unmatched"])))
            echo_error(say("notice.unmatched", words=words))
        for line in describe_expansions(read["expansions"]):
            echo_error(line)
        return FOUND
    if _has_filters(requested):
        raise DragomanError(message("watch.filters_without_query"))
    delivery = Delivery(command, digest, mail_from, mail_to)
    with delivery.alone(watches, peek=peek):
        return _run_watches(watches, name, _index_if_typed(index), form, peek=peek, delivery=delivery)


def _remove(watches: Watches, name: str | None, form: str) -> int:
    """Delete a watch."""
    if name is None:
        raise DragomanError(message("watch.remove_alone"))
    watches.remove(name)
    if form == "table":
        echo(say("watch.removed", name=name))
    else:
        open_output(form).write_info({"watch": name, "removed": True})
    return FOUND


def _has_filters(requested: dict[str, Any]) -> bool:
    from searcher.reading.receipt import stored_options

    # All words are required by default, which receipts store.
    return bool(stored_options({**requested, "all_words": options.is_typed("all_words")}))


def _create_watch(
    watches: Watches, name: str, query: str | None, index: str | None, **requested: Any
) -> Watch:
    """Create a watch, or replace the query of an existing watch."""
    from searcher import Searcher
    from searcher.reading.watch import Watch
    from searcher.safe_text import legible

    typed = _index_if_typed(index)
    former = None
    with suppress(DragomanError):  # the watch is new, or unreadable and will be replaced
        former = watches.read(name)
    with (
        _open_index_of_watch(former, typed)
        if former
        else Searcher(check_location(index or DEFAULT_INDEX)) as searcher
    ):
        begun = Watch.begin(name, searcher, query, **requested)
    watches.save(begun)
    if former:
        echo_error(say("watch.replaced", name=name, query=legible(former.receipt.query or "*")))
        _report_moved(former, begun)
        if index and not typed and not is_same(index, former.place):
            echo_error(say("watch.stays", name=name, place=former.place, index=index))
    return begun


def _index_if_typed(index: str | None) -> str | None:
    """Return the index if the user typed it, otherwise None."""
    return make_absolute(check_location(index)) if index is not None and options.is_typed("index") else None


class Delivery:
    """Delivers the changes that watches find, to a command and in a digest.

    Raises:
        DragomanError: The command, the file or an address is invalid.
    """

    def __init__(
        self, command: str | None, digest: str | None, sender: str = "", receivers: Sequence[str] = ()
    ) -> None:
        self._command: list[str] = []
        with suppress(ValueError):
            self._command = shlex.split(command or "")
        if command is not None and not self._command:
            raise DragomanError(message("watch.invalid_command", command=command))
        if digest is not None or sender or receivers:
            from searcher.present.watch_digest import ENDINGS, check_addresses

            if digest is not None:
                options.check_ending(digest, ENDINGS, "digest.unknown_ending")
            if (sender or receivers) and not (digest or "").lower().endswith(".eml"):
                raise DragomanError(message("digest.addresses_need_eml"))
            check_addresses((sender, *receivers))
        self.digest, self._sender, self._receivers = digest, sender, receivers
        self._changed: list[Changed] = []

    def alone(self, watches: Watches, *, peek: bool) -> AbstractContextManager[Any]:
        """Return a context manager that keeps other processes from delivering these watches' changes.

        Raises:
            DragomanError: Another process is delivering changes.
        """
        if peek or not (self._command or self.digest) or not watches.folder.is_dir():
            return nullcontext()
        from indexer.store.lock import WriterLock

        try:
            return WriterLock(watches.folder)
        except IndexFolderError:
            raise DragomanError(message("watch.locked", folder=watches.folder)) from None

    def add(self, searcher: Searcher, kept: Watch, found: Verification) -> None:
        """Run the command for the new items of a watch, and add its changes to the digest."""
        if found.holds or not (self._command or self.digest):
            return
        items = searcher.items([one.id for one in found.differences if one.what == ADDED])
        if self._command and items:
            self._run(kept.name, items)
        if self.digest:
            from searcher.present.watch_digest import Changed

            others = [one for one in found.differences if one.what != ADDED]
            self._changed.append(Changed(kept.name, _heading(kept, found), items, others))

    def _run(self, name: str, items: Sequence[NewsItem]) -> None:
        import subprocess

        lines = [json.dumps({"watch": name, **item.to_record()}, ensure_ascii=False) for item in items]
        data = "".join([f"{line}\n" for line in lines]).encode("utf-8", "replace")
        try:
            # Standard output is reserved for the results, which may be JSON.
            done = subprocess.run(self._command, input=data, stdout=2, check=False)  # noqa: S603 - typed
        except OSError as error:
            given = message("watch.command_not_run", command=self._command[0], reason=reason(error))
            raise DragomanError(given) from None
        if done.returncode:
            given = message("watch.command_failed", command=self._command[0], code=done.returncode)
            raise DragomanError(given)

    def finish(self) -> None:
        """Write the digest if there are changes."""
        if self.digest and self._changed:
            from searcher.present.watch_digest import write_digest

            write_digest(self.digest, self._changed, self._sender, self._receivers)


def _run_watches(
    watches: Watches, name: str | None, index: str | None, form: str, *, peek: bool, delivery: Delivery
) -> int:
    """Run one or all watches, and show the changes.

    A watch is saved once its changes are delivered: after its command, or after the digest of all watches.
    """
    names = [name] if name is not None else watches.names()
    if not names:
        raise DragomanError(message("watch.none"))
    looks: list[tuple[Watch, Verification]] = []
    seen: list[tuple[Watch, Watch]] = []
    others: list[str] = []
    failed = False
    for one in names:
        try:
            kept = watches.read(one)
            if name is None and index is not None and not is_same(index, kept.place):
                others.append(f"{one} ({kept.place})")
                continue
            found, after = _run_watch(kept, index, delivery, peek=peek)
        except DragomanError as error:
            if len(names) == 1:
                raise
            echo_error(name_options(message_of(error)))
            failed = True
            continue
        looks.append((kept if is_same(kept.place, after.place) else after, found))
        seen.append((kept, after))
        _save(watches, seen, now=not (peek or delivery.digest))
    delivery.finish()
    _save(watches, seen, now=not peek)
    if others and not (looks or failed):
        raise DragomanError(message("watch.none_of_index", index=index, others=", ".join(others)))
    _show(looks, form)
    if failed:
        raise DragomanError(message("watch.some_failed"))
    return FOUND if any(not found.holds for _, found in looks) else NOTHING


def _save(watches: Watches, seen: list[tuple[Watch, Watch]], *, now: bool) -> None:
    """Save the watches that were run and clear the list, if ``now`` is true.

    Each pair in ``seen`` is a watch before and after it was run.
    """
    for kept, after in seen if now else ():
        watches.save(after)
        _report_moved(kept, after)
    if now:
        seen.clear()


def _run_watch(
    kept: Watch, index: str | None, delivery: Delivery, *, peek: bool
) -> tuple[Verification, Watch]:
    """Run a watch on its index, or on the typed index, to which it then moves."""
    moves = index is not None and not is_same(index, kept.place)
    if moves and peek:
        raise DragomanError(message("watch.peek_and_index", name=kept.name))
    try:
        with _open_index_of_watch(kept, index) as searcher:
            if not moves:
                found, after = kept.run(searcher)
                delivery.add(searcher, kept, found)
                return found, after
            moved = kept.move(searcher)
            return _verify_unchanged(moved), moved
    except DragomanError as error:
        raise DragomanError(message("watch.failed", name=kept.name, error=error)) from None


def _open_index_of_watch(kept: Watch, index: str | None) -> Searcher:
    """Open the typed index, or else the index of the watch."""
    from searcher import Searcher

    if index is not None:
        return Searcher(index)
    try:
        return Searcher(kept.place)
    except DragomanError as error:
        raise DragomanError(message("watch.cannot_open", error=error, name=shlex.quote(kept.name))) from None


def _verify_unchanged(watch: Watch) -> Verification:
    from searcher.reading.verification import Verification

    return Verification(watch.receipt, watch.receipt, (), ())


def _report_moved(before: Watch, after: Watch) -> None:
    if not is_same(before.place, after.place):
        echo_error(say("watch.moved", name=after.name, place=after.place, former=before.place))


def _show(looks: list[tuple[Watch, Verification]], form: str) -> None:
    if form == "table":
        for kept, found in looks:
            echo(_heading(kept, found))
            _write_table(found.differences)
    else:
        rows = [{"watch": kept.name, **one.to_record()} for kept, found in looks for one in found.differences]
        head = {"watches": [{"watch": kept.name, **found.to_record()} for kept, found in looks]}
        open_output(form).write_rows(head, "differences", _COLUMNS, rows)
    for kept, found in looks:
        for why in found.reasons:
            echo_error(f"{kept.name}: {translate(why)}")


def _write_table(differences: Sequence[Difference]) -> None:
    rows = [one._replace(title=one.title or say("hit.untitled")).to_record() for one in differences]
    if rows:
        open_output("table").write_rows({}, "differences", _COLUMNS[1:], rows)


def _heading(kept: Watch, found: Verification) -> str:
    """Describe the changes of a watch on one line."""
    counts = [say(f"count.{what}", n=count) for what, count in found.counts.items() if count] or message(
        "watch.nothing_new"
    )
    now = [items_in_words(found.now.total), *filter(None, [found.mode])]
    return say("watch.look", name=kept.name, changes=counts, now=now, made=kept.receipt.made)


_SHOWN: Final = 20  # maximum number of differences in a table


@click.command()
@click.argument("receipt", type=options.File(), metavar="RECEIPT")
@options.index
@options.all_hits
@options.output_format
def verify(receipt: str, index: str, form: str, *, all_hits: bool) -> int:
    """Compare the present matches of a query with its receipt, and print the differences."""
    from searcher.reading.receipt import read_receipt
    from searcher.reading.verification import NOT_IN_INDEX
    from searcher.reading.verification import verify as verify_receipt

    stated = read_receipt(receipt)
    with _open_index_of_receipt(stated.place, index) as searcher:
        found = verify_receipt(searcher, stated)
    used = make_absolute(searcher.place)
    _report_index(stated.place, used, index)
    if form != "table":
        rows = (one.to_record() for one in found.differences)
        open_output(form).write_rows(found.to_record(), "differences", _COLUMNS[1:], rows)
    else:
        described = ", ".join([say(f"count.{what}", n=count) for what, count in found.counts.items()])
        mode = f", {translate(found.mode)}" if found.mode else ""
        if found.holds:
            items = items_in_words(found.now.total)
            echo(say("verify.holds", items=items, mode=mode, made=stated.made))
        else:
            then = items_in_words(stated.total)
            total = found.now.total
            echo(say("verify.differs", then=then, total=total, mode=mode, described=described))
            shown = found.differences if all_hits else found.differences[:_SHOWN]
            _write_table(shown)
            if left := len(found.differences) - len(shown):
                echo_error(say("verify.more", n=left))
    made = {"generation": stated.generation, "built": stated.built}
    now = {"generation_now": found.now.generation, "built_now": found.now.built}
    if [*made.values()] != [*now.values()]:
        echo_error(say("verify.generations", **made, **now))
    for why in found.reasons:
        echo_error(translate(why))
    gone = sum(one.why == NOT_IN_INDEX for one in found.differences)
    if stated.total and gone == stated.total and not (stated.place and is_same(used, stated.place)):
        echo_error(say("verify.no_item_in_index"))
    return FOUND if found.holds else NOTHING


def _open_index_of_receipt(stated: str | None, index: str) -> Searcher:
    """Open the index given on the command line, or else the index that a receipt names.

    Raises:
        DragomanError: The index cannot be opened, or its host is not allowed to get the user's password.
    """
    from searcher import Searcher

    if stated is None or options.is_typed("index"):
        return Searcher(index)
    _check_password(stated, index)
    try:
        return Searcher(stated)
    except DragomanError as error:
        raise DragomanError(message("verify.cannot_open", error=error)) from None


def _report_index(stated: str | None, used: str, index: str) -> None:
    """Report the index that was used, if the receipt names another one.

    Also report if the typed index is not the one that was used.
    """
    if stated is None:
        return
    if not is_same(used, stated):
        echo_error(say("verify.other_index", used=used, stated=stated))
    elif options.is_set("index") and not is_same(index, stated):
        echo_error(say("verify.index_of_receipt", stated=stated, index=index))


def _check_password(stated: str, index: str) -> None:
    """Raise an error if a password would be sent to a cluster that only a receipt names."""
    if not is_address(stated):
        return
    from indexer.cluster.address import credentials, parse_address

    known = parse_address(index).roots if is_address(index) else ()
    if credentials().user is not None and not set(parse_address(stated).roots) <= set(known):
        raise DragomanError(message("verify.credentials_not_sent", stated=stated))

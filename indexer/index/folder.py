"""The folder that an index lives in: whose it is, which format it has, and what it was built from."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from indexer.errors import IndexFolderError
from indexer.index.schema import FORMAT_VERSION

MANIFEST = "dragoman.json"

# What a folder may hold before we move in: pages that explain it and what version control leaves behind.
WELCOME = frozenset({"README.md", ".gitignore", ".gitkeep", ".DS_Store"})


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """What one source gave: its name, the items indexed and the records or lines skipped."""

    file: str
    items: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the folder says of its index.

    Attributes:
        format: The version of the index format.
        codec: The name of the codec that wrote the segments.
        built: When the build ended, ISO 8601 with its offset; None while no build has ended.
        items: How many items the index holds.
        sources: What each source gave.
    """

    format: int = FORMAT_VERSION
    codec: str = ""
    built: str | None = None
    items: int = 0
    sources: list[SourceSummary] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Replace the folder's manifest in one step."""
        record = {"application": "dragoman", **asdict(self)}
        temporary = folder / f"{MANIFEST}.new"
        with temporary.open("w", encoding="utf-8") as handle:
            json.dump(record, handle, ensure_ascii=False, indent=1)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(folder / MANIFEST)


def read_manifest(folder: Path) -> Manifest:
    """Read what a folder says of its index.

    Args:
        folder: The index folder.

    Raises:
        IndexFolderError: There is no folder or no index in it, or one that is unfinished, damaged or newer.
    """
    build = "build one with: dragoman build SOURCE"
    if not folder.exists():
        raise IndexFolderError(f"there is no index folder “{folder}”; {build} --index {folder}")
    if not folder.is_dir():
        raise IndexFolderError(f"“{folder}” is a file, not an index folder; name a folder with --index")
    try:
        record = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise IndexFolderError(f"there is no index in “{folder}”; {build} --index {folder}") from None
    except (OSError, ValueError) as error:
        raise IndexFolderError(f"the index in “{folder}” cannot be read ({error}); build it again") from None
    manifest = _parse(record, folder)
    if manifest.built is None:
        raise IndexFolderError(f"no build has ended in “{folder}” yet; {build} --index {folder}")
    return manifest


def _parse(record: Any, folder: Path) -> Manifest:
    damaged = IndexFolderError(f"the index in “{folder}” is damaged ({MANIFEST}); build it again")
    if not isinstance(record, dict) or record.get("application") != "dragoman":
        raise damaged
    version = record.get("format")
    if not isinstance(version, int):
        raise damaged
    if version > FORMAT_VERSION:
        raise IndexFolderError(
            f"the index in “{folder}” has format {version}, and this Dragoman reads up to {FORMAT_VERSION}; "
            "upgrade Dragoman, or build the index again"
        )
    try:
        return Manifest(
            format=version,
            codec=str(record["codec"]),
            built=record["built"],
            items=int(record["items"]),
            sources=[SourceSummary(**source) for source in record["sources"]],
        )
    except (KeyError, TypeError, ValueError):
        raise damaged from None


def claim_folder(folder: Path) -> None:
    """Make a folder ours before anything is written to it; an index of ours that is there stays as it is.

    Raises:
        IndexFolderError: The folder holds something else, or cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {entry.name for entry in folder.iterdir()}
        if MANIFEST in names:
            return
        foreign = sorted(names - WELCOME)
        if foreign:
            raise IndexFolderError(
                f"“{folder}” holds files that are not Dragoman's (such as {foreign[0]}); "
                "name an empty or new folder with --index"
            )
        Manifest().write(folder)
    except FileExistsError:
        raise IndexFolderError(f"“{folder}” is a file, not a folder; name a folder with --index") from None
    except OSError as error:
        raise IndexFolderError(f"cannot write to “{folder}”: {error.strerror}") from None


def holds_other_sources(folder: Path, source: str) -> bool:
    """Tell whether a folder holds an index that was built from anything but one source.

    Args:
        folder: The folder; it may hold no index.
        source: The name of the source.
    """
    try:
        manifest = read_manifest(folder)
    except IndexFolderError:
        return False
    return [summary.file for summary in manifest.sources] != [source]

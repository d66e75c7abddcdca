"""A built archive, the files that commit f8d6544 wrote, and a server, for all tests of this folder."""

from collections.abc import Iterator

import pytest
from contract.program import Program
from contract.workspace import Workspace, built_archive, served, written_archive
from served import Served


@pytest.fixture(scope="session")
def program() -> Program:
    """Return the command line."""
    return Program()


@pytest.fixture(scope="session")
def archive(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return the archive with its index."""
    return built_archive(program, tmp_path_factory.mktemp("contract"))


@pytest.fixture(scope="session")
def written(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return the files that commit f8d6544 wrote."""
    return written_archive(program, tmp_path_factory.mktemp("contract"))


@pytest.fixture(scope="session")
def server(archive: Workspace) -> Iterator[Served]:
    """Return a server of the archive."""
    with served(archive) as started:
        yield started

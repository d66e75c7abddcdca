"""Run pytest in a forked process for each core; they share what is imported and collected.

A process takes the next module when it is done with one, so that the fixtures of a module are made once.
"""

import gc
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from itertools import groupby
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

NUMBER_BYTES = 2
SHARED = {"_shared_finder", "sample_index", "mixed_index"}  # fixtures of the session that no test changes


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the collected tests in several processes, instead of in this one."""
    if session.config.option.collectonly or session.testsfailed:
        return None
    modules = [[*items] for _, items in groupby(session.items, lambda item: item.path)]
    queue, end = os.pipe()  # the numbers of the modules that no process has taken
    os.write(end, b"".join(number.to_bytes(NUMBER_BYTES) for number in range(len(modules))))
    os.close(end)
    _make_shared_fixtures(session)
    gc.collect()
    gc.freeze()  # a collection in a process would copy the pages of all objects
    running: dict[Connection, int] = {}
    try:
        for number in range(os.cpu_count() or 1):
            messages, target = Pipe(duplex=False)
            process = os.fork() or _work(session, f"process{number}", _take(modules, queue), target)
            target.close()
            running[messages] = process
        _report(session, running)
    except (session.Failed, session.Interrupted):  # a terminal interrupts all processes itself
        for process in running.values():
            os.kill(process, signal.SIGINT)
        raise
    finally:
        for messages, process in running.items():
            messages.close()
            os.waitpid(process, 0)
        os.close(queue)
    return True


def _make_shared_fixtures(session: pytest.Session) -> None:
    state = session._setupstate
    state.setup(session)
    for item in session.items[:1]:
        state.stack[item] = ([], None)  # only a test that is set up can request fixtures
        for name in SHARED:
            if session._fixturemanager.getfixturedefs(name, item):
                item._request.getfixturevalue(name)
        del state.stack[item]


def _take(modules: list[list[pytest.Item]], queue: int) -> Iterator[pytest.Item]:
    while number := os.read(queue, NUMBER_BYTES):
        yield from modules[int.from_bytes(number)]


def _work(session: pytest.Session, name: str, items: Iterator[pytest.Item], target: Connection) -> Any:
    """Run tests, send the name and the reports of each, and end this process."""
    config, status = session.config, 1
    capture = config.pluginmanager.getplugin("capturemanager")
    try:
        capture.stop_global_capturing()  # it writes to files of all processes
        capture.start_global_capturing()
        capture.suspend_global_capture()
        config._tmp_path_factory._basetemp = config._tmp_path_factory.mktemp(name, numbered=False)
        following = next(items, None)
        while item := following:
            target.send(item.nodeid)
            following = next(items, None)
            reports = runtestprotocol(item, log=False, nextitem=following)
            if config.option.durations is None:  # sending the others costs more than most tests
                reports = [report for report in reports if report.when == "call" or not report.passed]
            target.send(
                [config.hook.pytest_report_to_serializable(config=config, report=each) for each in reports]
            )
        target.send(None)
        status = 0
    except (KeyboardInterrupt, BrokenPipeError):
        session._setupstate.teardown_exact(None)
    except BaseException:  # noqa: BLE001 - a fault of a fixture or of pytest, which the first process fails for
        capture.stop_global_capturing()
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _report(session: pytest.Session, running: dict[Connection, int]) -> None:
    """Pass on the reports of all processes; fail if a process ends while it runs a test."""
    config, current = session.config, dict.fromkeys(running, "")
    while running:
        for source in wait([*running]):
            try:
                message = source.recv()
            except EOFError:
                message = f"a process ended while it ran {current[source]}"
                session.shouldfail = message
            if isinstance(message, str):
                current[source] = message
            elif message is None:
                os.waitpid(running.pop(source), 0)
            else:
                for data in message:
                    report = config.hook.pytest_report_from_serializable(config=config, data=data)
                    config.hook.pytest_runtest_logreport(report=report)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)


if __name__ == "__main__":
    sys.exit(pytest.main(plugins=[sys.modules[__name__]]))

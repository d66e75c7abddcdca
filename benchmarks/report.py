"""Format Markdown tables, with ratios first, and replace a section of a page."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def milliseconds(value: float) -> str:
    """Format a time with three significant digits."""
    return f"{value:.3f}" if value < 1 else f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def times_as_fast(ours: float, theirs: float) -> str:
    """Format how many times as fast Dragoman is."""
    ratio = theirs / ours
    return f"{ratio:.2f}×" if ratio < 10 else f"{ratio:,.0f}×"


def machine() -> str:
    """Describe the machine and the day."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text(encoding="utf-8"))
        model = found[1].strip() if found else model
    day, (_, load, _) = datetime.now(UTC).date().isoformat(), os.getloadavg()
    python = f"Python {platform.python_version()}"
    return f"{model}, {platform.system()}, {python}, one of {os.cpu_count()} cores (load {load:.1f}), {day}"


def replace_section(page: Path, name: str, text: str) -> None:
    """Replace the text between a page's markers with a name."""
    begin, end = f"<!-- {name}: written by make bench -->", f"<!-- end of {name} -->"
    before, opened, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not opened or not closed:
        raise ValueError(f"{page.name} has no section marked “{name}”")
    page.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}", encoding="utf-8")

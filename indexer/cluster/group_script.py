"""The scripts that count the groups of near duplicates among matches: a bit for each group that has one.

A cluster's own count of distinct values is an estimate, and its list of the groups with several matches took
1.5 to 3 times as long as these scripts.
"""

from __future__ import annotations

from typing import Any


def groups_metric(unused: int) -> dict[str, Any]:
    """Give the aggregation that counts the groups of documents which all are in one.

    Args:
        unused: A number above those of all groups.
    """
    return {
        "scripted_metric": {
            "params": {"size": unused // 64 + 1},
            "init_script": "state.bits = new long[params.size]",
            "map_script": (
                "int group = (int) doc['group'].value; state.bits[group >> 6] |= 1L << (group & 63)"
            ),
            "combine_script": "return state.bits",
            "reduce_script": (
                "int count = 0; for (int at = 0; at < params.size; at++) { long bits = 0L; "
                "for (part in states) { if (part != null) { bits |= part[at]; } } "
                "count += Long.bitCount(bits); } return count"
            ),
        }
    }

"""What an evaluation measured, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from searcher.present import records
from searcher.present.legible import legible
from searcher.present.stream import TolerantStream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from searcher.evaluation.judge import Evaluation


def write_measures(
    evaluation: Evaluation, compared: Mapping[str, Any] | None, stream: TextIO, *, as_json: bool
) -> None:
    """Write the measures of each topic, their means, and a comparison if there is one."""
    means = {name: round(value, 4) for name, value in evaluation.means.items()}
    if as_json:
        topics = {
            topic: {name: round(value, 4) for name, value in values.items()}
            for topic, values in evaluation.per_topic.items()
        }
        record: dict[str, Any] = {"mean": means, "topics": topics, "found_nothing": evaluation.found_nothing}
        if compared is not None:
            record["comparison"] = dict(compared)
        records.write_object(record, stream)
        return
    out = TolerantStream(stream)
    width = max(len("topic"), *(len(topic) for topic in evaluation.per_topic))
    out.write(f"{'topic':{width}}" + "".join(f"{name:>12}" for name in means) + "\n")
    for topic, values in [*evaluation.per_topic.items(), ("mean", means)]:
        cells = "".join(f"{values[name]:12.3f}" for name in means)
        out.write(f"{legible(topic):{width}}{cells}\n")
    if evaluation.found_nothing:
        out.write(f"found nothing: {legible(', '.join(evaluation.found_nothing))}\n")
    if compared is not None:
        out.write(
            f"{compared['measure']}: {compared['difference']:+.3f} with expansion "
            f"({compared['rose']} topics rose, {compared['fell']} fell; p = {compared['p']:.4f})\n"
        )

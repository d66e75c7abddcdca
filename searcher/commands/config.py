"""The command that shows which options are set without being typed, and by what: config."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from searcher.commands import options
from searcher.commands.output import echo_error, open_output

if TYPE_CHECKING:
    from searcher.commands.configuration import Setting


@click.command()
@options.output_format
@click.pass_context
def config(context: click.Context, form: str) -> None:
    """Show which options are set without being typed, by what, and where.

    What is typed beats the environment, that beats dragoman.toml in the current folder, and that beats the
    user's own file. docs/shell.md says how they are written.
    """
    from searcher.commands.configuration import in_force, legible_value, read_settings, unknown_variables
    from searcher.commands.settings import FILE, PREFIX, user_file

    program = context.find_root().command
    assert isinstance(program, click.Group)
    settings = context.obj if context.obj is not None else read_settings(program)
    facts: dict[str, Any] = {
        "environment": f"{PREFIX}OPTION",
        "folder": FILE,
        "user": user_file(),
        "settings": [
            _row(one, legible_value(one)) | ({} if in_force(one, settings) else {"beaten": True})
            if form == "table"
            else {
                "option": one.option,
                "command": one.command,
                "value": legible_value(one),
                "set_by": one.by,
                "place": one.place,
                "in_force": in_force(one, settings),
            }
            for one in settings
        ],
    }
    open_output(form).write_info(facts)
    for variable in unknown_variables(settings):
        echo_error(f"{variable} is set, and no command has an option of that name")


def _row(setting: Setting, value: Any) -> dict[str, Any]:
    command = f"{setting.command} " if setting.command else ""
    shown = ", ".join(map(str, value)) if isinstance(value, list) else value
    return {"option": f"{command}--{setting.option}", "value": shown, "by": setting.place}

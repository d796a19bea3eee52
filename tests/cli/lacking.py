"""Carries out commands of the console one after the other in one process, and tells how each ended: run as a process.

Reads a list of commands as JSON from standard input; writes what each answered, and every command there is.
"""

import io
import json
import sys
import traceback
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import click

from bihuan.cli.main import main


def ended(words: list[str]) -> dict[str, Any]:
    out, code = io.StringIO(), 0
    with redirect_stdout(out), redirect_stderr(out):
        try:
            main.main(args=words, prog_name="bihuan")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except Exception:
            code = -1
            traceback.print_exc(file=out)
    return {"words": words, "code": code, "out": out.getvalue()}


def leaves(group: click.Group, context: click.Context) -> Iterator[tuple[str, list[str]]]:
    """The name of every command, those of groups with the group's before it, and words that it understands."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ((f"{name} {one}", words) for one, words in leaves(command, context))
        elif command is not None:
            wanted = [one for one in command.params if one.required]
            flags = [[one.opts[-1]] if isinstance(one, click.Option) else [] for one in wanted]
            yield name, [word for one, flag in zip(wanted, flags, strict=True) for word in (*flag, example(one.type))]


def example(kind: click.ParamType) -> str:
    """Something of that kind."""
    match kind:
        case click.Path():
            return "letters.csv"
        case click.DateTime():
            return "2026-10-01"
        case click.Choice():
            return str(kind.choices[0])
        case _:
            return "1" if kind.name.startswith("integer") else "nowhere"


if __name__ == "__main__":
    answers = [ended(words) for words in json.load(sys.stdin)]
    try:
        names = dict(leaves(main, click.Context(main)))
    except OSError:  # without a folder no command can be looked at
        names = {}
    json.dump({"answers": answers, "names": names}, sys.stdout)

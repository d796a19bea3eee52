"""Every act of instructions: `from bihuan.instructions import commands as instructions`."""

from bihuan.instructions.commands import handling, reform
from bihuan.instructions.commands.beginning import call_in, enter_one, give
from bihuan.instructions.commands.life import LIFE, noon
from bihuan.instructions.commands.resting import by_number, confirm, deny, done, enter

__all__ = [
    "LIFE",
    "by_number",
    "call_in",
    "confirm",
    "deny",
    "done",
    "enter",
    "enter_one",
    "give",
    "handling",
    "noon",
    "reform",
]

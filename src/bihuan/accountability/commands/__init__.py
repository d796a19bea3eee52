"""Every act of clues: `from bihuan.accountability import commands as accountability`."""

from bihuan.accountability.commands import detecting, handling, reform
from bihuan.accountability.commands.life import LIFE
from bihuan.accountability.commands.opening import Finding, find, may_open, must_open, open_one

__all__ = ["LIFE", "Finding", "detecting", "find", "handling", "may_open", "must_open", "open_one", "reform"]

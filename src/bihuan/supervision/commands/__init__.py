"""Every act of supervision: `from bihuan.supervision import commands as supervision`."""

from bihuan.supervision.commands import marking, reform
from bihuan.supervision.commands.colouring import register as register_coloured
from bihuan.supervision.commands.life import LIVES, URGE_LIFE
from bihuan.supervision.commands.ordering import issue as order
from bihuan.supervision.commands.ordering import suggest_order
from bihuan.supervision.commands.reminding import issue as remind
from bihuan.supervision.commands.reminding import suggest_reminder
from bihuan.supervision.commands.urging import end_of, lapse, repeat, reply, send, settle, urge, urge_selected

__all__ = [
    "LIVES",
    "URGE_LIFE",
    "end_of",
    "lapse",
    "marking",
    "order",
    "reform",
    "register_coloured",
    "remind",
    "repeat",
    "reply",
    "send",
    "settle",
    "suggest_order",
    "suggest_reminder",
    "urge",
    "urge_selected",
]

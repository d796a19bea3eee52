"""Every act on a matter, under one name: `from bihuan.matters import commands as matters`."""

from bihuan.matters.commands import on_cases, reform
from bihuan.matters.commands.coordinating import coordinate, report_coordination
from bihuan.matters.commands.entry import (
    classify,
    drop,
    explain,
    hold_books,
    index_next,
    join,
    propose,
    put_forward,
    register,
    report,
)
from bihuan.matters.commands.following import begin_following
from bihuan.matters.commands.handling import (
    assign,
    draft_feedback,
    reassign,
    record_progress,
    reply_urge,
    send_back_draft,
    sign_in,
    submit_feedback,
    urge,
)
from bihuan.matters.commands.life import LIFE, let_see
from bihuan.matters.commands.settling import (
    confirm,
    end_tracking,
    recheck,
    reopen,
    send_back,
    strike_off,
    strike_off_and_track,
    supervise,
)

__all__ = [
    "LIFE",
    "assign",
    "begin_following",
    "classify",
    "confirm",
    "coordinate",
    "draft_feedback",
    "drop",
    "end_tracking",
    "explain",
    "hold_books",
    "index_next",
    "join",
    "let_see",
    "on_cases",
    "propose",
    "put_forward",
    "reassign",
    "recheck",
    "record_progress",
    "reform",
    "register",
    "reopen",
    "reply_urge",
    "report",
    "report_coordination",
    "send_back",
    "send_back_draft",
    "sign_in",
    "strike_off",
    "strike_off_and_track",
    "submit_feedback",
    "supervise",
    "urge",
]

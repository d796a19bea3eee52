"""Every act of joint handling, under one name: `from bihuan.joint import commands as joint`."""

from bihuan.joint.commands import district, filing, members, reform
from bihuan.joint.commands.beginning import blow, index_next, link
from bihuan.joint.commands.filing import dissolve
from bihuan.joint.commands.life import LIVES, let_see
from bihuan.joint.commands.lists import cover, end_topic, enter_topic, name_liaison
from bihuan.joint.commands.on_cases import look_ahead

__all__ = [
    "LIVES",
    "blow",
    "cover",
    "dissolve",
    "district",
    "end_topic",
    "enter_topic",
    "filing",
    "index_next",
    "let_see",
    "link",
    "look_ahead",
    "members",
    "name_liaison",
    "reform",
]

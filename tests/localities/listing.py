"""An invented list of places."""

from bihuan.localities import commands
from bihuan.localities.types import Line, Loaded
from tests.towns import START, Town, settle

NAMES = {
    "9901": "东河区",
    "990101": "新桥街道",
    "990101001": "花园社区",
    "990101002": "学府社区",
    "990102": "柳林镇",
    "990102001": "花园村",
    "9902": "西河区",
    "990201": "新桥镇",
}


def lines(names: dict[str, str] = NAMES) -> list[Line]:
    """The list as a table holds it."""
    return [Line(at, code, name) for at, (code, name) in enumerate(names.items(), 2)]


def with_list(town: Town, *, chief: str = "chief") -> Loaded:
    """The town with an administrator and the list."""
    settle(town.code, town.desk, chief, "administrator")
    return commands.load(lines=lines(), actor=town.actor(chief), now=START)

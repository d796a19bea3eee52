"""What the endpoints of the administration share: who may read them, and how a write among them is described."""

from collections.abc import Callable
from typing import Any

from bihuan.access import queries as access
from bihuan.access.types import Power
from bihuan.api.endpoints import Call, Endpoint, Reply, View
from bihuan.api.problems import Problem
from bihuan.kernel.fields import Fields


def for_administrators(read: Callable[[Call], Reply]) -> Callable[[Call], Reply]:
    """A way of reading that is the administrator's alone."""

    def view(call: Call) -> Reply:
        must_administer(call)
        return read(call)

    return view


def must_administer(call: Call) -> None:
    """Raises Problem where whoever signs does not administer the jurisdiction."""
    if refusal := access.barred(Power.ADMINISTER, call.actor, call.standing.jurisdiction):
        raise Problem(403, "forbidden", "职务权限不足", refusal.reason)


def write(
    tag: str,
    path: str,
    name: str,
    summary: str,
    view: View,
    returns: Any,
    body: type[Fields] | None = None,
    **more: Any,
) -> Endpoint:
    """A write of the administrator's."""
    told = f"{summary}（系统管理员）"
    said = {"path": path, "view": view, "name": name, "tag": tag, "summary": told, "body": body, "returns": returns}
    return Endpoint(method="POST", **said, **more)

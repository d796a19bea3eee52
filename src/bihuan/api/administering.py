"""What the endpoints of the administration share: who may read them, and how a write among them is described."""

from collections.abc import Callable
from typing import Any

from bihuan.access import queries as access
from bihuan.access.types import Power
from bihuan.api.endpoints import Call, Endpoint, Reply, View
from bihuan.api.problems import Problem
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refusal

Read = Callable[[Call], Reply]


def for_administrators(read: Read) -> Read:
    """A way of reading that is the administrator's alone."""
    return unless(lambda call: access.barred(Power.ADMINISTER, call.actor, call.standing.jurisdiction), read)


def unless(barred: Callable[[Call], Refusal | None], read: Read) -> Read:
    """A way of reading that is for some posts alone."""

    def view(call: Call) -> Reply:
        must_be_open(barred(call))
        return read(call)

    return view


def must_administer(call: Call) -> None:
    """Raises Problem where whoever signs does not administer the jurisdiction."""
    must_be_open(access.barred(Power.ADMINISTER, call.actor, call.standing.jurisdiction))


def must_be_open(refusal: Refusal | None) -> None:
    """Raises Problem where a way of reading is not for whoever signs."""
    if refusal is not None:
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

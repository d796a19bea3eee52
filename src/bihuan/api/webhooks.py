"""Endpoints of other systems, to which events go: set up by the administrator, tended by the operator too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import Field

from bihuan.api.administering import Read, unless, write
from bihuan.api.endpoints import BASE, Call, Endpoint, Reply
from bihuan.kernel.fields import Fields
from bihuan.webhooks import commands, queries
from bihuan.webhooks.types import (
    ChangeEndpoint,
    DeliveryRow,
    DeliveryState,
    EndpointRow,
    NewEndpoint,
    Redeliver,
)

TAG = "事件推送"


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The endpoints of the jurisdiction."""

    items: tuple[EndpointRow, ...]


@dataclass(frozen=True, slots=True)
class SecretTold:
    """An endpoint and its new signing secret. It is told once: null in the answer to a repeat."""

    id: int
    secret: str | None


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What goes and went to an endpoint, the newest first; `next` is where to read on, null at the end."""

    items: tuple[DeliveryRow, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Again:
    """How many events will be sent again."""

    times: int


class WantedDeliveries(Fields):
    """Which of them."""

    state: DeliveryState | None = Field(None, title="状态")
    before: int | None = Field(None, title="从哪一条以前", ge=1, lt=2**63)
    limit: int = Field(50, title="条数", ge=1, le=200)


class OneDelivery(Fields):
    """One event on its way to an endpoint."""

    delivery: int = Field(title="推送编号", ge=1, lt=2**63)


_OURS = "（系统管理员、运维员）"


def _ours(read: Read) -> Read:
    return unless(lambda call: queries.barred(call.actor), read)


def endpoints() -> Iterator[Endpoint]:
    """Webhooks."""
    yield Endpoint(
        method="GET",
        path="webhooks",
        view=_ours(_webhooks),
        name="list_webhooks",
        tag=TAG,
        summary=f"全部推送{_OURS}",
        returns=Webhooks,
        leads=dict.fromkeys(("get_webhook", "list_deliveries"), ("id", "/items/0/id")),
    )
    yield Endpoint(
        method="GET",
        path="webhooks/{id}",
        view=_ours(lambda call: Reply(_row(call))),
        name="get_webhook",
        tag=TAG,
        summary=f"一个推送{_OURS}",
        returns=EndpointRow,
    )
    yield Endpoint(
        method="GET",
        path="webhooks/{id}/deliveries",
        view=_ours(_deliveries),
        name="list_deliveries",
        tag=TAG,
        summary=f"推送日志{_OURS}",
        returns=Deliveries,
        query=WantedDeliveries,
    )
    yield from _administered()
    yield from _tended()


def _administered() -> Iterator[Endpoint]:
    yield write(TAG, "webhooks", "add_webhook", "设置推送，签名密钥只答一次", _add, SecretTold, NewEndpoint, status=201)
    yield write(TAG, "webhooks/{id}/change", "change_webhook", "修改推送", _change, EndpointRow, ChangeEndpoint)
    said = "更换签名密钥，只答一次；原密钥并用，直到停用"
    yield write(TAG, "webhooks/{id}/secret", "renew_webhook_secret", said, _secret, SecretTold)
    path, drop = "webhooks/{id}/secret/drop", _act(commands.drop_secret)
    yield write(TAG, path, "drop_webhook_secret", "停用原签名密钥", drop, EndpointRow)
    yield write(TAG, "webhooks/{id}/end", "end_webhook", "结束推送", _act(commands.end, at=True), EndpointRow)


def _tended() -> Iterator[Endpoint]:
    acts: tuple[tuple[str, str, str, Callable[[Call], Reply], type[object], type[Fields] | None], ...] = (
        ("suspend", "suspend_webhook", "暂停推送", _act(commands.suspend, at=True), EndpointRow, None),
        ("resume", "resume_webhook", "恢复推送", _act(commands.resume, at=True), EndpointRow, None),
        ("redeliver", "redeliver", "重新推送一段时间的事件", _redeliver, Again, Redeliver),
        ("redeliver-one", "redeliver_one", "重新推送一条事件", _redeliver_one, Again, OneDelivery),
        ("pass-by", "pass_by", "不再推送一条事件", _pass_by, EndpointRow, OneDelivery),
    )
    for word, name, does, view, returns, body in acts:
        yield Endpoint(
            method="POST",
            path=f"webhooks/{{id}}/{word}",
            view=view,
            name=name,
            tag=TAG,
            summary=f"{does}{_OURS}",
            returns=returns,
            body=body,
        )


def _row(call: Call) -> EndpointRow:
    return queries.endpoint(call.row_id, call.actor)


def _webhooks(call: Call) -> Reply:
    return Reply(Webhooks(queries.endpoints(call.actor)))


def _deliveries(call: Call) -> Reply:
    asked: WantedDeliveries = call.query
    queries.endpoint(call.row_id, call.actor)
    found = queries.deliveries(
        call.row_id, call.actor, state=asked.state or "", before=asked.before, limit=asked.limit + 1
    )
    shown = found[: asked.limit]
    return Reply(Deliveries(shown, shown[-1].id if len(found) > asked.limit else None))


def _told_once(id: int, secret: str, place: str = "") -> Reply:
    """The secret in the answer itself, and in nothing that is kept of it."""
    return Reply(SecretTold(id, secret), place=place, again=SecretTold(id, None))


def _add(call: Call) -> Reply:
    id, secret = commands.add(fields=call.fields, actor=call.actor, now=call.now, at=call.at)
    return _told_once(id, secret, f"{BASE}/webhooks/{id}")


def _change(call: Call) -> Reply:
    commands.change(id=call.row_id, fields=call.fields, actor=call.actor, now=call.now)
    return Reply(_row(call))


def _secret(call: Call) -> Reply:
    id = call.row_id
    return _told_once(id, commands.renew_secret(id=id, actor=call.actor, now=call.now))


def _act(run: Callable[..., None], *, at: bool = False) -> Callable[[Call], Reply]:
    def view(call: Call) -> Reply:
        more = {"at": call.at} if at else {}
        run(id=call.row_id, actor=call.actor, now=call.now, **more)
        return Reply(_row(call))

    return view


def _redeliver(call: Call) -> Reply:
    return Reply(Again(commands.redeliver(id=call.row_id, fields=call.fields, actor=call.actor, now=call.now)))


def _redeliver_one(call: Call) -> Reply:
    commands.redeliver_one(id=call.row_id, delivery=call.fields.delivery, actor=call.actor, now=call.now)
    return Reply(Again(1))


def _pass_by(call: Call) -> Reply:
    commands.pass_by(id=call.row_id, delivery=call.fields.delivery, actor=call.actor, now=call.now, at=call.at)
    return Reply(_row(call))

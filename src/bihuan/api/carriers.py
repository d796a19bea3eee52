"""Where one is told of notices, and how they leave the house: the administrator sets that up."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from bihuan.api.administering import for_administrators, write
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.carriers import commands, queries
from bihuan.carriers.types import CarrierKind, CarrierRow, MessageRow, MessageState, Preferences, SetMail, SetSms
from bihuan.kernel.fields import Fields

TAG = "通知外发"


@dataclass(frozen=True, slots=True)
class Carriers:
    """The carriers that are set up."""

    items: tuple[CarrierRow, ...]


@dataclass(frozen=True, slots=True)
class CarrierMessages:
    """What goes and went by carriers, the newest first; `next` is where to read on, null at the end."""

    items: tuple[MessageRow, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Resent:
    """How many go once more."""

    times: int


class WantedMessages(Fields):
    """Which of them."""

    state: MessageState | None = Field(None, title="状态")
    before: int | None = Field(None, title="从哪一条以前", ge=1, lt=2**63)
    limit: int = Field(50, title="条数", ge=1, le=200)


class WhichCarrier(Fields):
    """One of the carriers."""

    carrier: CarrierKind = Field(title="渠道")


def endpoints() -> Iterator[Endpoint]:
    """Carriers and preferences."""
    yield Endpoint(
        method="GET",
        path="notices/preferences",
        view=lambda call: Reply(queries.preferences(call.actor)),
        name="get_notice_preferences",
        tag=TAG,
        summary="本人的通知发送设置",
        returns=Preferences,
    )
    yield Endpoint(
        method="POST",
        path="notices/preferences",
        view=_prefer,
        name="set_notice_preferences",
        tag=TAG,
        summary="设置本人的通知怎样发送",
        returns=Preferences,
        body=Preferences,
    )
    found = for_administrators(lambda call: Reply(Carriers(queries.carriers(call.actor))))
    yield Endpoint(
        method="GET", path="carriers", view=found, name="list_carriers", tag=TAG,
        summary="通知外发渠道（系统管理员）", returns=Carriers,
    )  # fmt: skip
    yield Endpoint(
        method="GET", path="carriers/messages", view=for_administrators(_messages), name="list_carrier_messages",
        tag=TAG, summary="通知外发日志（系统管理员）", returns=CarrierMessages, query=WantedMessages,
    )  # fmt: skip
    yield write(TAG, "carriers/smtp", "set_up_mail", "设置电子邮件", _mail, Carriers, SetMail)
    yield write(TAG, "carriers/sms", "set_up_sms", "设置短信", _sms, Carriers, SetSms)
    yield write(TAG, "carriers/stop", "stop_carrier", "停用通知外发渠道", _stop, Carriers, WhichCarrier)
    yield write(TAG, "carriers/resend", "resend_messages", "重新发送没有发出的通知", _resend, Resent)


def _prefer(call: Call) -> Reply:
    commands.prefer(fields=call.fields, actor=call.actor)
    return Reply(queries.preferences(call.actor))


def _carriers(call: Call) -> Reply:
    return Reply(Carriers(queries.carriers(call.actor)))


def _messages(call: Call) -> Reply:
    asked: WantedMessages = call.query
    found = queries.messages(call.actor, state=asked.state or "", before=asked.before, limit=asked.limit + 1)
    shown = found[: asked.limit]
    return Reply(CarrierMessages(shown, shown[-1].id if len(found) > asked.limit else None))


def _mail(call: Call) -> Reply:
    commands.set_up(kind=CarrierKind.SMTP, fields=call.fields, actor=call.actor, now=call.now, at=call.at)
    return _carriers(call)


def _sms(call: Call) -> Reply:
    commands.set_up(kind=CarrierKind.SMS, fields=call.fields, actor=call.actor, now=call.now, at=call.at)
    return _carriers(call)


def _stop(call: Call) -> Reply:
    commands.stop(kind=call.fields.carrier, actor=call.actor, now=call.now, at=call.at)
    return _carriers(call)


def _resend(call: Call) -> Reply:
    return Reply(Resent(commands.resend(actor=call.actor, now=call.now, at=call.at)))

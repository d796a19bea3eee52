"""What a message says, and how it is given to a carrier. Nothing of it was written by anybody."""

import json
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import quote_plus

from django.conf import settings

from bihuan.carriers.types import CarrierKind, Claimed, Outcome, Told, Tried, headers_of
from bihuan.kernel.zone import ZONE
from bihuan.outbound import http, smtp
from bihuan.outbound.origins import Listed
from bihuan.outbound.smtp import Relay

SMS_LONGEST = 300


def line(one: Told) -> str:
    """A notice in one line."""
    if one.times > 1:
        return f"{one.group.label}：{one.times}项，见工作台"
    due = f"，{one.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}到期" if one.due_at else ""
    return f"{one.group.label}：{one.number} {one.duty}{due}"


def subject(told: tuple[Told, ...]) -> str:
    """The subject of an e-mail."""
    return f"【闭环】{line(told[0])}" if len(told) == 1 else f"【闭环】{len(told)}条通知"


def mail(claimed: Claimed, at: datetime) -> EmailMessage:
    """The e-mail, under the same Message-ID at every try."""
    message = EmailMessage()
    sender = claimed.settings["sender"]
    message["From"], message["To"] = sender, claimed.to
    message["Subject"] = subject(claimed.told)
    message["Date"] = at
    message["Message-ID"] = f"<{claimed.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    site = settings.SITE_ADDRESS
    lines = [f"{line(one)}\n{one.url}" if site else line(one) for one in claimed.told]
    foot = f"\n\n什么时候发给您，在这里设置：{site}/notices/preferences/" if site else ""
    message.set_content("\n\n".join(lines) + foot + "\n")
    return message


def text(told: tuple[Told, ...]) -> str:
    """A text message."""
    whole = line(told[0]) if len(told) == 1 else f"{len(told)}条通知：" + "；".join(map(line, told))
    return whole if len(whole) <= SMS_LONGEST else whole[: SMS_LONGEST - 1] + "…"


def give(claimed: Claimed, *, at: datetime, listed: Listed, patience: float | None = None) -> Tried:
    """Give a message to its carrier."""
    if not claimed.told:
        return Tried(Outcome.NEVER, "通知已经删除")
    if not claimed.to:
        return Tried(Outcome.NEVER, "没有收件地址")
    if claimed.kind is CarrierKind.SMTP:
        return _by_mail(claimed, at, listed, patience or smtp.SECONDS)
    return _by_sms(claimed, listed, patience or http.SECONDS)


def _by_mail(claimed: Claimed, at: datetime, listed: Listed, patience: float) -> Tried:
    relay = Relay(claimed.settings["address"], claimed.settings["username"], claimed.secret)
    try:
        said = smtp.send(mail(claimed, at), to=claimed.to, relay=relay, listed=listed, seconds=patience)
    except smtp.Rejected as error:
        return Tried(Outcome.NEVER, str(error))
    except http.NotSent as error:
        return Tried(Outcome.AGAIN, str(error))
    return Tried(Outcome.SENT, reference=said)


def _by_sms(claimed: Claimed, listed: Listed, patience: float) -> Tried:
    said = {"phone": claimed.to, "text": text(claimed.told), "id": claimed.id, "secret": claimed.secret}
    body = claimed.settings["body"]
    as_json = body.lstrip().startswith(("{", "["))
    headers = {"Content-Type": "application/json; charset=utf-8" if as_json else "application/x-www-form-urlencoded"}
    for name, value in (headers_of(claimed.settings["headers"]) or {}).items():
        headers[name] = value.replace("{secret}", claimed.secret)
    escape = (lambda word: json.dumps(word, ensure_ascii=False)[1:-1]) if as_json else quote_plus
    for name, word in said.items():
        body = body.replace(f"{{{name}}}", escape(word))
    try:
        answer = http.send(claimed.settings["address"], body.encode(), headers=headers, listed=listed, seconds=patience)
    except http.NotSent as error:
        # whether the gateway took it in is known only where no connection came about
        return Tried(Outcome.AGAIN if error.unheard else Outcome.UNKNOWN, str(error))
    if 200 <= answer.status < 300 and succeeded(answer.text, claimed.settings["success"]):
        return Tried(Outcome.SENT)
    told = f"网关答复{answer.status}：{answer.text}"
    return Tried(Outcome.AGAIN if answer.status in (429, 503) else Outcome.NEVER, told)


def succeeded(answer: str, wanted: str) -> bool:
    """Whether an answer says that the message was taken: it holds that text, or `/path=value` in its JSON."""
    if not wanted.startswith("/"):
        return wanted in answer
    path, _, value = wanted.partition("=")
    try:
        found = json.loads(answer)
        for word in path[1:].split("/"):
            found = found[int(word)] if isinstance(found, list) else found[word]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return False
    return not isinstance(found, Mapping | list) and (found if isinstance(found, str) else json.dumps(found)) == value

"""Carriers of a jurisdiction, one's own preferences, and what is on its way."""

from django.db.models import Count, Q

from bihuan.access.sealing import Box
from bihuan.carriers.models import OPEN, Address, Carrier, Message, Preference
from bihuan.carriers.types import CarrierKind, CarrierRow, MessageRow, MessageState, Preferences
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import granted
from bihuan.notices.types import Group
from bihuan.organisations.rules import may_administer

ADDRESSES = Box("bihuan notice address")
SECRETS = Box("bihuan carrier secret")


def carriers(actor: Actor) -> tuple[CarrierRow, ...]:
    """The carriers that are set up in the actor's jurisdiction. Raises Refused."""
    granted(may_administer(actor))
    counted = Message.objects.filter(jurisdiction=actor.jurisdiction).values_list("kind")
    counts = {
        kind: (waiting, sent, failed, unknown)
        for kind, waiting, sent, failed, unknown in counted.annotate(
            waiting=Count("id", filter=Q(state__in=OPEN)),
            sent=Count("id", filter=Q(state=MessageState.SENT)),
            failed=Count("id", filter=Q(state=MessageState.FAILED)),
            unknown=Count("id", filter=Q(state=MessageState.UNKNOWN)),
        )
    }
    return tuple(
        CarrierRow(
            CarrierKind(row.kind),
            row.active,
            row.settings,
            row.sealed is not None,
            row.changed_at,
            *counts.get(row.kind, (0, 0, 0, 0)),
        )
        for row in Carrier.objects.filter(jurisdiction=actor.jurisdiction).order_by("kind")
    )


def offered(jurisdiction: str) -> dict[CarrierKind, dict[str, str]]:
    """The carriers that are in use, with their settings; nothing of them is secret."""
    rows = Carrier.objects.filter(jurisdiction=jurisdiction, active=True)
    return {CarrierKind(row.kind): dict(row.settings) for row in rows}


def preferences(actor: Actor) -> Preferences:
    """Where the actor is told, and when."""
    said: dict[str, str] = {}
    for row in Address.objects.filter(account=actor.account, jurisdiction=actor.jurisdiction):
        said["mobile" if row.kind == CarrierKind.SMS else "mail"] = ADDRESSES.unseal(row.sealed) or ""
    for one in Preference.objects.filter(account=actor.account, jurisdiction=actor.jurisdiction):
        group = Group(one.group)
        said[f"sms_{group}" if one.kind == CarrierKind.SMS else str(group)] = one.timing
    return Preferences.model_validate(said)


def messages(actor: Actor, *, state: str = "", before: int | None = None, limit: int = 50) -> tuple[MessageRow, ...]:
    """What goes and went by carriers, the newest first, from an id on. Raises Refused."""
    granted(may_administer(actor))
    rows = Message.objects.filter(jurisdiction=actor.jurisdiction)
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return tuple(
        MessageRow(
            row.id,
            row.account,
            CarrierKind(row.kind),
            MessageState(row.state),
            row.attempts,
            row.queued_at,
            row.sent_at,
            row.error,
        )
        for row in rows.order_by("-id")[:limit]
    )

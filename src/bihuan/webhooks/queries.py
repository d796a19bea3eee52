"""Endpoints, what is on its way to them, and how the tries went."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q

from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.refusal import Refusal, Unknown, granted
from bihuan.organisations.queries import person_name_of
from bihuan.webhooks import rules
from bihuan.webhooks.models import OPEN, Attempt, Delivery, Endpoint
from bihuan.webhooks.types import AttemptRow, DeliveryRow, DeliveryState, EndpointRow, EndpointState, Why

TRIES_SHOWN = 5
"""So many tries of an event are told, the last ones."""


def barred(actor: Actor) -> Refusal | None:
    """Why webhooks are not shown to the actor; nothing where they are."""
    return rules.may_tend(actor)


def endpoints(actor: Actor) -> tuple[EndpointRow, ...]:
    """The endpoints of the actor's jurisdiction, those in use first. Raises Refused."""
    return tuple(_rows(actor))


def endpoint(id: int, actor: Actor) -> EndpointRow:
    """One of them. Raises Unknown, Refused."""
    found = next(iter(_rows(actor, Q(id=id))), None)
    if found is None:
        raise Unknown(str(id))
    return found


def _rows(actor: Actor, *only: Q) -> Iterable[EndpointRow]:
    granted(rules.may_tend(actor))
    found = Endpoint.objects.filter(*only, jurisdiction=actor.jurisdiction).annotate(named=person_name_of("account"))
    rows = sorted(found, key=lambda row: (row.state == EndpointState.ENDED, row.label, row.id))
    counted = Delivery.objects.filter(endpoint__in=[row.id for row in rows]).values_list("endpoint")
    counts = {
        id: (waiting, sent, last)
        for id, waiting, sent, last in counted.annotate(
            waiting=Count("id", filter=Q(state__in=OPEN)),
            sent=Count("id", filter=Q(state=DeliveryState.SENT)),
            last=Max("sent_at", filter=Q(state=DeliveryState.SENT)),
        )
    }
    for row in rows:
        waiting, sent, last = counts.get(row.id, (0, 0, None))
        yield EndpointRow(
            id=row.id,
            label=row.label,
            address=row.address,
            account=row.account,
            account_name=row.named,
            kinds=tuple(row.kinds),
            state=EndpointState(row.state),
            why=Why(row.why),
            two_secrets=row.sealed_before is not None,
            created_at=row.created_at,
            failing_since=row.failing_since,
            next_at=row.next_at,
            waiting=waiting,
            sent=sent,
            last_sent_at=last,
        )


def deliveries(
    endpoint: int, actor: Actor, *, state: str = "", before: int | None = None, limit: int = 50
) -> tuple[DeliveryRow, ...]:
    """What goes and went to an endpoint, the newest first, from an id on, each with its last tries. Raises Refused."""
    granted(rules.may_tend(actor))
    rows = Delivery.objects.filter(endpoint=endpoint, jurisdiction=actor.jurisdiction).defer("body")
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(id__lt=before)
    shown = list(rows.order_by("-id")[:limit])
    tries = defaultdict[int, list[AttemptRow]](list)
    for one in Attempt.objects.filter(delivery__in=[row.id for row in shown]).order_by("-id"):
        tries[one.delivery_id].append(AttemptRow(one.at, one.milliseconds, one.status, one.answer, one.trouble))
    return tuple(
        DeliveryRow(
            id=row.id,
            event=row.event,
            subject=row.subject,
            kind=row.kind,
            at=row.at,
            state=DeliveryState(row.state),
            attempts=row.attempts,
            next_at=row.next_at,
            sent_at=row.sent_at,
            tries=tuple(tries[row.id][:TRIES_SHOWN]),
        )
        for row in shown
    )


def with_work(at: datetime) -> list[int]:
    """The endpoints of all jurisdictions to which something may be sent now."""
    due = Q(next_at__isnull=True) | Q(next_at__lte=at)
    waiting = Delivery.objects.filter(endpoint=OuterRef("pk"), state__in=OPEN)
    some = Exists(waiting.filter(due)) | Exists(waiting) & Q(failures__gte=rules.RESTS_AFTER)
    rows = Endpoint.objects.filter(due, some, state=EndpointState.ACTIVE)
    return list(rows.order_by("id").values_list("id", flat=True))


def known_kinds() -> frozenset[str]:
    """Every kind of event that there is."""
    return frozenset(_kinds(Happening))


def _kinds(above: type[Happening]) -> Iterable[str]:
    for one in above.__subclasses__():
        if isinstance(kind := getattr(one, "kind", None), str):
            yield kind
        yield from _kinds(one)

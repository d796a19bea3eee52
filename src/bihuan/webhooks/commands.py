"""Endpoints: set up, changed, suspended, resumed; events queued for them, claimed, and noted as taken in or not.

What goes out goes by jobs alone (`jobs.deliver`). Times of deliveries are real ones: they guard what is outside.
"""

import base64
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from bihuan.access.sealing import Box
from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.refusal import Unknown, granted
from bihuan.organisations import queries as organisations
from bihuan.organisations.rules import may_administer
from bihuan.outbound.origins import Listed, Origin
from bihuan.outbound.trying import LEASE, WAITS, next_try
from bihuan.policy import norms
from bihuan.record import stream
from bihuan.record.commands import NOWHERE, append, command, lock
from bihuan.record.stream import Consumer, StreamEvent
from bihuan.record.types import subject_of
from bihuan.subjects.registry import REGISTRY
from bihuan.webhooks import queries, rules
from bihuan.webhooks.envelope import PREFIX, body_of
from bihuan.webhooks.models import OPEN, Attempt, Delivery, Endpoint
from bihuan.webhooks.types import (
    ChangeEndpoint,
    Claimed,
    DeliveryDropped,
    DeliveryState,
    EndpointAdded,
    EndpointChanged,
    EndpointEnded,
    EndpointResumed,
    EndpointState,
    EndpointSuspended,
    NewEndpoint,
    Redeliver,
    Redelivered,
    SecretDropped,
    SecretRenewed,
    Tried,
    Why,
)

WEBHOOKS = stream.consumes(Consumer("webhooks"))
KEPT = timedelta(days=30)
"""So long what was taken in is kept, and so long an endpoint may be suspended."""
SECRET_BYTES = 32
_BOX = Box("bihuan webhook secret")


@command()
def add(*, fields: NewEndpoint, actor: Actor, now: datetime, at: datetime) -> tuple[int, str]:
    """Set up an endpoint; answers its id and the secret by which it checks what comes, once."""
    granted(may_administer(actor))
    mine = Endpoint.objects.filter(jurisdiction=actor.jurisdiction)
    kinds = fields.kinds.split()
    _lock(actor)
    labels = set(mine.exclude(state=EndpointState.ENDED).values_list("label", flat=True))
    standing = organisations.by_account(fields.account, at=at)
    granted(
        rules.may_add(labels=labels, label=fields.label),
        rules.may_call(listed().refusal(fields.address)),
        rules.may_bind(known=standing is not None and standing.jurisdiction.code == actor.jurisdiction),
        rules.may_tell(kinds, queries.known_kinds()),
    )
    secret = _fresh()
    row = Endpoint.objects.create(
        jurisdiction=actor.jurisdiction,
        label=fields.label,
        address=fields.address,
        account=fields.account,
        kinds=kinds,
        state=EndpointState.ACTIVE,
        why=Why.NONE,
        sealed=_BOX.seal(secret),
        entered_by=actor.account,
        created_at=at,
        changed_at=at,
    )
    host = Origin.of(fields.address).host
    happening = EndpointAdded(
        endpoint=row.pk, label=fields.label, host=host, account=fields.account, kinds=tuple(kinds)
    )
    _note(happening, actor, now)
    return row.pk, secret


@command()
def change(*, id: int, fields: ChangeEndpoint, actor: Actor, now: datetime) -> None:
    """Change what an endpoint is called, where it stands and what it is told; what waits goes to the new address."""
    granted(may_administer(actor))
    row, kinds = _held(id, actor), fields.kinds.split()
    others = Endpoint.objects.filter(jurisdiction=actor.jurisdiction).exclude(pk=row.pk)
    labels = set(others.exclude(state=EndpointState.ENDED).values_list("label", flat=True))
    granted(
        rules.may_change(row.state),
        rules.may_add(labels=labels, label=fields.label),
        rules.may_call(listed().refusal(fields.address)),
        rules.may_tell(kinds, queries.known_kinds()),
    )
    Endpoint.objects.filter(pk=row.pk).update(label=fields.label, address=fields.address, kinds=kinds)
    host = Origin.of(fields.address).host
    _note(EndpointChanged(endpoint=row.pk, label=fields.label, host=host, kinds=tuple(kinds)), actor, now)


@command()
def renew_secret(*, id: int, actor: Actor, now: datetime) -> str:
    """Give an endpoint a new secret and answer it, once; the one that it has signs beside it until it is dropped."""
    granted(may_administer(actor))
    row = _held(id, actor)
    granted(rules.may_change(row.state))
    secret = _fresh()
    Endpoint.objects.filter(pk=row.pk).update(sealed=_BOX.seal(secret), sealed_before=bytes(row.sealed))
    _note(SecretRenewed(endpoint=row.pk, label=row.label), actor, now)
    return secret


@command()
def drop_secret(*, id: int, actor: Actor, now: datetime) -> None:
    """Let the secret of before sign no more."""
    granted(may_administer(actor))
    row = _held(id, actor)
    granted(rules.may_drop_secret(two=row.sealed_before is not None))
    Endpoint.objects.filter(pk=row.pk).update(sealed_before=None)
    _note(SecretDropped(endpoint=row.pk, label=row.label), actor, now)


@command()
def suspend(*, id: int, actor: Actor, now: datetime, at: datetime) -> None:
    """Send nothing to an endpoint for now; what comes is kept for it."""
    granted(rules.may_tend(actor))
    row = _held(id, actor)
    granted(rules.may_suspend(row.state))
    _suspend(row, Why.BY_HAND, actor, now, at)


@command()
def resume(*, id: int, actor: Actor, now: datetime, at: datetime) -> None:
    """Send what was kept for an endpoint, in order, and what comes."""
    granted(rules.may_tend(actor))
    row = _held(id, actor)
    granted(rules.may_resume(row.state))
    Endpoint.objects.filter(pk=row.pk).update(
        state=EndpointState.ACTIVE, why=Why.NONE, failures=0, failing_since=None, next_at=None, changed_at=at
    )
    Delivery.objects.filter(endpoint=row, state=DeliveryState.WAITING).update(attempts=0, since=None, next_at=None)
    _note(EndpointResumed(endpoint=row.pk, label=row.label), actor, now)


@command()
def end(*, id: int, actor: Actor, now: datetime, at: datetime) -> None:
    """Send nothing to an endpoint any more."""
    granted(may_administer(actor))
    row = _held(id, actor)
    granted(rules.may_change(row.state))
    _end(row, Why.BY_HAND, actor, now, at)


@command()
def redeliver(*, id: int, fields: Redeliver, actor: Actor, now: datetime) -> int:
    """Send again, in order and under the same ids, what happened in a span of time; answers how many."""
    rows = Delivery.objects.filter(endpoint=id, at__gte=fields.from_at, at__lt=fields.until_at)
    return _again(id, rows, actor, now)


@command()
def redeliver_one(*, id: int, delivery: int, actor: Actor, now: datetime) -> None:
    """Send one again under the same id."""
    _again(id, Delivery.objects.filter(endpoint=id, pk=delivery), actor, now)


@command()
def pass_by(*, id: int, delivery: int, actor: Actor, now: datetime, at: datetime) -> None:
    """Send one no more, so that those of its subject that come after it can go."""
    granted(rules.may_tend(actor))
    endpoint = _held(id, actor)
    row = Delivery.objects.filter(endpoint=endpoint, pk=delivery).first()
    if row is None:
        raise Unknown(str(delivery))
    granted(rules.may_pass_by(row.state))
    Delivery.objects.filter(pk=row.pk).update(state=DeliveryState.DROPPED, next_at=None, sent_at=at)
    _note(DeliveryDropped(endpoint=endpoint.pk, label=endpoint.label, event=row.event), actor, now)


def _again(id: int, rows: "QuerySet[Delivery]", actor: Actor, now: datetime) -> int:
    granted(rules.may_tend(actor))
    endpoint = _held(id, actor)
    granted(rules.may_change(endpoint.state))
    over = rows.filter(state__in=[DeliveryState.SENT, DeliveryState.DROPPED])
    times = over.update(state=DeliveryState.WAITING, attempts=0, since=None, next_at=None, sent_at=None)
    granted(rules.may_redeliver(times))
    _note(Redelivered(endpoint=endpoint.pk, label=endpoint.label, times=times), actor, now)
    return times


def take_in(*, at: datetime, most: int = 500) -> int | None:
    """Queue the next events of the record for whom they go to; answers how many events, None where another worker
    does."""
    with stream.batch(WEBHOOKS, most=most) as events:
        if events is None:
            return None
        if events:
            queued = [*_queued(events, at)]
            Delivery.objects.bulk_create(queued, ignore_conflicts=True, batch_size=500)
        return len(events)


def _queued(events: Sequence[StreamEvent], at: datetime) -> Iterator[Delivery]:
    by_place = defaultdict[str, list[StreamEvent]](list)
    for event in events:
        if event.subject.partition(":")[0] in REGISTRY:
            by_place[event.jurisdiction].append(event)
    rows = Endpoint.objects.filter(jurisdiction__in=by_place.keys()).exclude(state=EndpointState.ENDED)
    for row in rows.order_by("id") if by_place else ():
        wanted = [event for event in by_place[row.jurisdiction] if rules.is_of(event.kind, row.kinds)]
        seen = visible({event.subject for event in wanted}, row.account, row.jurisdiction, at=at)
        for event in (event for event in wanted if event.subject in seen):
            yield Delivery(
                endpoint=row,
                jurisdiction=row.jurisdiction,
                event=event.id,
                subject=event.subject,
                kind=event.kind,
                at=event.at,
                queued_at=at,
                body=body_of(event, page=_page(event.subject)),
            )


def _page(subject: str) -> str:
    word, _, number = subject.partition(":")
    return f"{settings.SITE_ADDRESS}{REGISTRY[word].page_of(number)}"


def visible(subjects: Iterable[str], account: str, jurisdiction: str, *, at: datetime) -> frozenset[str]:
    """Those of the subjects that the account sees now; none where it is closed."""
    standing = organisations.by_account(account, at=at)
    if standing is None or standing.jurisdiction.code != jurisdiction:
        return frozenset()
    numbers = defaultdict[str, list[str]](list)
    for word, _, number in (subject.partition(":") for subject in subjects):
        numbers[word].append(number)
    found = ((word, REGISTRY[word].briefs(named, standing.actor)) for word, named in numbers.items())
    return frozenset(subject_of(word, number) for word, briefs in found for number in briefs)


def claim(*, endpoint: int, at: datetime) -> Claimed | None:
    """Take up the next event that goes to an endpoint, under lease; None where nothing is to be sent now.

    Of each subject one is on its way at a time, the earliest first. The endpoint's row is held meanwhile, so that two
    workers do not take up two of one subject.
    """
    with transaction.atomic():
        row = Endpoint.objects.select_for_update().filter(pk=endpoint, state=EndpointState.ACTIVE).first()
        if row is None or (row.next_at is not None and row.next_at > at):
            return None
        standing = organisations.by_account(row.account, at=at)
        if standing is None or standing.jurisdiction.code != row.jurisdiction:
            _by_clockwork(row, Why.SIGHTLESS, at)
            return None
        broken_off = Delivery.objects.filter(endpoint=row, state=DeliveryState.SENDING, lease_until__lte=at)
        broken_off.update(state=DeliveryState.WAITING, lease_until=None)
        while (head := _head(row, at)) is not None:
            if head.subject in visible([head.subject], row.account, row.jurisdiction, at=at):
                break
            Delivery.objects.filter(pk=head.pk).update(state=DeliveryState.DROPPED, next_at=None, sent_at=at)
        else:
            return None
        attempt = head.attempts + 1
        Delivery.objects.filter(pk=head.pk).update(
            state=DeliveryState.SENDING, attempts=attempt, since=head.since or at, lease_until=at + LEASE
        )
    kept = [row.sealed, *([row.sealed_before] if row.sealed_before is not None else [])]
    return Claimed(
        delivery=head.pk,
        attempt=attempt,
        event=head.event,
        jurisdiction=head.jurisdiction,
        subject=head.subject,
        address=row.address,
        account=row.account,
        secrets=tuple(secret for sealed in kept if (secret := _BOX.unseal(sealed)) is not None),
        body=head.body,
    )


def _head(row: Endpoint, at: datetime) -> Delivery | None:
    """The next one: what was not tried yet first, so that one that is never taken in holds up its own subject alone.

    After several failures in a row any may go before its time: it finds out whether the endpoint is there again.
    """
    mine = Delivery.objects.filter(endpoint=row)
    before = mine.filter(Q(id__lt=OuterRef("id"), state__in=OPEN) | Q(state=DeliveryState.SENDING))
    first = mine.filter(~Exists(before.filter(subject=OuterRef("subject"))), state=DeliveryState.WAITING)
    if row.failures < rules.RESTS_AFTER:
        first = first.filter(Q(next_at__isnull=True) | Q(next_at__lte=at))
    fresh = first.filter(attempts=0).order_by("id").first()
    return fresh or first.filter(attempts__gt=0).order_by("attempts", "id").first()


def note(*, claimed: Claimed, tried: Tried, at: datetime) -> None:
    """Note what became of a try, and what becomes of its event and its endpoint."""
    with transaction.atomic():
        owner = Delivery.objects.filter(pk=claimed.delivery).values("endpoint")
        row = Endpoint.objects.select_for_update().get(pk__in=owner)
        Attempt.objects.create(
            delivery_id=claimed.delivery,
            jurisdiction=claimed.jurisdiction,
            at=at,
            milliseconds=tried.milliseconds,
            status=tried.status,
            answer=tried.answer,
            trouble=tried.trouble[:200],
        )
        mine = Delivery.objects.filter(
            pk=claimed.delivery, state=DeliveryState.SENDING, attempts=claimed.attempt
        ).first()
        if mine is None:
            return  # its lease was over, and another has it
        if tried.taken:
            _taken(row, mine, at)
        elif tried.gone:
            Delivery.objects.filter(pk=mine.pk).update(state=DeliveryState.WAITING, lease_until=None)
            _by_clockwork(row, Why.GONE, at)
        else:
            _failed(row, mine, at)


def _taken(row: Endpoint, mine: Delivery, at: datetime) -> None:
    Delivery.objects.filter(pk=mine.pk).update(
        state=DeliveryState.SENT, sent_at=at, next_at=None, since=None, lease_until=None
    )
    if row.failing_since is None:
        return
    waiting = Delivery.objects.filter(endpoint=row, state=DeliveryState.WAITING, next_at__gt=at)
    if row.failures >= rules.RESTS_AFTER:  # what waited for the endpoint need wait no longer
        waiting.filter(since__gte=row.failing_since).update(next_at=at)
    Endpoint.objects.filter(pk=row.pk).update(failures=0, failing_since=None, next_at=None)


def _failed(row: Endpoint, mine: Delivery, at: datetime) -> None:
    failures, failing_since = row.failures + 1, row.failing_since or at
    again = next_try(mine.attempts, since=mine.since or at, at=at)
    Delivery.objects.filter(pk=mine.pk).update(state=DeliveryState.WAITING, next_at=again or at, lease_until=None)
    rests = failures - rules.RESTS_AFTER
    Endpoint.objects.filter(pk=row.pk).update(
        failures=failures,
        failing_since=failing_since,
        next_at=at + WAITS[min(rests, len(WAITS) - 1)] if rests >= 0 else None,
    )
    if again is None or rules.is_given_up(failing_since, at):
        _by_clockwork(row, Why.FAILING, at)


def _by_clockwork(row: Endpoint, why: Why, at: datetime) -> None:
    """What becomes of an endpoint by itself."""
    actor = Actor.clockwork(row.jurisdiction)
    now = at + organisations.jurisdiction(row.jurisdiction).offset
    if why in (Why.GONE, Why.LEFT):
        _end_by_itself(id=row.pk, why=why, actor=actor, now=now, at=at)
    else:
        _susp_end_by_itself(id=row.pk, why=why, actor=actor, now=now, at=at)


@command()
def _susp_end_by_itself(*, id: int, why: Why, actor: Actor, now: datetime, at: datetime) -> None:
    """Leave an endpoint alone that takes nothing in, or whose account is closed."""
    _suspend(_held(id, actor), why, actor, now, at)


@command()
def _end_by_itself(*, id: int, why: Why, actor: Actor, now: datetime, at: datetime) -> None:
    """End an endpoint that wants nothing any more, or that nobody resumed."""
    _end(_held(id, actor), why, actor, now, at)


def forget(*, at: datetime) -> int:
    """End what stood suspended for too long, and forget what is older than the log is kept; answers how many."""
    left = Endpoint.objects.filter(state=EndpointState.SUSPENDED, changed_at__lt=at - KEPT)
    for row in left.order_by("id"):
        _by_clockwork(row, Why.LEFT, at)
    with transaction.atomic():
        Attempt.objects.filter(at__lt=at - KEPT).delete()
        ended = Endpoint.objects.filter(state=EndpointState.ENDED, changed_at__lt=at - KEPT)
        old = Delivery.objects.filter(
            Q(sent_at__lt=at - KEPT) | Q(endpoint__in=ended.values("pk"), queued_at__lt=at - KEPT)
        )
        gone = old.filter(~Exists(Attempt.objects.filter(delivery=OuterRef("pk"))))
        return gone.delete()[0]


def listed() -> Listed:
    """The addresses that the operator lists."""
    found: Listed = settings.OUTBOUND
    return found


def _fresh() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _lock(actor: Actor) -> None:
    lock(subject_of("jurisdiction", actor.jurisdiction))


def _held(id: int, actor: Actor) -> Endpoint:
    """The endpoint of the actor's jurisdiction, under lock. Raises Unknown."""
    row = Endpoint.objects.select_for_update().filter(pk=id, jurisdiction=actor.jurisdiction).first()
    if row is None:
        raise Unknown(str(id))
    return row


def _suspend(row: Endpoint, why: Why, actor: Actor, now: datetime, at: datetime) -> None:
    Endpoint.objects.filter(pk=row.pk).update(state=EndpointState.SUSPENDED, why=why, changed_at=at)
    _note(EndpointSuspended(endpoint=row.pk, label=row.label, why=why), actor, now)


def _end(row: Endpoint, why: Why, actor: Actor, now: datetime, at: datetime) -> None:
    Endpoint.objects.filter(pk=row.pk).update(state=EndpointState.ENDED, why=why, next_at=None, changed_at=at)
    _note(EndpointEnded(endpoint=row.pk, label=row.label, why=why), actor, now)


def _note(happening: Happening, actor: Actor, now: datetime) -> None:
    append(
        lock(subject_of("jurisdiction", actor.jurisdiction)),
        happening,
        actor=actor,
        seat=min(actor.seats, default=NOWHERE),
        norm=norms.IDENTITY_PROTECTED,
        pack=organisations.pack_of(actor.jurisdiction, now=now),
        now=now,
    )

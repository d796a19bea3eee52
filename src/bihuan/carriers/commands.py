"""Carriers: set up and stopped; notices planned for them, claimed, and noted as sent or not. Jobs alone send."""

import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from bihuan.carriers import queries, rules
from bihuan.carriers.models import Address, Carrier, Message, Planned, Preference
from bihuan.carriers.types import (
    DEFAULTS,
    CarrierKind,
    CarrierSet,
    CarrierStopped,
    Claimed,
    MessagesResent,
    MessageState,
    Outcome,
    Preferences,
    SetMail,
    SetSms,
    Timing,
    Told,
    Tried,
)
from bihuan.duties.queries import calendar
from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.refusal import Unknown, granted
from bihuan.notices import queries as notices
from bihuan.notices.types import Group, SentNotice
from bihuan.organisations import queries as organisations
from bihuan.organisations.rules import may_administer
from bihuan.outbound import smtp
from bihuan.outbound.origins import WEB, Listed, Origin
from bihuan.outbound.trying import LEASE, next_try
from bihuan.policy import norms
from bihuan.record import scope
from bihuan.record.commands import NOWHERE, append, command, lock
from bihuan.record.types import subject_of
from bihuan.subjects.registry import REGISTRY

KEPT = timedelta(days=90)
MOST_TOLD = 100
"""So many notices stand in one digest; the next ones follow in another."""
REPEATS = frozenset({CarrierKind.SMTP})
"""What may be given twice: the same Message-ID is one e-mail. A text message given twice is two."""
_ONE = 1
_ENDS = {Outcome.SENT: MessageState.SENT, Outcome.UNKNOWN: MessageState.UNKNOWN}


@command()
def set_up(*, kind: CarrierKind, fields: SetMail | SetSms, actor: Actor, now: datetime, at: datetime) -> None:
    """Set a carrier up, or otherwise than before; without a new secret it keeps the one that it has."""
    granted(may_administer(actor))
    schemes = smtp.SCHEMES if kind is CarrierKind.SMTP else WEB
    granted(rules.may_call(listed().refusal(fields.address, schemes)))
    lock(subject_of("jurisdiction", actor.jurisdiction))
    said = {name: value for name, value in fields.model_dump().items() if name != "secret"}
    if "domains" in said:
        said["domains"] = " ".join(said["domains"].replace("，", " ").replace(",", " ").lower().split())
    row = Carrier.objects.select_for_update().filter(jurisdiction=actor.jurisdiction, kind=kind).first()
    sealed = queries.SECRETS.seal(fields.secret) if fields.secret else row.sealed if row is not None else None
    Carrier.objects.update_or_create(
        jurisdiction=actor.jurisdiction,
        kind=kind,
        defaults={"active": True, "settings": said, "sealed": sealed, "entered_by": actor.account, "changed_at": at},
    )
    _note(CarrierSet(carrier=kind, host=Origin.of(fields.address, schemes).host), actor, now)


@command()
def stop(*, kind: CarrierKind, actor: Actor, now: datetime, at: datetime) -> None:
    """Send nothing by a carrier any more; what waits for it is given up, and can be sent by hand later."""
    granted(may_administer(actor))
    row = Carrier.objects.select_for_update().filter(jurisdiction=actor.jurisdiction, kind=kind).first()
    granted(rules.may_stop(active=row is not None and row.active))
    Carrier.objects.filter(jurisdiction=actor.jurisdiction, kind=kind).update(
        active=False, entered_by=actor.account, changed_at=at
    )
    waiting = Message.objects.filter(jurisdiction=actor.jurisdiction, kind=kind, state=MessageState.WAITING)
    waiting.update(state=MessageState.FAILED, error="渠道已停用")
    _note(CarrierStopped(carrier=kind), actor, now)


@command()
def resend(*, actor: Actor, now: datetime, at: datetime) -> int:
    """Send what was given up, or of which nobody knows whether it went, once more; answers how many."""
    granted(may_administer(actor))
    lost = Message.objects.filter(
        jurisdiction=actor.jurisdiction, state__in=[MessageState.FAILED, MessageState.UNKNOWN]
    )
    times = lost.update(state=MessageState.WAITING, attempts=0, since=None, next_at=at, error="")
    granted(rules.may_resend(times))
    _note(MessagesResent(times=times), actor, now)
    return times


def prefer(*, fields: Preferences, actor: Actor) -> None:
    """Keep where the actor is told, and when. It is no part of the record: it concerns nobody else."""
    offered = queries.offered(actor.jurisdiction)
    domains = offered.get(CarrierKind.SMTP, {}).get("domains", "").split()
    granted(
        rules.may_write_to(fields.mail, domains),
        rules.may_text(fields.mobile, offered=CarrierKind.SMS in offered),
        rules.may_turn_off(Group.FELL_DUE, fields.fell_due, field="fell_due"),
        rules.may_turn_off(
            Group.FELL_DUE, fields.sms_fell_due if fields.mobile and not fields.mail else "", field="sms_fell_due"
        ),
    )
    with scope.acting(actor):
        for kind, address in ((CarrierKind.SMTP, fields.mail), (CarrierKind.SMS, fields.mobile)):
            _keep_address(kind, address, actor)
            for group in Group:
                Preference.objects.update_or_create(
                    account=actor.account,
                    kind=kind,
                    jurisdiction=actor.jurisdiction,
                    group=group,
                    defaults={"timing": fields.timing(kind, group)},
                )


def _keep_address(kind: CarrierKind, address: str, actor: Actor) -> None:
    if address:
        Address.objects.update_or_create(
            account=actor.account,
            kind=kind,
            jurisdiction=actor.jurisdiction,
            defaults={"sealed": queries.ADDRESSES.seal(address)},
        )
    else:
        Address.objects.filter(account=actor.account, kind=kind, jurisdiction=actor.jurisdiction).delete()


def plan(*, at: datetime, most: int = 500) -> int:
    """Plan what goes by carriers of the next notices; answers how many notices.

    Notices are written by one worker at a time (`notices.take_in` holds its place in the stream): they come to be
    seen in the order of their ids, and none is passed by.
    """
    with transaction.atomic():
        row = Planned.objects.select_for_update().filter(pk=_ONE).first()
        if row is None:
            Planned.objects.get_or_create(pk=_ONE, defaults={"notice": notices.newest()})
            return 0
        found = notices.after(row.notice, most)
        if found:
            queued = [*_planned(found, at)]
            Message.objects.bulk_create(queued, ignore_conflicts=True, batch_size=500)
            Planned.objects.filter(pk=_ONE).update(notice=found[-1].id)
        return len(found)


def _planned(found: Sequence[SentNotice], at: datetime) -> Iterator[Message]:
    accounts = {notice.account for notice in found}
    addresses = defaultdict[str, list[CarrierKind]](list)
    for account, kind in Address.objects.filter(account__in=accounts).values_list("account", "kind"):
        addresses[account].append(CarrierKind(kind))
    preferred = {
        (row.account, row.kind, row.group): row.timing for row in Preference.objects.filter(account__in=addresses)
    }
    active = set(Carrier.objects.filter(active=True).values_list("jurisdiction", "kind"))
    known, offsets = calendar(), {place.code: place.offset for place in organisations.jurisdictions()}
    for notice in found:
        for kind in addresses.get(notice.account, ()):
            if (notice.jurisdiction, str(kind)) not in active:
                continue
            timing = preferred.get((notice.account, str(kind), str(notice.group)), DEFAULTS[notice.group])
            if timing == Timing.OFF:
                continue
            now = at + offsets[notice.jurisdiction]
            goes = rules.goes_at(timing, now=now, due_at=notice.due_at, calendar=known)
            yield Message(
                jurisdiction=notice.jurisdiction,
                account=notice.account,
                kind=kind,
                notice=notice.id,
                digest=timing == Timing.DIGEST,
                queued_at=at,
                mail="" if timing == Timing.DIGEST else secrets.token_hex(16),
                next_at=at + (goes - now),
            )


def claim(*, at: datetime) -> Claimed | None:
    """Take up the next message, under lease; None where nothing is to be sent now.

    What is to go in a digest goes together, and stays together under one id at every further try.
    """
    with transaction.atomic():
        _end_leases(at)
        active = set(Carrier.objects.filter(active=True).values_list("jurisdiction", "kind"))
        ways = [Q(jurisdiction=place, kind=kind) for place, kind in active]
        if not ways:
            return None
        due = Message.objects.select_for_update(skip_locked=True).filter(
            Q(*ways, _connector=Q.OR), state=MessageState.WAITING, next_at__lte=at
        )
        first = due.order_by("next_at", "id").first()
        if first is None:
            return None
        if first.mail:
            rows = list(due.filter(mail=first.mail).order_by("id"))
        else:
            fresh = due.filter(account=first.account, kind=first.kind, jurisdiction=first.jurisdiction, mail="")
            rows = list(fresh.order_by("id")[:MOST_TOLD])
        read = notices.read_among(row.notice for row in rows) if first.digest else frozenset()
        over = [row.pk for row in rows if row.notice in read]
        Message.objects.filter(pk__in=over).update(state=MessageState.READ, sent_at=at)
        rows = [row for row in rows if row.notice not in read]
        mail, attempt = first.mail or secrets.token_hex(16), first.attempts + 1
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            mail=mail,
            state=MessageState.SENDING,
            attempts=attempt,
            since=first.since or at,
            lease_until=at + LEASE,
        )
    return _claimed(first, rows, mail, attempt)


def _end_leases(at: datetime) -> None:
    broken_off = Message.objects.filter(state=MessageState.SENDING, lease_until__lte=at)
    broken_off.filter(kind__in=[str(kind) for kind in REPEATS]).update(state=MessageState.WAITING, lease_until=None)
    broken_off.exclude(kind__in=[str(kind) for kind in REPEATS]).update(
        state=MessageState.UNKNOWN, lease_until=None, error="发送中断，不知是否发出"
    )


def _claimed(first: Message, rows: Sequence[Message], mail: str, attempt: int) -> Claimed:
    address = Address.objects.filter(account=first.account, kind=first.kind).first()
    carrier = Carrier.objects.get(jurisdiction=first.jurisdiction, kind=first.kind)
    told = notices.told([row.notice for row in rows])
    return Claimed(
        id=mail,
        rows=tuple(row.pk for row in rows),
        attempt=attempt,
        jurisdiction=first.jurisdiction,
        kind=CarrierKind(first.kind),
        to=(queries.ADDRESSES.unseal(address.sealed) or "") if address is not None else "",
        told=tuple(map(_told, told)),
        settings=carrier.settings,
        secret=(queries.SECRETS.unseal(carrier.sealed) or "") if carrier.sealed is not None else "",
    )


def _told(notice: SentNotice) -> Told:
    word, _, number = notice.subject.partition(":")
    page = REGISTRY[word].page_of(number) if word in REGISTRY else "/notices/"
    labels: Mapping[str, str] = REGISTRY.duty_labels
    return Told(
        group=notice.group,
        number=number,
        duty=labels.get(notice.duty, notice.duty),
        due_at=notice.due_at,
        times=notice.times,
        url=f"{settings.SITE_ADDRESS}{page}",
    )


def note(*, claimed: Claimed, tried: Tried, at: datetime) -> None:
    """Note what became of a try."""
    with transaction.atomic():
        mine = Message.objects.select_for_update().filter(
            pk__in=claimed.rows, state=MessageState.SENDING, attempts=claimed.attempt
        )
        rows = list(mine)
        since = min((row.since for row in rows if row.since is not None), default=at)
        again = next_try(claimed.attempt, since=since, at=at) if tried.outcome is Outcome.AGAIN else None
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=MessageState.WAITING if again else _ENDS.get(tried.outcome, MessageState.FAILED),
            next_at=again or at,
            sent_at=at if tried.outcome is Outcome.SENT else None,
            lease_until=None,
            error=tried.error[:200],
            reference=tried.reference[:40],
        )


def forget(*, at: datetime) -> int:
    """Forget what was planned more than three months ago, as its notice is; answers how many."""
    return Message.objects.filter(queued_at__lt=at - KEPT).delete()[0]


def listed() -> Listed:
    """The addresses that the operator lists."""
    found: Listed = settings.OUTBOUND
    return found


def settings_of(kind: CarrierKind, jurisdiction: str) -> tuple[dict[str, str], str]:
    """How a jurisdiction sends, with the secret, for whoever tries it at the console. Raises Unknown."""
    row = Carrier.objects.filter(jurisdiction=jurisdiction, kind=kind).first()
    if row is None:
        raise Unknown(str(kind))
    return dict(row.settings), (queries.SECRETS.unseal(row.sealed) or "") if row.sealed is not None else ""


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

"""Who is in, by what, and what they may."""

from collections.abc import Iterable
from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, F, Max, Q, Sum

from bihuan.access import factor, rules
from bihuan.access.models import Factor, SignIn
from bihuan.access.types import (
    FAILURES,
    KNOWN_FOR,
    AccountRow,
    Bearer,
    Enrolment,
    Power,
    Presence,
    SignInRow,
    TokenRow,
    Way,
)
from bihuan.floodgate import queries as floodgate
from bihuan.floodgate.networks import network
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal
from bihuan.organisations import queries as organisations
from bihuan.organisations.models import ApiToken, Person
from bihuan.organisations.types import JurisdictionFacts
from bihuan.policy.loader import pack

_JOIN = "JOIN access_signin s ON s.person_id = p.id WHERE s.id = %(sign_in)s AND s.ended_at IS NULL"
_ENROLLED = "EXISTS (SELECT FROM access_factor f WHERE f.person_id = p.id AND f.confirmed_at IS NOT NULL)"
_MORE = f"s.way, s.strong, s.began_at, s.seen_at, p.provisional, {_ENROLLED}"


def presence(sign_in: int, *, at: datetime) -> Presence | None:
    """Who is behind a sign-in, in one statement; None when it has ended, was left alone or is too old."""
    found = organisations.by_session(join=_JOIN, more=_MORE, parameters={"sign_in": sign_in, "at": at})
    if found is None:
        return None
    standing, (way, strong, began_at, seen_at, provisional, enrolled) = found
    if not rules.alive(
        began_at=began_at, seen_at=seen_at, at=at, idle=settings.SESSION_IDLE, whole=settings.SESSION_WHOLE
    ):
        return None
    needed = rules.needs_second_factor(standing.actor.seats, required=standing.jurisdiction.second_factor)
    owed = rules.owed(provisional=provisional, strong=strong, enrolled=enrolled, needed=needed)
    return Presence(standing, sign_in, Way(way), strong, enrolled, seen_at, owed)


def bearer(token: str, *, at: datetime) -> Bearer | None:
    """Who signs by a token, in one statement; None for a token that is unknown, expired or taken back."""
    found = organisations.by_token(token, more=f"t.networks, p.provisional, {_ENROLLED}", at=at)
    if found is None:
        return None
    standing, (networks, provisional, enrolled) = found
    needed = rules.needs_second_factor(standing.actor.seats, required=standing.jurisdiction.second_factor)
    owed = rules.owed(provisional=provisional, strong=enrolled, enrolled=enrolled, needed=needed)
    return Bearer(standing, owed, tuple(networks))


def from_where_it_is_good(found: Bearer, address: str) -> bool:
    """Whether the token may be used from that address."""
    return rules.within(found.networks, address)


def barred(
    power: Power, actor: Actor, place: JurisdictionFacts, *, units: Iterable[str] | None = None
) -> Refusal | None:
    """Why the actor lacks a power (with `units`: by posts of these units), or None."""
    labels = {code: post.label for code, post in pack(place.pack).posts.items()}
    return rules.may(power, actor, units=units, labels=labels)


def official(account: str) -> Person | None:
    """The account as Django's sign-in knows it; None for one that is unknown or closed."""
    return Person.objects.filter(account=account, is_active=True).first()


def enrolled(account: str) -> bool:
    """Whether the account has a second factor."""
    return Factor.objects.filter(person__account=account, confirmed_at__isnull=False).exists()


def second_factor(account: str, place: JurisdictionFacts) -> bool:
    """Whether the account has a second factor, or its jurisdiction asks for none."""
    return not place.second_factor or enrolled(account)


def enrolment(account: str) -> Enrolment | None:
    """The second factor that the account has begun and not yet confirmed."""
    row = Factor.objects.filter(person__account=account, confirmed_at__isnull=True).first()
    secret = factor.unseal(row.sealed) if row else None
    return Enrolment(secret, factor.address(secret, account)) if secret else None


def codes_left(account: str) -> int:
    """How many recovery codes are left."""
    row = Factor.objects.filter(person__account=account, confirmed_at__isnull=False).first()
    return len(row.codes) if row else 0


def sign_ins(account: str, *, at: datetime) -> list[SignInRow]:
    """The sign-ins of an account that still hold, newest first."""
    rows = SignIn.objects.filter(
        person__account=account,
        ended_at__isnull=True,
        seen_at__gt=at - settings.SESSION_IDLE,
        began_at__gt=at - settings.SESSION_WHOLE,
    ).order_by("-began_at")
    return [SignInRow(r.pk, Way(r.way), r.strong, r.began_at, r.seen_at, r.ip, r.agent) for r in rows[:50]]


def tokens(account: str, *, at: datetime) -> list[TokenRow]:
    """The tokens of an account that can still be used, newest first."""
    return _tokens_by_account(Q(person__account=account), at).get(account, [])


def tokens_of(jurisdiction: str, *, at: datetime) -> dict[str, list[TokenRow]]:
    """Account → its tokens that can still be used, of everybody of a jurisdiction who has any."""
    return _tokens_by_account(Q(person__jurisdiction_id=jurisdiction), at)


def _tokens_by_account(whose: Q, at: datetime) -> dict[str, list[TokenRow]]:
    rows = ApiToken.objects.filter(whose, revoked_at__isnull=True, expires_at__gt=at).order_by("-created_at", "label")
    found: dict[str, list[TokenRow]] = {}
    for t in rows.annotate(account=F("person__account")):
        row = TokenRow(t.label, tuple(t.scopes), tuple(t.networks), t.created_at, t.expires_at)
        found.setdefault(t.account, []).append(row)
    return found


def locked(account: str, *, at: datetime) -> bool:
    """Whether the account rests because it has failed too often of late."""
    return _failures(Q(username=account), at - settings.AXES_COOLOFF_TIME) >= settings.AXES_FAILURE_LIMIT


def wait(account: str, *, ip: str, known: bool, at: datetime) -> int:
    """Seconds that the account must wait because others of its network have failed too often; 0 for none.

    Where it is known, by its browser (`known`) or by an earlier sign-in from the same network, it does not.
    """
    here = network(ip)
    seconds = rules.wait(*floodgate.held(FAILURES, here, at=at), at)
    return 0 if not seconds or known or here in _networks(account, at - KNOWN_FOR) else seconds


def _networks(account: str, since: datetime) -> set[str]:
    ips = SignIn.objects.filter(person__account=account, began_at__gt=since).values_list("ip", flat=True)
    return {network(ip) for ip in ips.distinct()} - {""}


def _failures(who: Q, since: datetime) -> int:
    total = AccessAttempt.objects.filter(who, attempt_time__gt=since).aggregate(n=Sum("failures_since_start"))["n"]
    return int(total or 0)


def accounts(place: JurisdictionFacts, *, now: datetime, at: datetime) -> list[AccountRow]:
    """Every account of a jurisdiction as its administrator sees it."""
    codes = [unit.code for unit in organisations.units(place.code)]
    names = organisations.unit_names(codes)
    labels = organisations.pack_of(place.code, now=now).posts
    held: dict[str, list[tuple[str, str]]] = {}
    for row in organisations.holders(codes, now):
        held.setdefault(row.account, []).append((row.unit, row.post))
    live = Q(ended_at__isnull=True, seen_at__gt=at - settings.SESSION_IDLE, began_at__gt=at - settings.SESSION_WHOLE)
    seen = {
        str(account): (int(open_now), last)
        for account, open_now, last in SignIn.objects.filter(person__jurisdiction_id=place.code)
        .values_list("person__account")
        .annotate(n=Count("id", filter=live), last=Max("seen_at"))
    }
    enrolled_ones = set(
        Factor.objects.filter(person__jurisdiction_id=place.code, confirmed_at__isnull=False).values_list(
            "person__account", flat=True
        )
    )
    shut, by_token = _locked_accounts(at), tokens_of(place.code, at=at)
    return [
        AccountRow(
            account=p.account,
            name=p.name,
            posts=tuple(
                (names.get(unit, unit), labels[post].label if post in labels else post)
                for unit, post in held.get(p.account, [])
            ),
            active=p.is_active,
            provisional=p.provisional,
            enrolled=p.account in enrolled_ones,
            needs_second_factor=place.second_factor and bool(rules.powers(post for _, post in held.get(p.account, []))),
            sign_ins=seen.get(p.account, (0, None))[0],
            last_seen=seen.get(p.account, (0, None))[1] or p.last_login,
            locked=p.account in shut,
            tokens=tuple(by_token.get(p.account, ())),
        )
        for p in Person.objects.filter(jurisdiction_id=place.code).order_by("account")
    ]


def _locked_accounts(at: datetime) -> set[str]:
    rows = (
        AccessAttempt.objects.filter(attempt_time__gt=at - settings.AXES_COOLOFF_TIME)
        .values_list("username")
        .annotate(n=Sum("failures_since_start"))
        .filter(n__gte=settings.AXES_FAILURE_LIMIT)
    )
    return {str(username) for username, _ in rows if username}

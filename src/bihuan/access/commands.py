"""Coming in and going out: sign-ins, passwords, second factors, and what an administrator may do for others."""

import secrets
from datetime import datetime

from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from bihuan.access import factor, queries, rules
from bihuan.access.models import Factor, SignIn
from bihuan.access.types import (
    FAILURES,
    AccountUnlocked,
    Enrolment,
    PasswordChanged,
    PasswordGiven,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    SecondFactorReset,
    SecondFactorRuled,
    SecondFactorTakenUp,
    SignedOutEverywhere,
    Way,
)
from bihuan.floodgate import commands as floodgate
from bihuan.floodgate.networks import network
from bihuan.kernel.actor import CONSOLE, Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.organisations import rules as organisation_rules
from bihuan.organisations.models import Jurisdiction, Person
from bihuan.policy import norms
from bihuan.record.commands import NOWHERE, append, command, lock
from bihuan.record.types import subject_of

_NORM = norms.IDENTITY_PROTECTED
LEAST_REASON = 4


def sign_in(*, account: str, way: Way, strong: bool, ip: str, agent: str, at: datetime) -> int:
    """Somebody came in; answers the number of the sign-in. `at` is the real moment here and below."""
    row = SignIn.objects.create(
        person=_person(account), way=way, strong=strong, began_at=at, seen_at=at, ip=ip[:45], agent=agent[:200]
    )
    return row.pk


def seen(*, sign_in: int, at: datetime) -> None:
    """Whoever signed in is still there."""
    SignIn.objects.filter(pk=sign_in, ended_at__isnull=True, seen_at__lt=at).update(seen_at=at)


def sign_out(*, sign_in: int, account: str, at: datetime) -> None:
    """Somebody went out; raises Unknown where it is not a sign-in of that account."""
    if not SignIn.objects.filter(pk=sign_in, person__account=account, ended_at__isnull=True).update(ended_at=at):
        raise Unknown(str(sign_in))


def strengthen(*, sign_in: int) -> None:
    """A second factor was shown after the sign-in."""
    SignIn.objects.filter(pk=sign_in).update(strong=True)


def failed(*, ip: str, at: datetime) -> None:
    """Somebody of a network failed to come in, or to show a second factor."""
    floodgate.lose(FAILURES, network(ip), at=at)


def forget_network(*, address: str) -> None:
    """Let a network try again that was slowed down; raises Refused where the address is none, or was not."""
    here = network(address)
    if not here:
        raise Refused(Refusal(f"“{address}”不是网络地址。", _NORM))
    if not floodgate.forget(FAILURES, here):
        raise Refused(Refusal("这个网络没有登录失败的记录。", _NORM))


def sweep(*, at: datetime) -> int:
    """Delete sign-ins and failures from before what the law has kept (six months); answers how many sign-ins."""
    AxesProxyHandler.reset_failure_logs(age_days=settings.SIGN_INS_KEPT.days)
    gone, _ = SignIn.objects.filter(began_at__lt=at - settings.SIGN_INS_KEPT).delete()
    return gone


@command()
def change_password(
    *,
    account: str,
    old: str,
    new: str,
    actor: Actor,
    now: datetime,
    at: datetime,
    keep: int | None = None,
    keep_tokens: bool | None = None,
) -> None:
    """Change one's own password; every other sign-in (all but `keep`) ends, and the tokens unless they are kept."""
    person = _person(account, lock=True)
    if not check_password(old, person.password):
        raise Refused(Refusal("原密码不对。", _NORM, field="old"))
    if check_password(new, person.password):
        raise Refused(Refusal("新密码不能与原密码相同。", _NORM, field="new"))
    _must_be_good(new, person)
    live = len(queries.tokens(account, at=at))
    granted(rules.may_change_password(tokens=live, chosen=keep_tokens is not None))
    Person.objects.filter(pk=person.pk).update(password=make_password(new), provisional=False)
    _end_all(person, at, keep=keep)
    _note(person, PasswordChanged(account=account), actor, now)
    if not keep_tokens:
        organisation_commands.revoke_tokens(account=account, actor=actor, now=now, at=at)


@command()
def give_password(*, account: str, actor: Actor, now: datetime, at: datetime) -> str:
    """Give a person a random password to be changed at the next sign-in, and answer it, once.

    All sign-ins end and all tokens are taken back.
    """
    person = _administered(account, actor)
    password = "-".join(secrets.token_hex(2) for _ in range(5))
    Person.objects.filter(pk=person.pk).update(password=make_password(password), provisional=True)
    _end_all(person, at)
    _note(person, PasswordGiven(account=account), actor, now)
    organisation_commands.revoke_tokens(account=account, actor=actor, now=now, at=at)
    return password


def begin_second_factor(*, account: str, at: datetime) -> Enrolment:
    """Begin to take up a second factor: a new secret that counts once a code of it was shown."""
    person = _person(account)
    secret = factor.fresh_secret()
    with transaction.atomic():
        row = Factor.objects.select_for_update().filter(person=person).first()
        if row is not None and row.confirmed_at is not None:
            raise Refused(Refusal("二次验证已启用；更换手机请由系统管理员解除后重新启用。", _NORM))
        Factor.objects.update_or_create(
            person=person, defaults={"sealed": factor.seal(secret), "begun_at": at, "last_step": 0, "codes": []}
        )
    return Enrolment(secret, factor.address(secret, account))


@command()
def confirm_second_factor(
    *, account: str, code: str, sign_in: int, actor: Actor, now: datetime, at: datetime
) -> tuple[str, ...]:
    """Take the second factor up by a first code of it; answers the recovery codes, once."""
    person = _person(account)
    row = Factor.objects.select_for_update().filter(person=person, confirmed_at__isnull=True).first()
    secret = factor.unseal(row.sealed) if row else None
    if row is None or secret is None:
        raise Refused(Refusal("请重新开始启用二次验证。", _NORM))
    step = factor.step_of(secret, _plain(code), at)
    if step is None:
        raise Refused(Refusal("验证码不对，请核对手机时间后输入当前显示的6位数字。", _NORM, field="code"))
    codes = factor.fresh_codes()
    Factor.objects.filter(pk=row.pk).update(
        confirmed_at=at, last_step=step, codes=[factor.digest(code) for code in codes]
    )
    strengthen(sign_in=sign_in)
    _note(person, SecondFactorTakenUp(account=account), actor, now)
    return tuple(codes)


def show_second_factor(*, account: str, code: str, at: datetime) -> bool:
    """Whether the code is right, of now, and was not used before."""
    with transaction.atomic():
        row = Factor.objects.select_for_update().filter(person__account=account, confirmed_at__isnull=False).first()
        secret = factor.unseal(row.sealed) if row else None
        step = factor.step_of(secret, _plain(code), at) if secret else None
        if row is None or step is None or step <= row.last_step:
            return False
        Factor.objects.filter(pk=row.pk).update(last_step=step)
    return True


@command()
def use_recovery_code(*, account: str, code: str, actor: Actor, now: datetime) -> None:
    """Spend a recovery code; refused where it is not one that is left."""
    person = _person(account)
    row = Factor.objects.select_for_update().filter(person=person, confirmed_at__isnull=False).first()
    left = [bytes(kept) for kept in row.codes] if row else []
    spent = factor.digest(code)
    if row is None or not any(secrets.compare_digest(spent, kept) for kept in left):
        raise Refused(Refusal("恢复码不对，或已经用过。", _NORM, field="code"))
    left.remove(spent)
    Factor.objects.filter(pk=row.pk).update(codes=left)
    _note(person, RecoveryCodeUsed(account=account, left=len(left)), actor, now)


@command()
def renew_recovery_codes(*, account: str, actor: Actor, now: datetime) -> tuple[str, ...]:
    """New recovery codes in place of the old ones; answers them, once."""
    person, codes = _person(account), factor.fresh_codes()
    digests = [factor.digest(code) for code in codes]
    if not Factor.objects.filter(person=person, confirmed_at__isnull=False).update(codes=digests):
        raise Refused(Refusal("还没有启用二次验证。", _NORM))
    _note(person, RecoveryCodesRenewed(account=account), actor, now)
    return tuple(codes)


@command()
def reset_second_factor(*, account: str, reason: str, actor: Actor, now: datetime, at: datetime) -> None:
    """Take a person's second factor away, as when the telephone is lost; sign-ins end, tokens are taken back."""
    person = _administered(account, actor)
    if len("".join(reason.split())) < LEAST_REASON:
        raise Refused(Refusal(f"请写明解除原因，不少于{LEAST_REASON}个字。", _NORM, field="reason"))
    gone, _ = Factor.objects.filter(person=person).delete()
    if not gone:
        raise Refused(Refusal("这个账号没有启用二次验证。", _NORM))
    _end_all(person, at)
    _note(person, SecondFactorReset(account=account, reason=reason.strip()[:200]), actor, now)
    organisation_commands.revoke_tokens(account=account, actor=actor, now=now, at=at)


@command()
def unlock(*, account: str, actor: Actor, now: datetime) -> None:
    """Let a person try again who has failed too often."""
    person = _administered(account, actor)
    if not forget_failures(username=account):
        raise Refused(Refusal("这个账号没有被锁定。", _NORM))
    _note(person, AccountUnlocked(account=account), actor, now)


@command()
def sign_out_everywhere(*, account: str, actor: Actor, now: datetime, at: datetime, keep: int | None = None) -> int:
    """End all sign-ins of a person (but `keep`) and take all tokens back; answers how many tokens.

    One's own, or somebody's by the administrator.
    """
    person = _person(account) if actor.account == account else _administered(account, actor)
    _end_all(person, at, keep=keep)
    _note(person, SignedOutEverywhere(account=account), actor, now)
    return organisation_commands.revoke_tokens(account=account, actor=actor, now=now, at=at)


@command()
def revoke_token(*, account: str, label: str, actor: Actor, now: datetime, at: datetime) -> None:
    """Take back the tokens of a label: one's own, or somebody's by the administrator."""
    if actor.account != account:
        _administered(account, actor)
    if all(row.label != label for row in queries.tokens(account, at=at)):
        raise Unknown(label)
    organisation_commands.revoke_token(account=account, label=label, actor=actor, now=now, at=at)


@command()
def rule_second_factor(*, jurisdiction: str, required: bool, reason: str, actor: Actor, now: datetime) -> None:
    """Say whether the jurisdiction's posts with powers need a second factor; only training may waive it."""
    place = organisations.jurisdiction(jurisdiction)
    granted(rules.may_administer(actor, account="", jurisdiction=jurisdiction))
    if not required:
        granted(organisation_rules.may_waive_second_factor(training=place.training))
    Jurisdiction.objects.filter(pk=jurisdiction).update(second_factor=required)
    append(
        lock(subject_of("jurisdiction", jurisdiction)),
        SecondFactorRuled(required=required, reason=reason),
        actor=actor,
        seat=min(actor.seats, default=NOWHERE),
        norm=_NORM,
        pack=organisations.pack_of(jurisdiction, now=now),
        now=now,
    )


def _person(account: str, *, lock: bool = False) -> Person:
    rows = Person.objects.select_for_update() if lock else Person.objects.all()
    found = rows.filter(account=account).first()
    if found is None:
        raise Unknown(account)
    return found


def _administered(account: str, actor: Actor) -> Person:
    """The person, if the actor may manage the account; one of another jurisdiction is not known."""
    person = _person(account, lock=True)
    if actor.account != CONSOLE and actor.jurisdiction != person.jurisdiction_id:
        raise Unknown(account)
    granted(rules.may_administer(actor, account=account, jurisdiction=person.jurisdiction_id))
    return person


def _end_all(person: Person, at: datetime, *, keep: int | None = None) -> None:
    SignIn.objects.filter(person=person, ended_at__isnull=True).exclude(pk=keep or 0).update(ended_at=at)


def _must_be_good(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(Refusal("".join(error.messages), _NORM, field="new")) from None


def _plain(code: str) -> str:
    return "".join(code.split())


def _note(person: Person, happening: Happening, actor: Actor, now: datetime) -> None:
    append(
        lock(subject_of("person", person.account)),
        happening,
        actor=actor,
        seat=min(actor.seats, default=NOWHERE),
        norm=_NORM,
        pack=organisations.pack_of(person.jurisdiction_id, now=now),
        now=now,
    )

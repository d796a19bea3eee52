"""Passwords, second factors, sign-ins and what an administrator may do for others."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pyotp import TOTP
from pytest_django import Settings

from bihuan.access import commands, factor, queries
from bihuan.access.models import Factor, SignIn
from bihuan.access.types import POWERS, Owed, Power, Way
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands as organisations
from bihuan.organisations.models import Jurisdiction
from bihuan.organisations.queries import by_account, posts_of
from bihuan.organisations.queries import jurisdiction as place_of
from bihuan.organisations.types import Post
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from tests.towns import FOUNDER, PASSWORD, START, Town, found, settle

pytestmark = pytest.mark.django_db
NEW = "四个没有关系的词 amber-7"
HANDLER, HEAD = "wd.unit.handler", "wd.unit.head"


@pytest.fixture
def administrator(wendeng: Town) -> Actor:
    """The administrator of the town."""
    settle("wd", wendeng.desk, "desk.administrator", "administrator")
    return wendeng.actor("desk.administrator")


def come_in(account: str = HANDLER, *, strong: bool = False) -> int:
    return commands.sign_in(
        account=account, way=Way.PASSWORD, strong=strong, ip="10.1.2.3", agent="test", at=timezone.now()
    )


def enrol(town: Town, short: str = "unit.handler") -> tuple[str, tuple[str, ...]]:
    account, at = f"wd.{short}", timezone.now()
    secret = commands.begin_second_factor(account=account, at=at).secret
    codes = commands.confirm_second_factor(
        account=account, code=TOTP(secret).at(at), sign_in=come_in(), actor=town.actor(short), now=START, at=at
    )
    return secret, codes


def kinds(account: str = HANDLER) -> list[str]:
    return [event.kind for event in events(f"person:{account}")]


def change(town: Town, new: str, old: str = PASSWORD) -> None:
    commands.change_password(
        account=HANDLER, old=old, new=new, actor=town.actor("unit.handler"), now=START, at=timezone.now()
    )


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short7", "至少10个字符"),
        ("password1234", "常见"),
        ("wd.unit.handler-2026", "账号或姓名"),
        ("my unit.handler rocks", "账号或姓名"),
        ("长" * 257, "不能超过256"),
        (PASSWORD, "不能与原密码相同"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_and_changes_nothing(wendeng: Town, new: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        change(wendeng, new)
    assert refused.value.refusal.field == "new"
    assert kinds() == ["organisations.person-entered"]


def test_a_leaked_password_is_refused_from_the_list_on_this_machine(
    wendeng: Town, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from hashlib import sha1

    leaked = [f"leaked pass {n}" for n in range(500)]
    path = tmp_path_factory.mktemp("leaked") / "pwned.txt"
    lines = sorted(f"{sha1(word.encode()).hexdigest().upper()}:{n}" for n, word in enumerate(leaked))
    path.write_text("\n".join(lines) + "\n")
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "bihuan.access.passwords.NotBreached", "OPTIONS": {"path": str(path)}}
    ]
    for word in leaked:
        with pytest.raises(Refused, match="已在互联网上泄露"):
            change(wendeng, word)
    change(wendeng, NEW)


def test_a_changed_password_ends_every_other_sign_in(wendeng: Town) -> None:
    here, there = come_in(), come_in()
    commands.change_password(
        account=HANDLER,
        old=PASSWORD,
        new=NEW,
        actor=wendeng.actor("unit.handler"),
        now=START,
        at=timezone.now(),
        keep=here,
    )
    assert queries.presence(here, at=timezone.now()) is not None
    assert queries.presence(there, at=timezone.now()) is None
    with pytest.raises(Refused, match="原密码不对"):
        change(wendeng, "another good one 9")


def test_a_sign_in_left_alone_or_too_old_has_ended(wendeng: Town, settings: Settings) -> None:
    at, number = timezone.now(), come_in()
    assert queries.presence(number, at=at + settings.SESSION_IDLE - timedelta(seconds=5)) is not None
    assert queries.presence(number, at=at + settings.SESSION_IDLE + timedelta(seconds=5)) is None
    step = settings.SESSION_IDLE - timedelta(minutes=1)
    moment = at
    while moment < at + settings.SESSION_WHOLE - step:
        moment += step
        commands.seen(sign_in=number, at=moment)
        assert queries.presence(number, at=moment) is not None
    assert queries.presence(number, at=at + settings.SESSION_WHOLE + timedelta(seconds=1)) is None
    assert queries.sign_ins(HANDLER, at=at + settings.SESSION_WHOLE + timedelta(seconds=1)) == []


def test_sign_ins_are_kept_for_half_a_year_and_then_forgotten(wendeng: Town) -> None:
    come_in()
    now = timezone.now()
    assert commands.sweep(at=now + timedelta(days=184)) == 0
    assert commands.sweep(at=now + timedelta(days=191)) == 1
    assert not SignIn.objects.exists()


def test_a_code_counts_once_and_only_about_now(wendeng: Town) -> None:
    secret, _ = enrol(wendeng)
    later = timezone.now() + timedelta(minutes=5)
    code = TOTP(secret).at(later)
    for wrong in ("", "12345", "abcdef", "１２３４５６", TOTP(secret).at(later + timedelta(minutes=5))):
        assert not commands.show_second_factor(account=HANDLER, code=wrong, at=later)
    assert commands.show_second_factor(account=HANDLER, code=f"{code[:3]} {code[3:]}", at=later)
    assert not commands.show_second_factor(account=HANDLER, code=code, at=later)
    assert not commands.show_second_factor(account=HEAD, code=code, at=later)


def test_a_recovery_code_counts_once_and_is_recorded(wendeng: Town) -> None:
    _, codes = enrol(wendeng)
    actor = wendeng.actor("unit.handler")
    assert len(set(codes)) == factor.CODES
    commands.use_recovery_code(account=HANDLER, code=codes[0].lower(), actor=actor, now=START)
    assert queries.codes_left(HANDLER) == factor.CODES - 1
    with pytest.raises(Refused, match="已经用过"):
        commands.use_recovery_code(account=HANDLER, code=codes[0], actor=actor, now=START)
    fresh = commands.renew_recovery_codes(account=HANDLER, actor=actor, now=START)
    with pytest.raises(Refused):
        commands.use_recovery_code(account=HANDLER, code=codes[1], actor=actor, now=START)
    commands.use_recovery_code(account=HANDLER, code=fresh[1], actor=actor, now=START)
    assert kinds()[-3:] == [
        "access.recovery-code-used",
        "access.recovery-codes-renewed",
        "access.recovery-code-used",
    ]


def test_secret_and_recovery_codes_lie_sealed_in_the_database(wendeng: Town, settings: Settings) -> None:
    secret, codes = enrol(wendeng)
    row = Factor.objects.get()
    kept = bytes(row.sealed) + b"".join(map(bytes, row.codes))
    assert secret.encode() not in kept
    assert not any(code.replace("-", "").encode() in kept for code in codes)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key of the installation"
    assert factor.unseal(row.sealed) == secret
    settings.SECRET_KEY_FALLBACKS = []
    assert factor.unseal(row.sealed) is None


def test_an_administrator_resets_a_second_factor_with_a_reason_and_a_record(
    wendeng: Town, administrator: Actor
) -> None:
    enrol(wendeng)
    inside = come_in(strong=True)
    said = {"account": HANDLER, "actor": administrator, "now": START, "at": timezone.now()}
    with pytest.raises(Refused, match="原因"):
        commands.reset_second_factor(reason="丢", **said)
    commands.reset_second_factor(reason="手机丢失，当面核实本人", **said)
    assert not queries.enrolled(HANDLER)
    assert queries.presence(inside, at=timezone.now()) is None
    assert events(f"person:{HANDLER}")[-1].sentence.endswith("手机丢失，当面核实本人")


def test_nobody_else_manages_accounts_and_nobody_their_own(wendeng: Town, administrator: Actor) -> None:
    enrol(wendeng)
    found("hn", "huainan-2021-55", prefix="HX")
    settle("hn", "hn.desk", "desk.administrator", "administrator")
    foreign = by_account("hn.desk.administrator", at=START)
    assert foreign is not None
    said = {"account": HANDLER, "reason": "手机丢失换新", "now": START, "at": timezone.now()}
    for short in ("unit.head", "desk.dispatcher", "unit.handler"):
        with pytest.raises(Refused, match="系统管理员"):
            commands.reset_second_factor(actor=wendeng.actor(short), **said)
    with pytest.raises(Unknown):
        commands.reset_second_factor(actor=foreign.actor, **said)
    with pytest.raises(Refused, match="另一位系统管理员"):
        commands.give_password(account=administrator.account, actor=administrator, now=START, at=timezone.now())
    assert queries.enrolled(HANDLER)


def test_a_password_given_by_an_administrator_must_be_changed_first(wendeng: Town, administrator: Actor) -> None:
    given = commands.give_password(account=HANDLER, actor=administrator, now=START, at=timezone.now())
    inside = queries.presence(come_in(), at=timezone.now())
    assert inside is not None
    assert inside.owed is Owed.PASSWORD
    change(wendeng, NEW, old=given)
    inside = queries.presence(come_in(), at=timezone.now())
    assert inside is not None
    assert inside.owed is None


@pytest.mark.parametrize("post", Post)
def test_where_the_work_is_real_posts_with_powers_owe_a_second_factor(post: Post) -> None:
    ref = next(ref for ref in ("wendeng-2021-10", "huainan-2021-55") if post in pack(ref).posts)
    found("zs", ref, prefix="ZS", training=False)
    kind = next(kind for kind in pack(ref).unit_types if post in posts_of(kind, pack(ref)))
    organisations.found_unit(
        jurisdiction="zs", code="zs.there", name="某单位", type_code=kind, actor=FOUNDER, now=START
    )
    settle("zs", "zs.there", "somebody", post)
    weak, strong = (come_in("zs.somebody", strong=strong) for strong in (False, True))
    inside = queries.presence(weak, at=timezone.now())
    assert inside is not None
    powerful = any(post in allowed for allowed in POWERS.values())
    assert inside.owed is (Owed.SECOND_FACTOR if powerful else None)
    inside = queries.presence(strong, at=timezone.now())
    assert inside is not None
    assert inside.owed is None
    place = place_of("zs")
    actor = inside.standing.actor
    assert {p for p in Power if queries.barred(p, actor, place) is None} == {p for p in Power if post in POWERS[p]}


def test_only_training_may_waive_the_second_factor(wendeng: Town, administrator: Actor) -> None:
    said = {"jurisdiction": "wd", "reason": "演练登录流程", "now": START}
    commands.rule_second_factor(required=True, actor=administrator, **said)
    inside = queries.presence(come_in(), at=timezone.now())
    assert inside is not None
    assert inside.owed is Owed.SECOND_FACTOR
    commands.rule_second_factor(required=False, actor=administrator, **said)
    with pytest.raises(Refused):
        commands.rule_second_factor(required=True, actor=wendeng.actor("unit.head"), **said)
    with pytest.raises(Refused, match="正式环境"):
        organisations.found_jurisdiction(
            code="x", name="x", pack_ref="wendeng-2021-10", training=False, second_factor=False, prefix="XX",
            actor=FOUNDER, now=START,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="second_factor_waived_in_training_only"), transaction.atomic():
        Jurisdiction.objects.filter(pk="wd").update(training=False)

"""What ends a sign-in ends tokens; how long one is good, for what, and from where."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.access import commands, queries
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands as organisations
from bihuan.policy import norms
from bihuan.record.queries import events
from tests.access.test_commands import enrol
from tests.towns import FOUNDER, PASSWORD, START, Town, found, settle

pytestmark = pytest.mark.django_db
HANDLER, HEAD = "wd.unit.handler", "wd.unit.head"
NEW = "四个没有关系的词 amber-7"


def issue(account: str = HANDLER, label: str = "热线系统", days: int = 90) -> str:
    at = timezone.now()
    return organisations.issue_token(account=account, label=label, days=days, actor=FOUNDER, now=START, at=at)


def good(token: str) -> bool:
    return queries.bearer(token, at=timezone.now()) is not None


@pytest.fixture
def chief(wendeng: Town) -> Actor:
    """The administrator of the town."""
    settle("wd", wendeng.desk, "desk.administrator", "administrator")
    return wendeng.actor("desk.administrator")


def _close(town: Town, chief: Actor) -> None:
    for row in town.actor("unit.handler").seats:
        organisations.dismiss(
            account=HANDLER, unit=row.unit, post=row.post, until_on=START.date(), actor=FOUNDER, now=START
        )
    organisations.close_account(account=HANDLER, actor=chief, now=START, at=timezone.now())


REMEDIES: dict[str, Callable[[Town, Actor], object]] = {
    "a password given by the administrator": lambda town, chief: commands.give_password(
        account=HANDLER, actor=chief, now=START, at=timezone.now()
    ),
    "signed out everywhere by the administrator": lambda town, chief: commands.sign_out_everywhere(
        account=HANDLER, actor=chief, now=START, at=timezone.now()
    ),
    "signed out everywhere by oneself": lambda town, chief: commands.sign_out_everywhere(
        account=HANDLER, actor=town.actor("unit.handler"), now=START, at=timezone.now()
    ),
    "the second factor taken away": lambda town, chief: commands.reset_second_factor(
        account=HANDLER, reason="手机丢失，当面核实", actor=chief, now=START, at=timezone.now()
    ),
    "the password changed, tokens too": lambda town, chief: commands.change_password(
        account=HANDLER,
        old=PASSWORD,
        new=NEW,
        actor=town.actor("unit.handler"),
        now=START,
        at=timezone.now(),
        keep_tokens=False,
    ),
    "the account closed": _close,
}


@pytest.mark.parametrize("remedy", REMEDIES)
def test_every_remedy_takes_all_tokens_of_the_account_back_and_nobody_elses(
    wendeng: Town, chief: Actor, remedy: str
) -> None:
    enrol(wendeng)
    tokens, others = [issue(label=label) for label in ("热线系统", "大屏")], issue(HEAD)
    assert all(map(good, (*tokens, others)))
    REMEDIES[remedy](wendeng, chief)
    assert [good(token) for token in (*tokens, others)] == [False, False, True]
    told = [event.facts["label"] for event in events(f"person:{HANDLER}") if event.kind.endswith("token-revoked")]
    assert sorted(map(str, told)) == ["大屏", "热线系统"]
    assert queries.tokens(HANDLER, at=timezone.now()) == []


def test_whoever_changes_the_password_says_what_becomes_of_the_tokens(wendeng: Town) -> None:
    token = issue()

    def change(new: str, old: str, keep: bool | None) -> None:
        commands.change_password(
            account=HANDLER,
            old=old,
            new=new,
            actor=wendeng.actor("unit.handler"),
            now=START,
            at=timezone.now(),
            keep_tokens=keep,
        )

    with pytest.raises(Refused) as refused:
        change(NEW, PASSWORD, None)
    assert (refused.value.refusal.field, refused.value.refusal.norm) == ("tokens", norms.IDENTITY_PROTECTED)
    change(NEW, PASSWORD, True)
    assert good(token)
    change("another good one 9", NEW, False)
    assert not good(token)
    change("and one more of them 3", "another good one 9", None)


def test_a_token_tells_what_its_account_still_owes(wendeng: Town, chief: Actor) -> None:
    strict = found("zs", "wendeng-2021-10", prefix="ZS", training=False)
    owing = {"zs.unit.handler": "second-factor", "zs.unit.head": None, HANDLER: None}
    for account, owed in owing.items():
        bearer = queries.bearer(issue(account), at=timezone.now())
        assert bearer is not None
        assert bearer.owed == owed, account
    assert strict.actor("unit.handler").seats
    commands.give_password(account=HANDLER, actor=chief, now=START, at=timezone.now())
    bearer = queries.bearer(issue(), at=timezone.now())
    assert bearer is not None
    assert bearer.owed == "password"


def test_the_holder_alone_renews_a_token_and_only_one_that_is_good(wendeng: Town, chief: Actor) -> None:
    at, mine = timezone.now(), wendeng.actor("unit.handler")
    issue(days=2)

    def renew(actor: Actor, moment: object = at) -> object:
        return organisations.renew_token(account=HANDLER, label="热线系统", actor=actor, now=START, at=moment)  # type: ignore[arg-type]

    for other in (chief, FOUNDER, wendeng.actor("unit.head")):
        with pytest.raises(Refused) as refused:
            renew(other)
        assert refused.value.refusal.norm == norms.IDENTITY_PROTECTED
    assert renew(mine) == at + timedelta(days=90)
    assert [row.expires_at for row in queries.tokens(HANDLER, at=at)] == [at + timedelta(days=90)]
    assert events(f"person:{HANDLER}")[-1].kind == "organisations.token-renewed"
    with pytest.raises(Unknown):
        renew(mine, at + timedelta(days=91))


def test_the_administrator_takes_a_token_back_and_nobody_else_one_of_others(wendeng: Town, chief: Actor) -> None:
    token = issue()
    said = {"account": HANDLER, "label": "热线系统", "now": START, "at": timezone.now()}
    with pytest.raises(Refused):
        commands.revoke_token(**said, actor=wendeng.actor("unit.head"))  # type: ignore[arg-type]
    with pytest.raises(Unknown):
        commands.revoke_token(**{**said, "label": "没有的"}, actor=chief)  # type: ignore[arg-type]
    far = found("ws", "wendeng-2021-10", prefix="YX")
    settle("ws", far.desk, "desk.administrator", "administrator")
    with pytest.raises(Unknown):
        commands.revoke_token(**said, actor=far.actor("desk.administrator"))  # type: ignore[arg-type]
    assert good(token)
    commands.revoke_token(**said, actor=chief)  # type: ignore[arg-type]
    assert not good(token)

"""Tokens and the training clock at the console."""

from datetime import UTC, datetime, timedelta

from click.testing import CliRunner
from django.test import Client

from bihuan.access.queries import bearer
from bihuan.audit.queries import verify
from bihuan.cases.types import Act
from bihuan.cli import clock, token
from bihuan.organisations import clocks
from bihuan.organisations import commands as organisations
from bihuan.organisations.queries import jurisdiction
from bihuan.policy.calendar import ZONE
from bihuan.record.queries import events
from bihuan.record.sealing import seal_finished
from tests.towns import FOUNDER, Town, found
from tests.walks import Walk


def test_a_token_is_shown_once_and_taken_back(wendeng: Town) -> None:
    run = CliRunner()
    issued = run.invoke(token.command, ["issue", "wd.desk.registrar", "--label", "热线系统", "--days", "2"])
    assert issued.exit_code == 0, issued.output
    said = issued.output.strip()
    found_one = bearer(said, at=datetime.now(UTC))
    assert found_one is not None
    assert found_one.standing.actor.scopes == {"read", "act"}
    assert bearer(said, at=datetime.now(UTC) + timedelta(days=3)) is None
    headers = {"Authorization": f"Bearer {said}"}
    assert Client().get("/api/v1/cases", headers=headers).status_code == 200

    gone = run.invoke(token.command, ["revoke", "wd.desk.registrar", "--label", "热线系统"])
    assert gone.exit_code == 0, gone.output
    assert Client().get("/api/v1/cases", headers=headers).status_code == 401
    assert run.invoke(token.command, ["revoke", "wd.desk.registrar", "--label", "热线系统"]).exit_code == 1
    kinds = [event.kind for event in events("person:wd.desk.registrar")]
    assert kinds[-2:] == ["organisations.token-issued", "organisations.token-revoked"]


def test_a_token_that_is_of_no_use_yet_says_so(wendeng: Town) -> None:
    on = jurisdiction("wd").offset + datetime.now(UTC)
    organisations.enter_person(jurisdiction="wd", account="wd.system", name="大屏", actor=FOUNDER, now=on)
    issued = CliRunner().invoke(token.command, ["issue", "wd.system", "--label", "大屏"])
    assert (issued.exit_code, "还没有更换一次性密码" in issued.stderr, "401" in issued.stderr) == (0, True, True)
    headers = {"Authorization": f"Bearer {issued.stdout.strip()}"}
    assert Client().get("/api/v1/cases", headers=headers).status_code == 401
    other = CliRunner().invoke(token.command, ["issue", "wd.desk.registrar", "--label", "热线系统"])
    assert other.stderr == ""


def test_tokens_are_listed_and_all_of_an_account_taken_back(wendeng: Town) -> None:
    run, clerk = CliRunner(), "wd.desk.registrar"
    for label, more in (("热线系统", []), ("大屏", ["--scopes", "read", "--network", "10.20.0.0/16"])):
        assert run.invoke(token.command, ["issue", clerk, "--label", label, *more]).exit_code == 0
    listed = run.invoke(token.command, ["list", clerk]).output
    assert listed == run.invoke(token.command, ["list", "--jurisdiction", "wd"]).output
    lines = sorted(line.split("\t")[:4] for line in listed.splitlines())
    assert lines == [[clerk, "大屏", "read", "10.20.0.0/16"], [clerk, "热线系统", "act,read", "不限网络"]]
    assert run.invoke(token.command, ["revoke", clerk, "--all"]).exit_code == 0
    assert run.invoke(token.command, ["list", clerk]).output == ""
    for arguments in (
        ["list"],
        ["list", "nobody"],
        ["list", "--jurisdiction", "nowhere"],
        ["revoke", clerk],
        ["revoke", clerk, "--all", "--label", "x"],
    ):
        assert run.invoke(token.command, arguments).exit_code != 0, arguments


def test_a_token_for_reading_alone(wendeng: Town) -> None:
    arguments = ["issue", "wd.desk.registrar", "--label", "大屏", "--scopes", "read"]
    said = CliRunner().invoke(token.command, arguments).output.strip()
    found_one = bearer(said, at=datetime.now(UTC))
    assert found_one is not None
    assert found_one.standing.actor.scopes == {"read"}


def test_tokens_that_are_not_issued(wendeng: Town) -> None:
    run = CliRunner()
    for arguments in (
        ["nobody", "--label", "x"],
        ["wd.desk.registrar"],
        ["wd.desk.registrar", "--label", " "],
        ["wd.desk.registrar", "--label", "长" * 65],
        ["wd.desk.registrar", "--label", "x", "--scopes", "admin"],
        ["wd.desk.registrar", "--label", "x", "--days", "0"],
        ["wd.desk.registrar", "--label", "x", "--days", "91"],
        ["wd.desk.registrar", "--label", "x", "--scopes", "disclose"],
        ["wd.desk.registrar", "--label", "x", "--network", "office"],
    ):
        assert run.invoke(token.command, ["issue", *arguments]).exit_code != 0, arguments
    assert [event.kind for event in events("person:wd.desk.registrar")] == ["organisations.person-entered"]


def test_the_clock_is_moved_in_training_only(wendeng: Town) -> None:
    run = CliRunner()
    moved = run.invoke(clock.command, ["wd", "--advance", "P2D"])
    assert moved.exit_code == 0, moved.output
    assert jurisdiction("wd").offset == timedelta(days=2)
    assert run.invoke(clock.command, ["wd"]).output.startswith("wd：")
    for said in ("P0D", "-P1D", "P9999D", "P999999999D", "soon"):
        assert run.invoke(clock.command, ["wd", "--advance", said]).exit_code != 0
    assert jurisdiction("wd").offset == timedelta(days=2)
    found("real", "wendeng-2021-10", prefix="RL", training=False)
    refused = run.invoke(clock.command, ["real", "--advance", "P1D"])
    assert refused.exit_code == 1
    assert "正式环境" in refused.output
    assert run.invoke(clock.command, ["nowhere"]).exit_code == 1


def test_a_clock_that_was_moved_too_far_is_put_back(wendeng: Town) -> None:
    """F54: sixty moves made a town in which nothing could be registered any more, and there was no way back."""
    run = CliRunner()
    moves = [run.invoke(clock.command, ["wd", "--advance", "P730D"]).exit_code for _ in range(60)]
    assert moves == sorted(moves)
    assert {0, 1} == set(moves)
    assert clocks.here("wd").year <= 2098
    Walk(wendeng, clocks.here("wd")).along(Act.REGISTER, Act.DISPATCH, Act.SIGN_IN)
    back = run.invoke(clock.command, ["reset", "wd"])
    assert back.exit_code == 0, back.output
    assert jurisdiction("wd").offset == timedelta()
    assert events("jurisdiction:wd")[-1].kind == "organisations.clock-reset"
    Walk(wendeng, clocks.here("wd")).along(Act.REGISTER, Act.DISPATCH, Act.SIGN_IN)
    assert verify().clean
    again = run.invoke(clock.command, ["reset", "wd"])
    assert (again.exit_code, "没有拨快" in again.output) == (1, True)
    assert run.invoke(clock.command, ["reset", "nowhere"]).exit_code == 1


def test_a_clock_is_put_back_to_what_is_not_sealed(wendeng: Town) -> None:
    run = CliRunner()
    for _ in range(2):
        assert run.invoke(clock.command, ["wd", "--advance", "P2D"]).exit_code == 0
    sealed = max(seal_finished("wd", clocks.here("wd")))
    back = run.invoke(clock.command, ["reset", "wd"])
    assert back.exit_code == 0, back.output
    assert "已经封存" in back.output
    assert clocks.here("wd").astimezone(ZONE).date() == sealed + timedelta(days=1)
    Walk(wendeng, clocks.here("wd")).along(Act.REGISTER)
    assert verify().clean

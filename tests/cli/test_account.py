"""What an operator does for accounts at the console."""

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from bihuan.access import commands as access
from bihuan.access.types import Way
from bihuan.cli import account
from bihuan.organisations.queries import jurisdiction
from bihuan.record.queries import events
from tests.towns import PASSWORD, Town, found

pytestmark = pytest.mark.django_db
CLERK = "wd.unit.handler"


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(account.command, list(words))
    return done.exit_code, done.output


def test_a_locked_account_is_unlocked(wendeng: Town) -> None:
    assert run("unlock", CLERK) == (1, "Error: 这个账号没有被锁定。\n")
    for _ in range(5):
        Client().post("/sign-in/", {"account": CLERK, "password": "wrong"})
    assert Client().post("/sign-in/", {"account": CLERK, "password": PASSWORD}).status_code == 429
    assert run("unlock", CLERK)[0] == 0
    assert Client().post("/sign-in/", {"account": CLERK, "password": PASSWORD}).status_code == 302


def test_a_network_that_was_slowed_down_is_let_go(wendeng: Town) -> None:
    assert run("unlock", "--network", "10.6.6.6") == (1, "Error: 这个网络没有登录失败的记录。\n")
    assert (
        run("unlock", "--network", "somewhere")[0]
        == run("unlock")[0]
        == run("unlock", CLERK, "--network", "::")[0]
        == 1
    )
    for _ in range(60):
        access.failed(ip="2001:db8::1", at=timezone.now())
    said = {"account": CLERK, "password": PASSWORD}
    assert Client().post("/sign-in/", said, REMOTE_ADDR="2001:db8::2").status_code == 429
    assert run("unlock", "--network", "2001:db8::3") == (0, "来自 2001:db8::3 的登录不再等待\n")
    assert Client().post("/sign-in/", said, REMOTE_ADDR="2001:db8::2").status_code == 302


def test_a_password_is_given_and_sign_ins_end(wendeng: Town) -> None:
    access.sign_in(account=CLERK, way=Way.PASSWORD, strong=False, ip="", agent="", at=timezone.now())
    code, said = run("password", CLERK)
    assert code == 0
    client = Client()
    client.post("/sign-in/", {"account": CLERK, "password": said.strip()})
    assert client.get("/").headers["Location"] == "/account/password/"
    assert run("sign-out", CLERK)[0] == 0
    assert client.get("/").headers["Location"].startswith("/sign-in/")
    kinds = [event.kind for event in events(f"person:{CLERK}")]
    assert kinds[-2:] == ["access.password-given", "access.signed-out-everywhere"]


def test_a_second_factor_that_is_not_there_is_not_reset(wendeng: Town) -> None:
    assert run("second-factor", CLERK, "--reason", "手机丢失，当面核实")[0] == 1
    assert run("unlock", "nobody")[0] == 1


def test_only_training_waives_the_second_factor(wendeng: Town) -> None:
    assert run("require-second-factor", "wd", "--reason", "演练登录")[0] == 0
    assert jurisdiction("wd").second_factor
    assert run("require-second-factor", "wd", "--off", "--reason", "演练结束")[0] == 0
    found("zs", "wendeng-2021-10", prefix="ZS", training=False)
    code, said = run("require-second-factor", "zs", "--off", "--reason", "嫌麻烦")
    assert (code, "正式环境" in said) == (1, True)
    assert run("require-second-factor", "nowhere", "--reason", "试一试")[0] == 1

"""Who may sign by a token, for what and from where; nobody who holds no post on any path."""

from datetime import UTC, datetime

from django.test import Client

from bihuan.access import commands as access
from bihuan.api.routes import ROUTER
from bihuan.cases.types import Act
from bihuan.organisations import commands as organisations
from tests.api.clients import BASE, Api, Staff
from tests.api.test_problems import NOW, problem
from tests.api.test_visibility import DISCLOSURE
from tests.towns import FOUNDER, START, settle
from tests.walks import filled


def test_a_token_without_the_scope_shows_no_requester_in_clear(staff: Staff) -> None:
    path = f"/cases/{staff.walk(Act.DISPATCH)}/requester/disclosures"
    plain = Api("wd.unit.handler", scopes=("read", "act"), label="不看身份")
    assert problem(plain.post(path, DISCLOSURE), 403)["type"] == "urn:bihuan:problem:forbidden"
    clear = Api("wd.unit.handler", scopes=("disclose",), label="只看身份")
    assert clear.post(path, DISCLOSURE).json()["name"]
    problem(clear.get("/cases"), 403)
    problem(clear.post("/cases", filled(Act.REGISTER, staff.town, NOW)), 403)


def test_a_token_is_good_from_its_networks_alone(staff: Staff) -> None:
    mine = staff["unit.handler"]
    assert mine.get("/cases").status_code == 200
    away = Client(REMOTE_ADDR="203.0.113.9").get(BASE + "/cases", headers=mine.headers({}))
    assert problem(away, 403)["detail"] == "这个令牌限定了使用的网络，不能从这里使用。"


def test_what_the_account_owes_is_owed_before_a_token_is_good(staff: Staff) -> None:
    settle("wd", staff.town.desk, "desk.administrator", "administrator")
    chief, at = staff.town.actor("desk.administrator"), datetime.now(UTC)
    access.give_password(account="wd.unit.handler", actor=chief, now=START, at=at)
    mine = staff["unit.handler"]
    answer = mine.get("/cases")
    assert "修改初始密码" in str(problem(answer, 401)["detail"])
    assert answer["WWW-Authenticate"] == "Bearer"


def test_whoever_holds_no_post_is_let_in_on_no_path(staff: Staff) -> None:
    mine = staff["unit.handler"]
    assert mine.get("/units").status_code == 200
    for seat in staff.town.actor("unit.handler").seats:
        organisations.dismiss(
            account="wd.unit.handler",
            unit=seat.unit,
            post=seat.post,
            until_on=START.date(),
            actor=FOUNDER,
            now=START,
        )
    for endpoint in ROUTER.endpoints:
        path = "/" + endpoint.path.replace("{", "").replace("}", "")
        answer = mine.get(path) if endpoint.method == "GET" else mine.post(path, {})
        assert problem(answer, 403)["type"] == "urn:bihuan:problem:forbidden", endpoint.path

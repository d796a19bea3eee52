"""A duty's own page and its endpoint: what, who, why then, and what is done about it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.cases.types import Act
from bihuan.duties.jobs import climb
from bihuan.duties.models import Duty
from bihuan.matters import queries as matters
from bihuan.subjects.registry import REGISTRY
from tests.api.clients import Staff
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk
from tests.web.english import stray
from tests.web.officials import Office, Official

pytestmark = pytest.mark.django_db
A = Act


def duty_of(number: str, kind: str) -> Duty:
    return Duty.objects.get(subject=f"case:{number}", kind=kind)


def late(town: Town, *more: str) -> Walk:
    """A case whose handling is late, extended before."""
    walk = Walk(town).along(*TO_HANDLING, *more)
    climb(town.code, walk.facts.duties["handle"] + timedelta(seconds=1), labels=REGISTRY.duty_labels)
    return walk


def test_the_page_tells_what_is_owed_why_then_and_what_was_done_about_it(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.DISPATCH, A.SIGN_IN, A.REQUEST_EXTENSION, A.APPROVE_EXTENSION, A.AWAIT_REQUESTER)
    duty = duty_of(number, "handle")
    page = office["unit.handler"].read(f"/duties/{duty.id}/")
    for words in (
        "办理答复",
        "经办人",
        "暂停中",
        "延期",
        "起算日不计",
        "到期前1个工作日，提示临近到期",
        "尚未到时",
        "办理类",
    ):
        assert words in page.text, words
    assert f"/cases/{number}/" in page.links
    assert f"/duties/{duty.id}/" in office["unit.handler"].read(f"/cases/{number}/").links


def test_a_step_that_was_taken_stands_with_what_it_made(huainan: Town) -> None:
    walk = late(huainan)
    duty = duty_of(walk.number, "handle")
    keeper = Official("hn.office.list_keeper")
    matter = matters.open_of_case(walk.number)
    desk = Official("hn.desk.dispatcher").read(f"/duties/{duty.id}/")
    assert "到期未完成" not in desk.text
    for words in ("记录未按时完成", "列为清单候选", "已采取", "错过，未采取", matter):
        assert words in desk.text, words
    unit = Official("hn.unit.handler").read(f"/duties/{duty.id}/")
    assert "列为清单候选" in unit.text
    assert matter not in unit.text, "the unit takes no part in the candidate"
    assert matter in keeper.read(f"/matters/{matter}/").text


@pytest.mark.parametrize("stranger", ["wd.other.handler", "hn.desk.dispatcher"])
def test_a_stranger_finds_no_duty(wendeng: Town, huainan: Town, stranger: str) -> None:
    duty = duty_of(Walk(wendeng).along(*TO_HANDLING).number, "handle")
    Official(stranger).read(f"/duties/{duty.id}/", 404)
    Official(stranger).read("/duties/999999/", 404)
    Official(stranger).read("/duties/99999999999999999999/", 404)


def test_the_page_of_a_duty_is_a_handful_of_statements(huainan: Town) -> None:
    duty = duty_of(late(huainan).number, "handle")
    desk = Official("hn.desk.dispatcher")
    with CaptureQueriesContext(connection) as asked:
        desk.read(f"/duties/{duty.id}/")
    said = [
        q["sql"] for q in asked if q["sql"].split()[0] not in ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")
    ]
    assert len(said) <= 12, "\n".join(said)


def test_the_endpoint_tells_the_same(wendeng: Town) -> None:
    staff = Staff(wendeng)
    number = staff.walk(A.DISPATCH, A.SIGN_IN)
    duty = duty_of(number, "handle")
    climb(staff.town.code, duty.due_at + timedelta(seconds=1), labels=REGISTRY.duty_labels)
    told = staff["unit.handler"].get(f"/duties/{duty.id}").json()
    assert (told["duty"]["kind"], told["ladder"], told["pauses"]) == ("handle", "办理类", [])
    assert told["duty"]["explanation"]["days"]
    urged = "到期时，催办，每2个工作日一次，共3次"
    assert [(s["level"], s["words"], s["outcome"], s["clause"]) for s in told["steps"]] == [
        ("L0", "到期前1个工作日，提示临近到期", "too_late", ""),
        ("", "到期时，记录未按时完成", "taken", ""),
        ("L1", urged, "taken", "WD-6.1a"),
        *[("L1", urged, "", "WD-6.1a")],
        ("L2", "到期后3个工作日，拟发工作提醒（催办逾期没有回复）", "", "A1-4b"),
        *[("L1", urged, "", "WD-6.1a")],
        ("L3", "到期后5个工作日，拟发督办单（属于重点事项）", "", "A1-5"),
        ("L3", "到期后5个工作日，拟发督办单（不属于重点事项、工作提醒逾期没有回复）", "", "WD-6.1a"),
    ]
    done = staff.walk(A.DISPATCH, A.SIGN_IN)
    signed = duty_of(done, "sign_in")
    assert staff["unit.handler"].get(f"/duties/{signed.id}").json()["duty"]["outcome"] == "met"


def test_what_stays_chinese_on_english_pages_is_marked(huainan: Town) -> None:
    duty = duty_of(late(huainan).number, "handle")
    desk = Official("hn.desk.dispatcher")
    desk.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for url in (f"/duties/{duty.id}/", "/notices/"):
        assert stray(desk.read(url).html) == [], url

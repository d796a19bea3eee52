"""Correcting and erasing personal data, and auditing who looked, as in a browser without JavaScript."""

import pytest

from bihuan.cases.types import Act
from bihuan.requesters.queries import looks
from tests.web.officials import Office

pytestmark = pytest.mark.django_db
A = Act
TO_CLOSED = (
    A.ACCEPT,
    A.DISPATCH,
    A.SIGN_IN,
    A.RECORD_CONTACT,
    A.ANSWER,
    A.SIGN_OFF,
    A.APPROVE,
    A.RECORD_CALLBACK,
    A.CLOSE,
)
UNMASK = {"ground": "contact", "reason": "联系诉求人核实地点"}


def test_an_identity_is_corrected_beside_what_is_known_of_it(office: Office) -> None:
    number = office.register()
    url = f"/cases/{number}/privacy/"
    desk = office["desk.registrar"]
    said = {"phone": "13900005678", "reason": "诉求人来电更正号码"}
    assert url in desk.read(f"/cases/{number}/").links
    page = desk.send(url, f"{url}correct/", said)
    assert "139****5678" in page.text
    assert "更正诉求人的联系电话" in page.text
    masked = desk.send(url, f"{url}correct/", {**said, "phone": "139****5678"}, 422)
    assert "脱敏" in masked.text
    assert masked.form(f"{url}correct/").values["reason"] == [said["reason"]]
    assert "更正原因" in desk.send(url, f"{url}correct/", {"phone": "13900005678"}, 422).text


def test_what_is_erased_is_gone_from_every_page_and_the_case_still_opens(office: Office) -> None:
    number = office.walk(*TO_CLOSED)
    url = f"/cases/{number}/privacy/"
    reviewer = office["desk.reviewer"]
    page = reviewer.send(url, f"{url}erase/", {"ground": "requested", "basis": "删除申请〔2025〕3号"})
    assert "内容已依法删除" in page.text
    shown = reviewer.read(f"/cases/{number}/")
    assert "路灯坏了三天" not in shown.html
    assert "因“诉求人依法要求删除”删除个人信息" in shown.text
    assert "已经删除" in reviewer.send(url, f"{url}erase/", {"ground": "requested", "basis": "再删一次试试"}, 409).text
    for words in ("路灯", "阳光小区"):
        assert f"/cases/{number}/" not in reviewer.read(f"/cases/?q={words}").links


def test_what_is_still_handled_offers_no_erasure_and_others_are_told_why(office: Office) -> None:
    number = office.register()
    url = f"/cases/{number}/privacy/"
    reviewer = office["desk.reviewer"].read(url)
    assert "还在办理" in reviewer.text
    assert all(not form.action.endswith("erase/") for form in reviewer.forms)
    assert "审核员可以" in office["desk.registrar"].read(url).text
    office["other.head"].read(url, 404)


def test_who_looked_is_shown_to_the_supervisor_for_a_purpose_alone(city: Office) -> None:
    number = city.register()
    city["desk.registrar"].send(f"/cases/{number}/", f"/cases/{number}/requester/", UNMASK, 200)
    assert len(looks(f"case:{number}")) == 1
    auditor = city["supervision.supervisor"]
    before = auditor.read("/looks/")
    assert number not in before.text
    assert "审计目的" in auditor.send(before, "/looks/", {"number": number}, 422).text
    found = auditor.send(before, "/looks/", {"number": number, "purpose": "季度个人信息保护检查"}, 200)
    assert UNMASK["reason"] in found.text
    assert "desk.registrar" in found.text
    assert f"/cases/{number}/" not in found.links, "the supervisor takes no part in the case"
    none = auditor.send(before, "/looks/", {"account": "nobody", "purpose": "季度个人信息保护检查"}, 200)
    assert "没有符合条件" in none.text
    assert "不能审计" in city["desk.registrar"].read("/looks/", 409).text

"""The list of instructions, the forms with which one begins, and its page."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.instructions import queries as instructions
from tests.instructions.walks import A, InstructionWalk, filled
from tests.scans import scanned
from tests.supervision.walks import with_supervisors
from tests.walks import TO_HANDLING, Walk
from tests.web.officials import Office
from tests.web.test_supervision import MOST, statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(office: Office) -> Walk:
    """A case that a unit handles, where leaders have accounts."""
    return Walk(with_supervisors(office.town, office.began), office.began).along(*TO_HANDLING)


def typed(office: Office, case: Walk, act: str) -> dict[str, object]:
    """A form as a browser sends it."""
    said = filled(act, case.town, office.began, case.number)
    return {name: "on" if value is True else value for name, value in said.items()} | {"once": "1"}


def test_an_instruction_is_entered_verified_and_read(office: Office, case: Walk) -> None:
    clerk, leader, deputy = (office[who].client for who in ("desk.dispatcher", "leaders.leader", "unit.deputy"))
    shown = clerk.get("/instructions/").content.decode()
    assert "登记批示" in shown
    assert "登记电话批示" in shown
    assert "作出批示" not in shown
    said = typed(office, case, A.ENTER)
    lacking = clerk.post("/instructions/enter/", said)
    assert lacking.status_code == 422, "without its scan"
    page = SimpleUploadedFile("批示.png", scanned(), content_type="image/png")
    begun = clerk.post("/instructions/enter/", {**said, "scan": page})
    assert begun.status_code == 302, begun.content.decode()
    url = begun["Location"]
    number = url.split("/")[2]
    assert deputy.get(url).status_code == 404
    given = leader.post(f"{url}acts/verify/", {"version": instructions.facts(number).version})
    assert given.status_code == 302, given.content.decode()
    shown = deputy.get(url).content.decode()
    assert 'id="act-report"' in shown
    assert "修复路灯，说明拖延原因" in shown
    assert re.search(r'<img class="scan"\s+src="/attachments/\d+/"', shown)
    assert number in deputy.get("/instructions/?purpose=supervise&stage=in_force").content.decode()
    assert number not in deputy.get("/instructions/?purpose=key").content.decode()
    assert number in clerk.get(f"/cases/{case.number}/").content.decode()
    counted = {
        (who, page_url): statements(office, who, page_url)
        for who in ("desk.dispatcher", "unit.deputy")
        for page_url in (url, "/instructions/", f"/cases/{case.number}/")
    } | {("desk.dispatcher", "new"): statements(office, "desk.dispatcher", "/instructions/enter/")}
    assert max(counted.values()) <= MOST, counted
    assert office["other.handler"].client.get(url).status_code == 404


def test_a_leader_gives_one_and_the_list_goes_on_by_pages(office: Office, case: Walk) -> None:
    leader = office["leaders.leader"].client
    assert "作出批示" in leader.get("/instructions/").content.decode()
    begun = leader.post("/instructions/give/", typed(office, case, A.GIVE))
    assert begun.status_code == 302, begun.content.decode()
    for _ in range(51):
        InstructionWalk(case.town, case).do(A.ENTER, units=[], task="")
    first = leader.get("/instructions/").content.decode()
    onward = re.search(r'href="\?after=(\d+)', first)
    assert onward
    assert begun["Location"] in leader.get(f"/instructions/?after={onward[1]}").content.decode()
    assert statements(office, "leaders.leader", "/instructions/") <= MOST

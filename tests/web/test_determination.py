"""The pages of determinations and referrals."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.cases.types import Act as CaseAct
from bihuan.determination import queries
from bihuan.determination.types import Stage
from tests.determination.walks import (
    A,
    DeterminationWalk,
    ReferralWalk,
    to_determined,
    walk_to,
    with_determiners,
)
from tests.walks import Walk
from tests.web.officials import Office, this_minute
from tests.web.test_desk import FRAME

pytestmark = pytest.mark.django_db
MOST = 13  # since what was typed and not sent is given back


@pytest.fixture
def walk(office: Office) -> DeterminationWalk:
    """A dispute that lies with 编办 and 司法局."""
    town = with_determiners(office.town, office.began)
    walk = DeterminationWalk(town, Walk(town, office.began)).begin()
    walk.do(A.STATE_POSITION, by="other.handler")
    return walk.along(A.SUBMIT)


def earlier(office: Office) -> datetime:
    """A day before, so that all of a long walk is past."""
    return office.began - timedelta(days=1)


def statements(office: Office, who: str, url: str) -> int:
    client = office[who].client
    client.get(url)
    with CaptureQueriesContext(connection) as said:
        assert client.get(url).status_code == 200, url
    return sum(not query["sql"].startswith(FRAME) for query in said)


def test_the_pages_stand_and_ask_few_statements(office: Office, walk: DeterminationWalk) -> None:
    refused = ReferralWalk(walk.town, Walk(walk.town, earlier(office))).begin()
    settled = walk_to(Stage.FOLLOW_UP, walk.town, earlier(office))
    counted = {}
    for who in ("unit.handler", "other.handler", "desk.dispatcher", "staffing.deputy", "justice.handler"):
        for url in (f"/determinations/{walk.number}/", "/determinations/", "/determinations/contacts/", "/referrals/"):
            counted[(who, url)] = statements(office, who, url)
    for who in ("desk.dispatcher", "other.handler"):
        counted[(who, "referral")] = statements(office, who, f"/referrals/{refused.number}/")
        counted[(who, "settled")] = statements(office, who, f"/determinations/{settled.number}/")
    for who in ("desk.dispatcher", "unit.handler", "justice.handler"):
        counted[(who, "case")] = statements(office, who, f"/cases/{walk.case.number}/")
    of_cases = {who: counted.pop((who, word)) for who, word in list(counted) if word == "case"}
    assert max(counted.values()) <= MOST, counted
    assert max(of_cases.values()) <= MOST, of_cases


def test_the_page_of_the_case_leads_to_its_determination_and_back(office: Office, walk: DeterminationWalk) -> None:
    page = office["desk.dispatcher"].client.get(f"/cases/{walk.case.number}/").content.decode()
    assert f"/determinations/{walk.number}/" in page
    assert "act-take_back" in page, "what the centre may do there it may do here"
    page = office["staffing.deputy"].client.get(f"/determinations/{walk.number}/").content.decode()
    assert f"/cases/{walk.case.number}/" in page, "编办 sees the case while its opinion is owed"
    assert "还没有提出会商意见" in page, "a dead button says why"
    page = office["other.handler"].client.get(f"/determinations/{walk.number}/").content.decode()
    assert f"/cases/{walk.case.number}/" not in page, "a party sees the dispute, not the case"


def test_an_act_is_refused_on_the_page_with_its_clause_and_changes_nothing(
    office: Office, walk: DeterminationWalk
) -> None:
    before = walk.facts
    said = {"opinion_number": "文编办认〔2025〕1号", "opinion": "研究。", "law": "三定规定", "unit": walk.town.other}
    answer = office["staffing.deputy"].client.post(f"/determinations/{walk.number}/acts/issue_unit/", said)
    assert answer.status_code == 409
    assert "还没有提出会商意见" in answer.content.decode()
    assert "WD-4a" in answer.content.decode()
    wrong = {"outcome": "gap", "unit": walk.town.other, "opinion": "空白。", "law": "三定规定"}
    answer = office["justice.handler"].client.post(f"/determinations/{walk.number}/acts/opine/", wrong)
    assert answer.status_code == 409
    assert "不填承办单位" in answer.content.decode()
    assert walk.facts == before
    for who in ("third.handler", "discipline.handler"):
        assert office[who].client.get(f"/determinations/{walk.number}/").status_code == 404


def test_the_opinion_is_given_issued_and_carried_out_on_the_pages(office: Office, walk: DeterminationWalk) -> None:
    at = f"/determinations/{walk.number}/acts"
    law = {"law": "三定规定第二条"}
    for body in ("staffing", "justice"):
        said = {"outcome": "unit", "unit": walk.town.other, "opinion": "应由该单位承办。", **law}
        assert office[f"{body}.handler"].client.post(f"{at}/opine/", said).status_code == 302
    said = {"opinion_number": "文编办认〔2025〕1号", "opinion": "认定。", "unit": walk.town.other, **law}
    assert office["staffing.head"].client.post(f"{at}/issue_unit/", said).status_code == 302
    assert office["desk.dispatcher"].client.post(f"{at}/assign/", {"requirements": "抓紧。"}).status_code == 302
    assert walk.case.facts.lead == walk.town.other
    page = office["other.handler"].client.get(f"/cases/{walk.case.number}/").content.decode()
    assert "不得以任何理由推脱、退单" in page


def test_a_body_names_its_contact_on_its_page(office: Office, walk: DeterminationWalk) -> None:
    client, code = office["justice.handler"].client, walk.town.code
    assert client.post("/determinations/contacts/", {"account": f"{code}.staffing.head"}).status_code == 409
    assert client.post("/determinations/contacts/", {"account": f"{code}.justice.deputy"}).status_code == 302
    assert "justice.deputy" in client.get("/determinations/contacts/").content.decode()
    other = office["unit.handler"].client.post("/determinations/contacts/", {"account": f"{code}.unit.head"})
    assert other.status_code == 409


def test_a_refusal_is_put_on_file_explained_and_handed_over(office: Office, walk: DeterminationWalk) -> None:
    other = to_determined(DeterminationWalk(walk.town, Walk(walk.town, earlier(office)))).along(A.ASSIGN)
    said = {"how": "书面来函", "situation": "来函称不予办理。", "refused_at": this_minute(walk.town.code)}
    case = f"/cases/{other.case.number}/acts/{CaseAct.RECORD_REFUSAL}/"
    assert office["desk.dispatcher"].client.post(case, said).status_code == 302
    refusal = ReferralWalk(walk.town, other.case)
    refusal.number = queries.open_referral(other.case.number, walk.town.other)
    at = f"/referrals/{refusal.number}/acts"
    sending = {"document_number": "文社协移〔2025〕1号", "verified": "属实。"}
    assert office["desk.dispatcher"].client.post(f"{at}/send/", sending).status_code == 409
    assert office["discipline.handler"].client.get(f"/referrals/{refusal.number}/").status_code == 404
    assert office["other.handler"].client.post(f"{at}/explain/", {"explanation": "人手不足。"}).status_code == 302
    assert office["desk.dispatcher"].client.post(f"{at}/send/", sending).status_code == 302
    page = office["discipline.handler"].client.get(f"/referrals/{refusal.number}/").content.decode()
    assert "人手不足" in page


def test_where_there_is_no_determination_there_is_no_page(city: Office) -> None:
    for url in ("/determinations/", "/determinations/contacts/", "/referrals/"):
        assert city["unit.handler"].client.get(url).status_code == 404

"""The list of matters where the stories do not reach."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pydantic import ValidationError

from bihuan.attachments import commands as attachments
from bihuan.audit.queries import verify
from bihuan.kernel.refusal import Overtaken, Refused
from bihuan.matters import queries as matters
from bihuan.matters import rules
from bihuan.matters.models import Feedback, Round
from bihuan.matters.subject import MATTER
from bihuan.matters.types import Act, MatterClass, Stage
from bihuan.matters.types.forms import Assign
from bihuan.organisations import commands as organisations
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from tests.matters.walks import A, MatterWalk, early, to_class, walk_to
from tests.scans import scanned
from tests.towns import FOUNDER, START, Town, found_desk, give_channel

HUAINAN = pack("huainan-2021-55")


@pytest.mark.clause("HN-1.2")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, None),
        ({"tier1_due_at": None}, "tier1_due_at"),
        ({"tier1_due_at": START}, "tier1_due_at"),
        ({"tier1_due_at": START + timedelta(hours=1)}, "tier1_due_at"),
        ({"done": ""}, "done"),
        ({"why_unresolved": ""}, "why_unresolved"),
        ({"tier1_due_at": None, "done": "", "why_unresolved": "", "override_reason": "领导要求"}, None),
    ],
)
def test_the_entry_guard_wants_a_passed_limit_and_the_history(given: dict[str, object], field: str | None) -> None:
    whole = {
        "tier1_due_at": START - timedelta(days=1),
        "done": "已到现场",
        "why_unresolved": "产权不清",
        "override_reason": "",
        "now": START,
    }
    refusal = rules.may_enter(**{**whole, **given})  # type: ignore[arg-type]
    assert (refusal.field if refusal else None) == field


@pytest.mark.clause("HN-3.2b")
def test_general_matters_need_no_decision_and_a_pack_without_the_norm_asks_for_none() -> None:
    nothing = {"key_basis": None, "reference": "", "minutes": False}
    general, key = MatterClass.GENERAL, MatterClass.KEY
    assert rules.may_classify(before=None, after=general, pack=HUAINAN, **nothing) is None  # type: ignore[arg-type]
    wendeng = pack("wendeng-2021-10")
    assert rules.may_classify(before=None, after=key, pack=wendeng, **nothing) is None  # type: ignore[arg-type]
    refusal = rules.may_classify(before=key, after=general, pack=HUAINAN, **nothing)  # type: ignore[arg-type]
    assert refusal is not None


@pytest.mark.clause("HN-0")
def test_the_books_balance_only_if_every_figure_agrees() -> None:
    right = {"opening": 2, "entered": 3, "reopened": 1, "struck_off": 4, "closing": 2, "counted": None}
    assert rules.balances(**right)
    assert rules.balances(**{**right, "counted": 2})
    for wrong in ({"counted": 3}, {"closing": 3}, {"struck_off": 5}):
        assert not rules.balances(**{**right, **wrong})


@pytest.mark.clause("HN-3.2a")
@pytest.mark.parametrize("missing", ["lead", "ground", "basis", "due_on"])
def test_there_is_no_assignment_without_unit_limit_and_basis(missing: str) -> None:
    whole = {"lead": "u", "ground": "duty", "basis": "三定规定", "due_on": "2025-04-01"}
    assert Assign.model_validate(whole)
    with pytest.raises(ValidationError):
        Assign.model_validate({name: value for name, value in whole.items() if name != missing})


@pytest.mark.clause("HN-3.2a")
def test_an_assignment_goes_to_an_active_handling_unit_with_a_limit_that_lies_ahead(huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan))
    organisations.found_unit(
        jurisdiction=huainan.code, code="hn.idle", name="未启用", type_code="department", actor=FOUNDER, now=START
    )
    for wrong, field, norm in (
        ({"lead": "nowhere"}, "lead", None),
        ({"lead": huainan.desk}, "lead", None),
        ({"lead": "hn.idle"}, "lead", norms.LIST_ASSIGN),
        ({"co_units": [huainan.unit]}, "co_units", norms.LIST_ASSIGN),
        ({"co_units": ["nowhere"]}, "co_units", None),
        ({"due_on": (walk.now - timedelta(days=1)).date()}, "due_on", norms.LIST_ASSIGN),
    ):
        with pytest.raises(Refused) as refused:
            walk.do(A.ASSIGN, **wrong)
        assert (refused.value.refusal.field, refused.value.refusal.norm) == (field, norm)
    assert walk.facts.stage == Stage.CLASSIFIED
    walk.do(A.ASSIGN, co_units=[huainan.other])
    assert walk.facts.parts["co"] == {huainan.other}


@pytest.mark.clause("HN-3.2a", "HN-3.2c")
def test_another_unit_takes_over_with_a_limit_of_its_own_and_the_first_loses_sight_of_it(huainan: Town) -> None:
    walk = walk_to(Stage.HANDLING, huainan)
    first_due, handler = walk.facts.first_due_at, walk.actor("unit.handler")
    with pytest.raises(Refused, match="正由该单位承办"):
        walk.do(A.REASSIGN, lead=huainan.unit)
    walk.later(days=3).do(A.REASSIGN)
    matter = walk.facts
    assert (matter.stage, matter.lead, matter.first_due_at) == (Stage.ASSIGNED, huainan.other, first_due)
    assert matter.due_at == matter.duties["list_handle"] > first_due  # type: ignore[operator]
    assert matters.briefs([walk.number], handler) == {}
    assert events(matter.subject)[-1].clause == "HN-3.2c", "the supervision body gets a copy of this one too"
    walk.do(A.SIGN_IN, by="other.handler")


@pytest.mark.clause("HN-2.2b", "HN-2.4")
def test_an_overdue_case_that_nobody_explained_is_not_entered_until_somebody_does(huainan: Town) -> None:
    walk = MatterWalk(huainan).with_overdue_case()
    walk.do(A.PROPOSE)
    assert set(walk.facts.duties) == {"list_report", "list_register"}
    assert "签收" in walk.facts.done, "what was done is told by the record of the case"
    with pytest.raises(Refused, match="未能按时解决的原因"):
        walk.do(A.REGISTER, done="", why_unresolved="")
    walk.do(A.EXPLAIN)
    assert set(walk.facts.duties) == {"list_register"}
    walk.do(A.REGISTER, done="", why_unresolved="")
    assert walk.facts.list_number == "HXQD〔2025〕001"


@pytest.mark.clause("HN-2.4", "HN-2.5", "HN-2.6")
@pytest.mark.parametrize(
    ("channel", "clause"), [("hotline", "HN-1.2"), ("zfxf", "HN-2.4"), ("xmwz", "HN-2.5"), ("gjzwfw", "HN-2.6")]
)
def test_a_report_cites_the_clause_of_whoever_owns_the_channel(huainan: Town, channel: str, clause: str) -> None:
    owner = pack("huainan-2021-55").channels[channel].owner_unit_type
    desk = huainan.desk if owner == "office" else found_desk("hn", "owner", owner)
    give_channel("hn", channel, desk)
    walk = MatterWalk(huainan)
    by = "desk.registrar" if desk == huainan.desk else "owner.registrar"
    own = {"case": "", "channel": channel, "title": "路灯不亮", "content": "东门外路灯坏了三天。"}
    walk.do(A.REPORT, by=by, override_reason="来件时已超过规定时限。", **own)
    assert events(walk.facts.subject)[-1].clause == clause


@pytest.mark.clause("HN-2.4")
def test_a_case_becomes_one_open_matter_and_only_when_it_is_overdue(huainan: Town) -> None:
    walk = MatterWalk(huainan).with_overdue_case()
    walk.do(A.REPORT)
    with pytest.raises(Refused, match="已列为HXQD2025H0001"):
        walk.do(A.REPORT)
    with pytest.raises(Refused, match="已列为"):
        walk.do(A.PROPOSE)
    fresh = MatterWalk(huainan, walk.now, actors=walk.actors).with_overdue_case()
    fresh.now -= timedelta(days=19)
    for act, match in ((A.REPORT, "还没有到"), (A.PROPOSE, "没有逾期")):
        with pytest.raises(Refused, match=match):
            fresh.do(act)
    with pytest.raises(Refused, match="没有找到这件工单"):
        walk.do(A.REPORT, case="HX2025030104000019")


@pytest.mark.clause("HN-3.1")
def test_dropped_candidates_leave_no_gap_in_the_list(huainan: Town) -> None:
    listed = []
    walk = MatterWalk(huainan)
    for act in (A.REGISTER, A.DROP, A.REGISTER):
        (early(walk) if act == A.DROP else walk.with_overdue_case().along(A.REPORT)).do(act)
        listed.append(walk.facts.list_number)
    assert listed == ["HXQD〔2025〕001", None, "HXQD〔2025〕002"]


@pytest.mark.clause("HN-3.4a")
def test_a_page_that_was_sealed_for_another_result_seals_none(huainan: Town) -> None:
    """Neither that of the feedback which came back, uploaded once more or not, nor another file of the matter."""
    walk = walk_to(Stage.HANDLING, huainan)
    page = scanned()
    photo, seal = walk.scan(), walk.upload(page, by="unit.deputy")
    walk.do(A.DRAFT_FEEDBACK, attachments=[photo])
    sealed = {"by": "unit.deputy", "proof": "seal"}
    with pytest.raises(Refused, match="此前已用于本件，不能再作为这一次的凭据"):
        walk.do(A.SUBMIT_FEEDBACK, seal=[photo], **sealed)
    walk.do(A.SUBMIT_FEEDBACK, seal=[seal], **sealed)
    walk.along(A.SEND_BACK, A.DRAFT_FEEDBACK)
    with pytest.raises(Refused, match="此前已用于本件"):
        walk.do(A.SUBMIT_FEEDBACK, seal=[seal], **sealed)
    with pytest.raises(Refused, match=r"内容与此前已用于本件的“盖章件\.png”完全相同"):
        walk.do(A.SUBMIT_FEEDBACK, seal=[walk.upload(page, by="unit.deputy")], **sealed)
    assert walk.do(A.SUBMIT_FEEDBACK, seal=[walk.scan(by="unit.deputy")], **sealed).stage == Stage.REVIEW


@pytest.mark.clause("HN-3.2b")
def test_minutes_of_an_earlier_meeting_decide_nothing_again(huainan: Town) -> None:
    walk = walk_to(Stage.LISTED, huainan)
    minutes = walk.scan("office.list_keeper")
    decided = {"key_basis": "meeting", "reference": "会商纪要〔2025〕第3期", "attachments": [minutes]}
    walk.do(A.CLASSIFY, matter_class="key", **decided)
    walk.along(A.ASSIGN, A.SIGN_IN)
    with pytest.raises(Refused, match="请上传这一次的扫描件"):
        walk.do(A.CLASSIFY, matter_class="general", **decided)
    assert walk.facts.matter_class == MatterClass.KEY


@pytest.mark.clause("HN-3.3")
def test_urging_again_leaves_the_reply_overdue_and_feedback_answers_it(huainan: Town) -> None:
    walk = walk_to(Stage.HANDLING, huainan)
    walk.do(A.URGE)
    due = walk.facts.duties["urge_reply"]
    walk.later(days=4).do(A.URGE)
    assert (walk.facts.urges, walk.facts.duties["urge_reply"]) == (2, due)
    walk.along(A.DRAFT_FEEDBACK, A.SUBMIT_FEEDBACK)
    assert set(walk.facts.duties) == {"list_review"}


@pytest.mark.clause("HN-3.4a")
def test_a_seal_is_a_picture_or_a_page_and_no_other_matter_has_it(huainan: Town) -> None:
    walk = walk_to(Stage.FEEDBACK, huainan)
    scan = walk.scan()
    walk.do(A.SUBMIT_FEEDBACK, by="unit.deputy", proof="seal", seal=[walk.scan(by="unit.deputy")])
    other = MatterWalk(huainan, walk.now, actors=walk.actors)
    other.with_overdue_case().along(A.REPORT, A.REGISTER, A.CLASSIFY, A.ASSIGN, A.SIGN_IN, A.DRAFT_FEEDBACK)
    with pytest.raises(Refused, match="不是您上传的"):
        other.do(A.SUBMIT_FEEDBACK, by="unit.deputy", proof="seal", seal=[scan])
    silence = b"RIFF\x2c\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00"
    silence += b"\x10\x00data\x08\x00\x00\x00" + bytes(8)
    sound = attachments.store(
        jurisdiction=huainan.code, name="a.wav", data=silence, actor=other.actor("unit.deputy"), now=other.now
    )
    with pytest.raises(Refused, match="图片或 PDF"):
        other.do(A.SUBMIT_FEEDBACK, by="unit.deputy", proof="seal", seal=[sound.id])
    assert other.facts.stage == Stage.FEEDBACK


@pytest.mark.clause("HN-3.4a")
def test_the_database_itself_takes_no_feedback_without_signature_or_seal(huainan: Town) -> None:
    walk = walk_to(Stage.FEEDBACK, huainan)
    for columns in ({"proof": ""}, {"proof": "signature"}, {"proof": "seal"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Feedback.objects.filter(matter_id=walk.number).update(submitted_at=walk.now, **columns)


@pytest.mark.clause("HN-3.4b")
def test_the_database_itself_strikes_nothing_off_that_another_did_not_confirm(huainan: Town) -> None:
    walk = walk_to(Stage.REVIEW, huainan)
    for columns in ({}, {"confirmed_by": "a", "confirmed_at": walk.now, "struck_off_by": "a"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Round.objects.filter(matter_id=walk.number).update(struck_off_at=walk.now, **columns)


@pytest.mark.clause("HN-3.4b")
def test_a_late_send_back_may_set_its_own_limit(huainan: Town) -> None:
    walk = walk_to(Stage.REVIEW, huainan)
    with pytest.raises(Refused, match="办理期限"):
        walk.do(A.SEND_BACK, due_on=(walk.now - timedelta(days=1)).date())
    on = (walk.now + timedelta(days=7)).date()
    walk.do(A.SEND_BACK, due_on=on, on_free_day=True)
    assert walk.facts.duties["list_rework"].date() == on


@pytest.mark.clause("HN-2.2c")
def test_whoever_drafted_or_sent_the_feedback_does_not_review_it(huainan: Town) -> None:
    organisations.appoint(
        account="hn.unit.handler", unit=huainan.desk, post="list_keeper", from_on=START.date(), actor=FOUNDER, now=START
    )
    walk = walk_to(Stage.REVIEW, huainan)
    for act in (A.CONFIRM, A.SEND_BACK):
        with pytest.raises(Refused, match="须由另一人审核"):
            walk.do(act, by="unit.handler")


def test_a_version_that_is_gone_is_overtaken(huainan: Town) -> None:
    walk = walk_to(Stage.ASSIGNED, huainan)
    seen = walk.facts.version
    walk.do(A.URGE, version=seen)
    with pytest.raises(Overtaken):
        walk.do(A.SIGN_IN, version=seen)


@pytest.mark.clause("HN-5.2b")
def test_an_explanation_without_policy_or_told_in_the_future_is_refused(huainan: Town) -> None:
    walk = walk_to(Stage.HANDLING, huainan)
    for wrong, field in (
        ({"outcome": "EXPLAINED"}, "policy_basis"),
        ({"outcome": "MERGED"}, "outcome"),
        ({"told_at": (walk.now + timedelta(days=1)).isoformat()}, "told_at"),
    ):
        with pytest.raises(Refused) as refused:
            walk.do(A.DRAFT_FEEDBACK, **wrong)
        assert refused.value.refusal.field == field
    assert walk.facts.stage == Stage.HANDLING


def test_a_page_of_the_ledger_asks_a_small_constant_number_of_questions(
    huainan: Town, django_assert_max_num_queries: object
) -> None:
    walk = MatterWalk(huainan)
    for _ in range(3):
        walk.with_overdue_case().along(A.REPORT, A.REGISTER, A.CLASSIFY, A.ASSIGN)
    keeper = walk.actor("office.list_keeper")
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        rows = matters.ledger(keeper, matters.MatterFilters(open=True), now=walk.now)
    assert [row.list_number for row in rows] == ["HXQD〔2025〕003", "HXQD〔2025〕002", "HXQD〔2025〕001"]
    assert all(row.next_duty and row.due_at and row.listed_at for row in rows)
    second = matters.ledger(keeper, matters.MatterFilters(), now=walk.now, after=rows[0].id, limit=1)
    assert [row.number for row in second] == [rows[1].number]
    by_list = matters.MatterFilters(number="HXQD〔2025〕002")
    assert [row.number for row in matters.ledger(keeper, by_list, now=walk.now)] == [rows[1].number]
    for narrowed in (
        matters.MatterFilters(stage=Stage.ASSIGNED, matter_class="general", lead=huainan.unit),
        matters.MatterFilters(case=walk.case),
    ):
        assert rows[0] in matters.ledger(keeper, narrowed, now=walk.now)


def test_the_page_of_a_matter_is_whole(huainan: Town) -> None:
    walk = walk_to(Stage.STRUCK_OFF, huainan)
    page = matters.view(walk.number, walk.actor("desk.registrar"), now=walk.now)
    assert page.requester is not None
    assert page.requester.phone == "138****1234"
    assert {p.part for p in page.participants} == {"reporter", "office", "lead", "supervision"}
    assert [d.outcome for d in page.duties] == ["met"] * len(page.duties)
    assert page.instrument.startswith("《淮南市")
    acts = [e.facts.get("act") for e in MATTER.timeline(walk.number, walk.actor("desk.registrar"))]
    assert acts[-1] == Act.STRIKE_OFF


@pytest.mark.clause("HN-0")
@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE matters_feedback SET result = '已妥善解决' WHERE version = 1", "第1版反馈已被改动"),
        ("UPDATE matters_matter SET content = '没有什么事'", "事项概述已被改动"),
        ("UPDATE matters_matter SET stage = 'struck_off'", "按记录应处于"),
        ("UPDATE matters_participation SET unit = 'hn.other' WHERE part = 'lead'", "牵头单位"),
    ],
)
def test_what_somebody_changed_behind_the_commands_is_found(huainan: Town, sql: str, told: str) -> None:
    walk = walk_to(Stage.REVIEW, huainan)
    assert verify(huainan.code).findings == ()
    with connection.cursor() as cursor:
        cursor.execute(sql)
    findings = verify(huainan.code).findings
    assert {broken.subject for broken in findings} - {f"case:{walk.case}"} == {f"matter:{walk.number}"}
    assert any(told in broken.reason for broken in findings)

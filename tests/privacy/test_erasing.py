"""Personal data are corrected, erased when their time is over or the law says so, and who looked is audited."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from pydantic import ValidationError
from pytest_django import Settings

from bihuan.attachments import commands as attachments
from bihuan.attachments import queries as files
from bihuan.attachments import shelf
from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.cases.types import Act
from bihuan.determination import papers as _offered  # noqa: F401 offers the papers of determinations
from bihuan.determination import queries as determinations
from bihuan.determination.types import Act as D
from bihuan.documents import commands as documents
from bihuan.documents import queries as drawn
from bihuan.documents.types import State
from bihuan.joint import queries as joint_queries
from bihuan.joint.types import Act as J
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.types import Stage
from bihuan.policy.loader import pack
from bihuan.privacy import commands as privacy
from bihuan.privacy.jobs import erase_expired
from bihuan.privacy.types import ERASED_TITLE, AskLooks, Correct, Erase, EraseGround
from bihuan.record import queries as record
from bihuan.requesters import commands as requesters
from bihuan.requesters import queries as identities
from bihuan.requesters.types import DiscloseFields, Ground, PhoneTail
from tests.determination.walks import DeterminationWalk, with_determiners
from tests.joint.walks import LINKAGE, WHISTLE, JointWalk, to_concluded, with_bodies
from tests.matters.walks import walk_to
from tests.towns import Town
from tests.walks import REQUEST, Walk

A = Act
ENDED = (A.DISPATCH, A.SIGN_IN, A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
ASKED = Erase(ground=EraseGround.REQUESTED, basis="个人信息删除申请〔2025〕3号")


@pytest.fixture(autouse=True)
def shelf_of_its_own(tmp_path: Path, settings: Settings) -> None:
    """Files of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"


def closed(town: Town) -> Walk:
    """A case that was closed, with a picture."""
    walk, page = Walk(town), io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(page, "PNG")
    stored = attachments.store(
        jurisdiction=town.code, name="门牌.png", data=page.getvalue(), actor=walk.actor("desk.registrar"), now=walk.now
    )
    walk.do(A.REGISTER, attachments=[stored.id])
    return walk.along(*ENDED)


def test_an_erasure_leaves_nobody_to_find_and_every_chain_whole(wendeng: Town) -> None:
    walk = closed(wendeng)
    (file,) = files.of("case", walk.number)
    requester = walk.facts.requester
    assert requester is not None
    before = [event.hash for event in record.events(walk.facts.subject)]
    privacy.erase(number=walk.number, fields=ASKED, actor=walk.actor("desk.reviewer"), now=walk.now)

    shown = cases.view(walk.number, walk.actor("desk.reviewer"), now=walk.now)
    assert (shown.facts.title, shown.content, shown.place) == (ERASED_TITLE, "", "")
    assert identities.masked([requester])[requester].name == ""
    assert identities.find_by_phone(wendeng.code, REQUEST["phone"]) == []
    assert identities.find_by_phone_tail(wendeng.code, REQUEST["phone"][-4:], PhoneTail.FOUR) == []
    assert identities.find_by_name(wendeng.code, REQUEST["name"]) == []
    events = record.events(walk.facts.subject)
    assert [event.hash for event in events[:-1]] == before
    assert all(event.private is None for event in events)
    assert "诉求人依法要求删除" in events[-1].sentence
    with pytest.raises(Refused, match="已依法删除"):
        files.open(file.id)
    assert attachments.drop_unused(file.sha256)
    assert not shelf.place(file.sha256).exists()
    assert verify().clean, verify().findings


def test_a_content_that_another_case_has_too_stays_for_it(wendeng: Town) -> None:
    one, other = closed(wendeng), closed(wendeng)
    privacy.erase(number=one.number, fields=ASKED, actor=one.actor("desk.reviewer"), now=one.now)
    (kept,) = files.of("case", other.number)
    assert not attachments.drop_unused(kept.sha256)
    assert shelf.place(kept.sha256).exists()
    assert verify().clean


def test_what_is_still_handled_is_not_erased_and_nothing_changes(wendeng: Town) -> None:
    walk = Walk(wendeng).along(A.REGISTER, A.DISPATCH)
    before = walk.facts
    with pytest.raises(Refused, match="还在办理"):
        privacy.erase(number=walk.number, fields=ASKED, actor=walk.actor("desk.reviewer"), now=walk.now)
    assert walk.facts == before


def test_only_who_has_the_power_erases_and_only_once(wendeng: Town) -> None:
    walk = closed(wendeng)
    with pytest.raises(Refused, match="不能依法删除个人信息"):
        privacy.erase(number=walk.number, fields=ASKED, actor=walk.actor("desk.caller"), now=walk.now)
    with pytest.raises(Unknown):
        privacy.erase(number=walk.number, fields=ASKED, actor=walk.actor("other.head"), now=walk.now)
    privacy.erase(number=walk.number, fields=ASKED, actor=walk.actor("desk.reviewer"), now=walk.now)
    with pytest.raises(Refused, match="已经删除"):
        privacy.erase(number=walk.number, fields=ASKED, actor=walk.actor("desk.reviewer"), now=walk.now)


def test_the_clockwork_erases_what_was_kept_long_enough_and_nothing_else(wendeng: Town) -> None:
    walk = closed(wendeng)
    kept = timedelta(days=pack("wendeng-2021-10").limit("retention").limit.amount)
    ended = walk.now
    assert erase_expired(wendeng.code, ended + kept - timedelta(days=1)) == 0
    young = Walk(wendeng, ended + kept).along(A.REGISTER)
    assert erase_expired(wendeng.code, ended + kept + timedelta(days=1)) == 1
    assert erase_expired(wendeng.code, ended + kept + timedelta(days=2)) == 0
    assert (walk.facts.title, young.facts.title) == (ERASED_TITLE, REQUEST["title"])
    assert verify().clean


def test_the_matters_of_a_case_are_erased_with_it_once_they_are_struck_off(huainan: Town) -> None:
    matter = walk_to(Stage.STRUCK_OFF, huainan)
    case = Walk(huainan, matter.now, number=matter.case).along(A.RECORD_CALLBACK, A.CLOSE)
    privacy.erase(number=case.number, fields=ASKED, actor=case.actor("desk.reviewer"), now=case.now)
    assert matter.facts.title == ERASED_TITLE
    assert verify().clean, verify().findings


@pytest.mark.parametrize("kind", [LINKAGE, WHISTLE], ids=str)
def test_joint_handling_is_erased_with_its_case_words_papers_and_files(wendeng: Town, kind: str) -> None:
    town = with_bodies(wendeng)
    walk = to_concluded(JointWalk(town, kind, Walk(town)).begin().along(J.REPORT, J.INSTRUCT))
    walk.do(J.GRADE, grade="poor", reason="王某家门前没有人来。")
    walk.along(J.FILE_FORM, J.SIGN_FORM)
    document = documents.issue(
        subject_kind=kind, code="D08" if kind == LINKAGE else "D09", facts=walk.facts, actor=walk.actor("lead.deputy"),
        now=walk.now,
    )  # fmt: skip
    documents.make(document.id, clock=lambda _: walk.now)
    case = walk.case
    case.do(A.ANSWER, by=f"{walk.lead}.handler")
    case.do(A.SIGN_OFF, by=f"{walk.lead}.deputy")
    case.along(A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    held = files.of(kind, walk.number)
    assert len(held) == 3, "the sealed form, its PDF and its Word file"
    privacy.erase(number=case.number, fields=ASKED, actor=case.actor("desk.reviewer"), now=case.now)
    assert all(event.private is None for event in record.events(walk.facts.subject))
    (row,) = drawn.of(kind, walk.number)
    assert row.state == State.ERASED
    for file in held:
        with pytest.raises(Refused, match="已依法删除"):
            files.open(file.id)
    shown = str(joint_queries.view(walk.number, walk.actor("lead.handler"), now=walk.now))
    for words in ("请派员断电", "请到现场配合", "王某家门前", "灯杆产权不清", "路灯已修复", "灯具已更换"):
        assert words not in shown
    assert verify().clean, verify().findings


def test_a_determination_is_erased_with_its_case_words_papers_and_files(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    walk = DeterminationWalk(town, Walk(town)).begin()
    walk.do(D.STATE_POSITION, by="other.handler")
    walk.along(D.SUBMIT).heard(outcome="gap").along(D.ISSUE_GAP, D.REPORT, D.DESIGNATE, D.ASSIGN)
    walk.do(D.ENTER_RESPONSIBILITY)
    for code, who in (("D10", "desk.dispatcher"), ("D11", "staffing.handler"), ("D12", "desk.dispatcher")):
        said = {"subject_kind": "determination", "code": code, "facts": walk.facts, "now": walk.now}
        documents.make(documents.issue(**said, actor=walk.actor(who)).id, clock=lambda _: walk.now)
    numbers = {row.template: row.reference for row in drawn.of("determination", walk.number)}
    assert numbers["D11"] == walk.facts.opinion_number, "the opinion keeps its own number"
    assert numbers["D12"] == walk.facts.report_number
    case = walk.case
    case.do(A.SIGN_IN, by="other.handler")
    case.do(A.ANSWER, by="other.handler")
    case.do(A.SIGN_OFF, by="other.deputy")
    case.along(A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    held = files.of("determination", walk.number)
    assert len(held) == 6
    privacy.erase(number=case.number, fields=ASKED, actor=case.actor("desk.reviewer"), now=case.now)
    assert {row.state for row in drawn.of("determination", walk.number)} == {State.ERASED}
    for file in held:
        with pytest.raises(Refused, match="已依法删除"):
            files.open(file.id)
    shown = str(determinations.view(walk.number, walk.actor("desk.reviewer"), now=walk.now))
    for words in ("诉求人反映", "小区门口路灯", "不属于本单位职责", "涉及夜间出行", "无人接管", "从速修复"):
        assert words not in shown, words
    assert verify().clean, verify().findings


def test_an_identity_is_corrected_and_the_record_says_what_but_not_to_what(wendeng: Town) -> None:
    walk = Walk(wendeng).along(A.REGISTER)
    fields = Correct(phone="13900005678", reason="诉求人来电更正号码")
    privacy.correct(number=walk.number, fields=fields, actor=walk.actor("desk.registrar"), now=walk.now)
    assert identities.find_by_phone(wendeng.code, "13900005678") == [walk.facts.requester]
    last = record.events(walk.facts.subject)[-1]
    assert last.sentence == "更正诉求人的联系电话"
    assert "13900005678" not in str(last)
    with pytest.raises(ValidationError, match="脱敏"):
        Correct(phone="139****5678", reason="诉求人来电更正号码")
    masked = identities.masked([walk.facts.requester or 0])[walk.facts.requester or 0].name
    with pytest.raises(Refused, match="脱敏"):
        privacy.correct(
            number=walk.number,
            fields=Correct(name=masked, reason="诉求人来电更正姓名"),
            actor=walk.actor("desk.registrar"),
            now=walk.now,
        )
    confirmed = Correct(phone="1390631", phone_special=True, reason="诉求人来电更正号码")
    privacy.correct(number=walk.number, fields=confirmed, actor=walk.actor("desk.registrar"), now=walk.now)
    told = record.events(walk.facts.subject)[-1].sentence
    assert told == "更正诉求人的联系电话；联系电话经确认为特殊号码"
    privacy.correct(number=walk.number, fields=fields, actor=walk.actor("desk.registrar"), now=walk.now)
    with pytest.raises(Refused, match="没有要更正"):
        privacy.correct(number=walk.number, fields=fields, actor=walk.actor("desk.registrar"), now=walk.now)
    assert verify().clean


def test_who_looked_is_audited_by_who_may_and_the_audit_is_recorded(huainan: Town) -> None:
    walk = Walk(huainan).along(A.REGISTER)
    rulebook = pack(walk.facts.pack)
    requesters.disclose(
        requester=walk.facts.requester or 0,
        subject=walk.facts.subject,
        barred=None,
        units=frozenset({huainan.desk}),
        confidants=(),
        fields=DiscloseFields(ground=Ground.CONTACT, reason="联系诉求人核实地点"),
        actor=walk.actor("desk.registrar"),
        pack=rulebook,
        now=walk.now,
        ip="192.0.2.7",
    )
    asked = AskLooks(number=walk.number, purpose="季度个人信息保护检查")
    auditor = walk.actor("supervision.supervisor")
    (look,) = privacy.audit_looks(fields=asked, actor=auditor, rulebook=rulebook, now=walk.now, ip="192.0.2.9")
    assert (look.account, look.subject) == ("hn.desk.registrar", walk.facts.subject)
    elsewhere = AskLooks(account="hn.unit.head", purpose="季度个人信息保护检查")
    assert privacy.audit_looks(fields=elsewhere, actor=auditor, rulebook=rulebook, now=walk.now, ip="") == ()
    assert record.events("audit:hn.supervision.supervisor")[0].sentence.endswith("共1条")
    with pytest.raises(Refused, match="不能审计"):
        privacy.audit_looks(
            fields=asked, actor=walk.actor("desk.registrar"), rulebook=rulebook, now=walk.now, ip="192.0.2.7"
        )
    assert verify().clean


def test_verify_finds_a_file_that_was_changed_on_the_disk(wendeng: Town) -> None:
    walk = closed(wendeng)
    assert verify().clean
    (file,) = files.of("case", walk.number)
    shelf.place(file.sha256).chmod(0o600)
    shelf.place(file.sha256).write_bytes(b"another")
    (found,) = verify().findings
    assert (found.subject, found.reason) == (f"attachment:{file.id}", "附件文件内容被改动过")

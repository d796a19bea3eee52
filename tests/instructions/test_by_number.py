"""Acts that rest on an instruction by its number: in force, naming the subject, for that purpose, not typed twice."""

from typing import Any

import pytest

from bihuan.audit.queries import verify
from bihuan.determination.types import Stage as Determined
from bihuan.instructions import queries as instructions
from bihuan.instructions.types import InstructionFacts, InstructionStage, Purpose
from bihuan.joint import queries as joint
from bihuan.joint.types import Stage as JointStage
from bihuan.kernel.refusal import Refused
from bihuan.matters.types import Act as M
from bihuan.matters.types import MatterClass
from bihuan.policy import norms
from bihuan.record import queries as record
from bihuan.record.reading import gather
from tests.determination.walks import A as D
from tests.determination.walks import walk_to as determination_at
from tests.determination.walks import with_determiners
from tests.instructions.walks import A, InstructionWalk
from tests.joint.walks import LINKAGE, WHISTLE, JointWalk, entered, third
from tests.joint.walks import A as J
from tests.matters.walks import MatterWalk
from tests.supervision.walks import with_supervisors
from tests.towns import Town
from tests.walks import Walk, WithCase


def instructed(walk: WithCase, town: Town, purpose: str, **fields: Any) -> InstructionWalk:
    """An instruction in force that names the case of the walk."""
    made = InstructionWalk(town, walk.case).begin(purpose=purpose, **fields)
    made.do(A.VERIFY)
    return made


def told(made: InstructionWalk) -> list[str]:
    """What the record of the instruction tells of the acts that rest on it."""
    return [event.sentence for event in record.events(made.facts.subject) if event.kind == "instructions.act-rested"]


@pytest.mark.clause("WD-2.3e")
def test_the_difficulty_goes_on_by_an_instruction_in_force_and_waits_for_no_further_word(led: Town) -> None:
    walk = JointWalk(led, LINKAGE, Walk(led)).begin().along(J.REPORT)
    made = instructed(walk, led, "coordinate")
    done = walk.do(J.INSTRUCT, by="desk.dispatcher", text="", leader="", instruction_number=made.number)
    assert "分管副区长" in done.sentence
    assert walk.facts.stage is JointStage.ACTIVE
    assert "instruction_verify" not in walk.facts.duties
    view = joint.view(walk.number, walk.actor("desk.dispatcher"), now=walk.now)
    assert (view.reports[0].instruction_by, view.reports[0].instruction) == ("分管副区长", made.facts.text)
    assert told(made) == [f"{walk.number}据此“登记区领导批示”"]
    assert verify().findings == ()


@pytest.mark.clause("WD-3.1d")
def test_a_key_whistle_is_blown_by_an_instruction_in_force(led: Town) -> None:
    walk = JointWalk(led, WHISTLE, Walk(led))
    case = walk.case
    case.do("register")
    case.do("dispatch", lead=led.township)
    made = instructed(walk, led, "coordinate", units=[led.township])
    case.do("sign_in", by="township.handler")
    case.do("whistle", by="township.head", whistle_type="key", instruction_number=made.number)
    walk.number = joint.standing_on(case.number, WHISTLE)
    assert "instruction_verify" not in walk.facts.duties
    assert joint.view(walk.number, walk.actor("township.head"), now=walk.now).instruction == made.facts.text
    assert verify().findings == ()


@pytest.mark.clause("WD-4e")
def test_a_unit_is_designated_by_an_instruction_in_force(wendeng: Town) -> None:
    town = with_supervisors(with_determiners(wendeng))
    walk = determination_at(Determined.REPORTED, town)
    made = instructed(walk, town, "designate")
    walk.do(D.DESIGNATE, by="desk.dispatcher", unit=third(town), text="", leader="", instruction_number=made.number)
    assert (walk.facts.stage, walk.facts.unit) == (Determined.DESIGNATED, third(town))
    assert "instruction_verify" not in walk.facts.duties
    assert told(made) != []
    assert verify().findings == ()


@pytest.mark.clause("HN-3.2b")
def test_a_matter_becomes_a_key_one_by_an_instruction_in_force(huainan: Town) -> None:
    town = with_supervisors(huainan)
    walk = MatterWalk(town).with_overdue_case().along(M.REPORT, M.REGISTER)
    made = InstructionWalk(town, Walk(town, walk.now), "").begin(purpose="key", about=[walk.number])
    made.do(A.VERIFY)
    walk.now = made.now
    said = {"matter_class": "key", "reference": "", "leader": "", "instruction_number": made.number}
    with pytest.raises(Refused) as refused:
        walk.do(M.CLASSIFY, key_basis="meeting", **said)
    assert refused.value.refusal.field == "key_basis"
    walk.do(M.CLASSIFY, key_basis="instruction", **said)
    assert walk.facts.matter_class is MatterClass.KEY
    assert not walk.facts.paperless
    assert "instruction_verify" not in walk.facts.duties
    assert verify().findings == ()


def test_no_act_rests_on_what_is_not_in_force_or_about_something_else(led: Town) -> None:
    walk = JointWalk(led, LINKAGE, Walk(led)).begin().along(J.REPORT)

    def refused(number: str, **fields: Any) -> Any:
        with pytest.raises(Refused) as no:
            walk.do(J.INSTRUCT, **{"by": "desk.dispatcher", "text": "", "instruction_number": number} | fields)
        return no.value.refusal

    waiting = InstructionWalk(led, walk.case).begin(purpose="coordinate")
    assert "还没有生效" in refused(waiting.number).reason
    waiting.do(A.VERIFY)
    assert waiting.facts.stage is InstructionStage.IN_FORCE
    assert refused(waiting.number, **entered(led, walk.actor("desk.dispatcher"), walk.now)).field == "leader"
    assert "没有WX" in refused("WX2025P09999").reason
    assert "用途" in refused(instructed(walk, led, "general").number).reason
    elsewhere = instructed(JointWalk(led, LINKAGE, Walk(led, walk.now)), led, "coordinate")
    said = refused(elsewhere.number)
    assert (said.norm, said.field, "没有提到本件" in said.reason) == (
        norms.INSTRUCTION_BY_POST,
        "instruction_number",
        True,
    )
    walk.do(J.INSTRUCT, by="desk.dispatcher", text="", leader="", instruction_number=waiting.number)


def recorded(walk: WithCase, subject: str) -> list[InstructionFacts]:
    """The instructions that name a subject, the newest first."""
    seen = instructions.naming_subject(subject, walk.actor("clockwork"))
    (found,) = gather(seen)
    return sorted((instructions.facts(one.number) for one in found), key=lambda one: one.number, reverse=True)


def test_what_was_entered_with_an_act_has_a_number_once_it_is_confirmed(led: Town) -> None:
    walk = JointWalk(led, LINKAGE, Walk(led)).begin().along(J.REPORT)
    walk.instructed()
    assert recorded(walk, walk.facts.subject) == []
    walk.do(J.VERIFY)
    (made,) = recorded(walk, walk.facts.subject)
    assert (made.stage, made.purpose, made.unit) == (InstructionStage.IN_FORCE, Purpose.COORDINATE, led.desk)
    view = joint.view(walk.number, walk.actor("desk.dispatcher"), now=walk.now)
    assert (made.leader, made.reference, made.text) == ("分管副区长", "区政办批〔2025〕12号", view.instruction)
    assert set(made.duties) == {"instruction_report"}
    goes_on = InstructionWalk(led, walk.case, made.number)
    goes_on.along(A.REPORT_UP, A.CLOSE)
    assert goes_on.facts.stage is InstructionStage.CLOSED
    assert verify().findings == ()


def test_what_is_denied_and_what_a_leader_decides_by_the_act_itself_has_none(led: Town) -> None:
    walk = JointWalk(led, LINKAGE, Walk(led)).begin().along(J.REPORT)
    walk.instructed()
    walk.do(J.DENY)
    assert recorded(walk, walk.facts.subject) == []
    walk.do(J.INSTRUCT)
    assert recorded(walk, walk.facts.subject) == []
    assert verify().findings == ()


def test_two_that_wait_at_once_do_not_take_each_others_words(led: Town) -> None:
    walk = JointWalk(led, LINKAGE, Walk(led)).begin().along(J.REPORT)
    walk.instructed()
    walk.do(J.REPORT)
    walk.instructed(reference="区政办批〔2025〕13号", text="再次协调，限三日办结。")
    walk.along(J.VERIFY, J.VERIFY)
    older, newer = sorted(recorded(walk, walk.facts.subject), key=lambda one: one.reference)
    assert (newer.text, older.text) == ("再次协调，限三日办结。", "（批示内容见所涉事项的办理记录）")
    assert verify().findings == ()

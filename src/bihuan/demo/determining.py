"""Requests whose unit nobody knows: determined by 编办 and 司法局, put before the district, refused by a unit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import ClosureType
from bihuan.demo.founding import IN_OFFICE_SINCE, Place
from bihuan.demo.stories import CaseWalk, answer, dispatched, finished, register
from bihuan.demo.timeline import Story
from bihuan.demo.walk import Walk
from bihuan.determination import commands, queries
from bihuan.determination.types import Act, Outcome, ReferralAct, Stage
from bihuan.determination.types.forms import NameContact
from bihuan.organisations.types import Post

PLATFORM, DISTRICT, STAFFING, JUSTICE = "xietiao", "quwei", "bianban", "sifa"
LAW = "区直部门三定规定；《山东省政务服务热线管理办法》"


def set_up(place: Place, now: datetime) -> None:
    """Each of the three bodies has somebody who speaks for it."""
    for unit, post in ((PLATFORM, Post.DISPATCHER), (STAFFING, Post.HANDLER), (JUSTICE, Post.HANDLER)):
        actor = place.actors[unit, post]
        fields = NameContact(account=actor.account, from_on=IN_OFFICE_SINCE)
        commands.name_contact(unit=place.code_of(unit), fields=fields, actor=actor, now=now)


@dataclass(slots=True)
class DeterminationWalk:
    """A request whose unit is in dispute; `rests_at` is where its determination is to be found today."""

    case: CaseWalk
    rests_at: Stage | None = None
    other: str = ""
    """The unit that turns out to be responsible."""
    determined: Walk | None = None

    @property
    def walk(self) -> Walk:
        """The determination, once it has begun."""
        assert self.determined is not None
        return self.determined

    def does(self, whose: str, act: Act, post: Post = Post.HANDLER, **fields: object) -> None:
        """Somebody in a unit acts."""
        self.walk.do(act, self.walk.by(whose, post), **fields)

    def centre_does(self, act: Act, post: Post = Post.DISPATCHER, **fields: object) -> None:
        """Somebody in the centre acts."""
        self.does(PLATFORM, act, post, **fields)


def _asked(task: DeterminationWalk) -> Story:
    """The lead asks whose the request is; the other unit says that it is not its own."""
    case, chance = task.case, task.case.walk.chance
    register(case)
    yield from dispatched(case)
    yield case.walk.minutes(10, 200)
    case.unit_does(CaseAct.SIGN_IN)
    yield case.walk.minutes(20, 200)
    departments = [u.code for u in case.place.plan.units if u.type == "department" and u.code != case.lead]
    task.other = chance.choice(departments)
    other = case.place.code_of(task.other)
    case.unit_does(
        CaseAct.REQUEST_DETERMINATION,
        dispute=f"“{case.request.title}”涉及多个环节，本单位与另一部门都认为不属于自己的职责。",
        position="经现场核实，该事项的管理职责没有移交本单位。",
        law="本单位三定规定第三条",
        suggested_unit=other,
        parties=[other],
    )
    number, walk = queries.standing_on(case.walk.number), case.walk
    task.determined = Walk("determination", walk.place, walk.time, walk.office, chance, task.rests_at, number)
    task.walk.stage = Stage.DRAFT
    yield task.walk.minutes(20, 200)
    task.does(task.other, Act.STATE_POSITION, position="该事项不在本部门权责清单之内。", law="本部门权责清单")


def _submitted(task: DeterminationWalk) -> Story:
    """The centre hands the dispute file over."""
    yield from _asked(task)
    yield task.walk.minutes(30, 300)
    task.centre_does(
        Act.SUBMIT,
        background="诉求人反映的问题属实，两家单位现场查看后均认为不归其管理。",
        law=LAW,
        question="该类事项由哪个单位承办。",
    )


def _heard(task: DeterminationWalk, outcome: Outcome) -> Story:
    """Both bodies say what they hold."""
    yield from _submitted(task)
    named: dict[str, Any] = {"unit": task.case.place.code_of(task.other)} if outcome == Outcome.UNIT else {}
    said = "应由该部门承办。" if outcome == Outcome.UNIT else "现行三定规定和权责清单都没有列明。"
    for body in (STAFFING, JUSTICE):
        yield task.walk.minutes(60, 500)
        task.does(body, Act.OPINE, outcome=outcome, opinion=said, law=LAW, **named)
    yield task.walk.minutes(60, 300)


def _opinion(task: DeterminationWalk, words: str) -> dict[str, object]:
    number = f"文编办认〔{task.walk.now.year}〕{int(task.walk.number[-4:])}号"
    return {"opinion_number": number, "opinion": words, "law": LAW}


def _determined(task: DeterminationWalk) -> Story:
    """The written opinion names a unit, which gets the request."""
    yield from _heard(task, Outcome.UNIT)
    said = _opinion(task, "经会商研究，该事项属该部门行业管理职责，认定其为承办主体。")
    task.does(STAFFING, Act.ISSUE_UNIT, Post.DEPUTY, unit=task.case.place.code_of(task.other), **said)
    yield task.walk.minutes(10, 100)
    task.centre_does(Act.ASSIGN, requirements="请主动承担好牵头工作。")
    task.case.lead = task.other


def settled(task: DeterminationWalk) -> Story:
    """Determined, handled and closed."""
    yield from _determined(task)
    yield from _handled_anew(task)


def _handled_anew(task: DeterminationWalk) -> Story:
    case = task.case
    yield case.walk.minutes(30, 200)
    case.unit_does(CaseAct.SIGN_IN)
    yield case.walk.days(0.5, 1.5)
    answer(case, ClosureType.SOLVED)
    yield case.walk.minutes(20, 300)
    case.unit_does(CaseAct.SIGN_OFF, Post.DEPUTY, opinion="情况属实，同意。")
    yield from finished(case)


def gap(task: DeterminationWalk) -> Story:
    """Nobody's and reasonable: the special report, the district's word, the list."""
    yield from _heard(task, Outcome.GAP)
    said = _opinion(task, "经会商研究，该事项属部门职责空白。")
    task.does(STAFFING, Act.ISSUE_GAP, Post.DEPUTY, reasonableness="涉及群众基本生活，要求合理。", **said)
    yield task.walk.minutes(30, 300)
    task.centre_does(
        Act.REPORT,
        Post.REVIEWER,
        gap="原管理单位已经注销，现行分工没有写明由谁接管。",
        suggestion="建议指定行业主管部门先行办理，并由区委编办研究明确。",
    )
    yield task.walk.minutes(60, 400)
    unit = task.case.place.code_of(task.other)
    task.does(DISTRICT, Act.DESIGNATE, Post.LEADER, text="请该部门牵头，从速办理。", unit=unit)
    yield task.walk.minutes(10, 60)
    task.centre_does(Act.ASSIGN, requirements="按区领导批示从速办理。")
    task.case.lead = task.other
    yield task.walk.days(1, 2)
    task.does(
        STAFFING,
        Act.ENTER_RESPONSIBILITY,
        code=f"{task.case.place.plan.prefix}-R{int(task.walk.number[-4:]):02d}",
        matter=f"原管理单位注销后的{task.case.request.title}",
        lead=unit,
        basis="区委编办研究意见",
    )
    yield from _handled_anew(task)


def unreasonable(task: DeterminationWalk) -> Story:
    """Nobody's and not reasonable: back to the centre."""
    yield from _heard(task, Outcome.GAP)
    said = _opinion(task, "经会商研究，该要求超出公共服务范围。")
    task.does(STAFFING, Act.ISSUE_UNREASONABLE, Post.DEPUTY, reasonableness="要求为个人单独提供，没有依据。", **said)
    yield task.walk.minutes(60, 300)
    task.centre_does(Act.TAKE_BACK, reason="由属地街道向诉求人解释。")


def not_referred(task: DeterminationWalk) -> Story:
    """The centre sees no dispute."""
    yield from _asked(task)
    yield task.walk.minutes(30, 200)
    task.centre_does(Act.DECLINE, reason="派单目录已列明由现承办单位负责，请继续办理。")


def withdrawn(task: DeterminationWalk) -> Story:
    """The requester needs it no longer while it is being determined."""
    yield from _submitted(task)
    yield task.case.walk.minutes(60, 300)
    task.case.taken_back("诉求人来电称问题已解决。")


def refused(task: DeterminationWalk) -> Story:
    """The determined unit refuses by letter: heard, and handed to the discipline body."""
    yield from _refusing(task)
    number = queries.open_referral(task.case.walk.number, task.case.place.code_of(task.other))
    case = task.case.walk
    referral = Walk("referral", case.place, case.time, case.office, case.chance, None, number)
    yield case.minutes(60, 400)
    referral.do(ReferralAct.EXPLAIN, case.by(task.other, Post.HANDLER), explanation="本部门人手不足，暂时无法承担。")
    yield case.minutes(60, 400)
    said = {"verified": "经派单员当面核实，来函属实，说明的理由不成立。"}
    centre = case.by(PLATFORM, Post.DISPATCHER)
    referral.do(ReferralAct.SEND, centre, document_number=f"文社协移〔{case.now.year}〕1号", **said)
    referral.do(ReferralAct.SIGN_LETTER, case.by(PLATFORM, Post.HEAD), opinion="情况属实，同意移交。")
    yield case.minutes(60, 400)
    body = case.by("jiwei", Post.HANDLER)
    referral.do(ReferralAct.RECEIPT, body, taken_by="区纪委监委", taken_at=case.now)
    yield from _handled_anew(task)


def _refusing(task: DeterminationWalk) -> Story:
    """The determined unit refuses by letter."""
    yield from _determined(task)
    yield task.case.walk.minutes(60, 300)
    situation = "来函称不予承担牵头工作，退回派单。"
    task.case.desk_does(
        CaseAct.RECORD_REFUSAL, Post.DISPATCHER, refused_at=task.case.walk.now, how="书面来函", situation=situation
    )


Tell = Callable[[DeterminationWalk], Story]
WAYS: tuple[Tell, ...] = (settled, gap, unreasonable, not_referred, withdrawn, refused)
"""Every way that a determination goes, told once in the months past."""
RESTS: Mapping[Stage, Tell] = {
    Stage.DRAFT: _asked,
    Stage.SUBMITTED: _submitted,
    Stage.DETERMINED: settled,
    Stage.GAP: gap,
    Stage.UNREASONABLE: unreasonable,
    Stage.REPORTED: gap,
    Stage.DESIGNATED: gap,
    Stage.FOLLOW_UP: gap,
}
"""A way to every stage in which a determination waits for somebody today."""
REFUSING: Tell = _refusing
"""A unit has refused, and nobody has heard it yet."""

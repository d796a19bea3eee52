"""How units settle requests together: linkages under a first receiver, whistles of a town, each to every end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Basis, ClosureType
from bihuan.demo.founding import IN_OFFICE_SINCE, Place
from bihuan.demo.stories import CaseWalk, answer, dispatched, finished, register
from bihuan.demo.timeline import Story
from bihuan.demo.walk import Walk, scanned
from bihuan.joint import commands as joint
from bihuan.joint import queries
from bihuan.joint.types import Act, Emergency, Filing, Grade, Kind, Stage, WhistleType, WorkForm
from bihuan.joint.types.forms import CoverUnit, NameLiaison, NewTopic
from bihuan.organisations.types import Post
from bihuan.policy.pack import Capacity

PLATFORM, DISTRICT, OFFICES, STAFFING = "xietiao", "quwei", "liangban", "bianban"
TOPICS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "GJ-01": ("占道经营、露天烧烤集中整治", ("zhifa", "shichang")),
    "GJ-02": ("违法建设拆除", ("zhifa", "ziran")),
    "GJ-03": ("燃气管线占压、泄漏处置", ("ranqi", "zhujian", "yingji")),
    "GJ-04": ("老旧小区下水管网改造", ("zhujian", "shuiwu")),
}
"""The list of tough whistles: code → matter, departments."""


def set_up(place: Place, now: datetime) -> None:
    """Who covers which unit, who answers whistles, and which whistles are tough."""
    administrator = place.actors[PLATFORM, Post.ADMINISTRATOR]
    leader = place.actors[DISTRICT, Post.LEADER].account
    handling = [unit.code for unit in place.plan.units if _is(place, unit.type, Capacity.HANDLING)]
    for unit in handling:
        cover = CoverUnit(unit=place.code_of(unit), account=leader, from_on=IN_OFFICE_SINCE)
        joint.cover(fields=cover, actor=administrator, now=now)
        deputy = place.actors[unit, Post.DEPUTY].account
        named = NameLiaison(account=deputy, from_on=IN_OFFICE_SINCE)
        joint.name_liaison(unit=place.code_of(unit), fields=named, actor=place.actors[unit, Post.HEAD], now=now)
    for code, (matter, responders) in TOPICS.items():
        fields = NewTopic(
            code=code,
            matter=matter,
            responders=tuple(map(place.code_of, responders)),
            basis="属地管理事项主体责任和配合责任清单",
            from_on=IN_OFFICE_SINCE,
        )
        joint.enter_topic(fields=fields, actor=place.actors[STAFFING, Post.HANDLER], now=now)


def _is(place: Place, type_code: str, capacity: Capacity) -> bool:
    return capacity in place.pack.unit_types[type_code].capacities


@dataclass(slots=True)
class JointWalk:
    """A request that several units settle; `rests_at` is where their work together is to be found today."""

    case: CaseWalk
    kind: Kind
    rests_at: Stage | None = None
    members: tuple[str, ...] = ()
    whistle_type: WhistleType = WhistleType.ROUTINE
    said: dict[str, Any] = field(default_factory=dict)
    met: bool = False
    together: Walk | None = None

    @property
    def walk(self) -> Walk:
        """The work together, once it has begun."""
        assert self.together is not None
        return self.together

    def does(self, of: str, act: Act, post: Post = Post.HANDLER, **fields: object) -> None:
        """Somebody in a unit acts."""
        self.walk.do(act, self.walk.by(of, post), **fields)

    def lead_does(self, act: Act, post: Post = Post.HANDLER, **fields: object) -> None:
        """Somebody in the unit that leads acts."""
        self.does(self.case.lead, act, post, **fields)

    def everybody(self) -> tuple[str, ...]:
        """The codes of the units that were asked."""
        return tuple(self.case.place.code_of(unit) for unit in self.members)


def _brought_in(task: JointWalk) -> Story:
    """The request reaches the unit that will lead."""
    case = task.case
    register(case, urgent=bool(task.said.get("emergency")))
    if task.kind == Kind.WHISTLE:
        yield from dispatched(case, to=case.walk.chance.choice(case.place.plan.territories), basis=Basis.TERRITORY)
    else:
        yield from dispatched(case)
    yield case.walk.minutes(10, 200)
    case.unit_does(CaseAct.SIGN_IN)
    yield case.walk.minutes(10, 100)
    case.unit_does(
        CaseAct.RECORD_CONTACT, method="phone", reached=True, note="已电话联系诉求人，现场查看后认为须多部门共同处置。"
    )


def _begun(task: JointWalk) -> Story:
    """The lead asks, or the town blows; the platform takes note."""
    case, chance = task.case, task.case.walk.chance
    yield from _brought_in(task)
    yield case.walk.minutes(20, 120)
    departments = [u.code for u in case.place.plan.units if u.type == "department" and u.code != case.lead]
    entry = case.place.responsible(case.request.topic)
    wanted = [*([entry.lead, *entry.co_units] if entry else []), *chance.sample(departments, 2)]
    task.members = tuple(dict.fromkeys(unit for unit in wanted if unit != case.lead))[:2]
    asked: dict[str, Any] = {"units": task.everybody(), "task": f"请派员到现场，配合处置“{case.request.title}”。"}
    if task.kind == Kind.WHISTLE:
        asked["pre_study"] = "已组织社区和网格员劝导、现场查看，镇街没有执法权限。"
        asked |= {"beyond_reason": "现场处置需要其配合。"} if task.said.get("topic") else {}
        asked |= {"basis": "部门职责清单", "whistle_type": task.whistle_type, **task.said}
        case.unit_does(CaseAct.WHISTLE, **asked)
    else:
        case.unit_does(CaseAct.LINK, **asked)
    number = queries.standing_on(case.walk.number, task.kind)
    walk = case.walk
    task.together = Walk(str(task.kind), walk.place, walk.time, walk.office, chance, task.rests_at, number)
    yield task.walk.minutes(10, 200)
    if task.said.get("filing") == Filing.PHONE:
        task.does(PLATFORM, Act.RECORD_CALL, Post.REGISTRAR, caller="镇街值班员", note="电话报备吹哨事项。")
    else:
        task.does(PLATFORM, Act.ACKNOWLEDGE, Post.DISPATCHER, opinion="已知悉。")


def _worked(task: JointWalk, *, passive: bool = False) -> Story:
    """Everybody comes forward and does their part; one of them only after it was told of."""
    for unit in task.members:
        yield task.walk.minutes(20, 240)
        if passive and unit == task.members[-1]:
            told = task.case.place.code_of(unit)
            task.lead_does(Act.NOTIFY, unit=told, situation="两次联系均未派人到场。")
            yield task.walk.minutes(30, 200)
            task.does(PLATFORM, Act.REMIND, Post.DISPATCHER, text="请立即派员配合，并说明情况。")
            yield task.walk.minutes(30, 200)
            task.does(unit, Act.EXPLAIN, explanation="当日执法力量全部在外，已调整安排。")
        yield from _came(task, unit)
    if task.walk.chance.random() < 0.5:
        task.met = True
        task.lead_does(
            Act.HOLD_MEETING, place="镇街会议室", attendees="各单位经办负责人", conclusions="明确分工，三日内完成。"
        )
    for unit in task.members:
        yield task.walk.minutes(60, 500)
        task.does(unit, Act.FINISH, result="已按职责完成配合事项，现场恢复正常。")


def _came(task: JointWalk, unit: str) -> Story:
    yield task.walk.minutes(5, 60)
    if task.kind == Kind.LINKAGE:
        task.does(unit, Act.ACCEPT, contact="业务科经办人")
    else:
        people = "分管负责人带队，工作人员三名"
        task.does(unit, Act.CHECK_IN, place=task.case.request.place, people=people, work_form=WorkForm.ON_SITE)


def _filed(task: JointWalk, *, resolved: bool = True, grades: Mapping[str, tuple[Grade, str]] = {}) -> Story:
    """The lead ends it, grades everybody, and its deputy signs the one form."""
    yield task.walk.minutes(20, 200)
    task.lead_does(
        Act.CONCLUDE,
        resolved=resolved,
        summary="各单位到场，共同处置完毕。",
        no_meeting_reason="" if task.met or len(task.members) < 2 else "分工清楚，电话商定，未另行召集会商。",
    )
    for unit in task.members:
        grade, reason = grades.get(unit, (Grade.GOOD, ""))
        task.lead_does(Act.GRADE, unit=task.case.place.code_of(unit), grade=grade, reason=reason)
    yield task.walk.minutes(20, 200)
    task.lead_does(Act.FILE_FORM, result=task.case.request.done, follow_up="satisfied")
    yield task.walk.minutes(20, 300)
    task.lead_does(Act.SIGN_FORM, Post.DEPUTY, seal=(_seal(task),), opinion="情况属实。")


def _seal(task: JointWalk) -> int:
    """The scan with the seal, uploaded."""
    return scanned(task.walk, task.walk.by(task.case.lead, Post.DEPUTY), "盖章件.png")


def _closed(task: JointWalk) -> Story:
    """The case goes up with its form, as every case does."""
    case = task.case
    yield case.walk.minutes(20, 300)
    answer(case, ClosureType.SOLVED)
    yield case.walk.minutes(20, 200)
    case.unit_does(CaseAct.SIGN_OFF, Post.DEPUTY, opinion="情况属实，同意。")
    yield from finished(case)


def joined(task: JointWalk) -> Story:
    """Everybody does their part."""
    yield from _begun(task)
    yield from _worked(task)
    yield from _filed(task)
    yield from _closed(task)


def dragged(task: JointWalk) -> Story:
    """One unit has to be told of; its grade says so."""
    yield from _begun(task)
    yield from _worked(task, passive=True)
    yield from _filed(task, grades={task.members[-1]: (Grade.AVERAGE, "经督促提醒后才到场配合。")})
    yield from _closed(task)


def reported(task: JointWalk) -> Story:
    """The units cannot settle it among themselves: the district decides."""
    yield from _begun(task)
    yield task.walk.minutes(200, 600)
    words = {"difficulty": "产权不清，改造经费没有来源。", "request": "请明确责任单位和经费渠道。"}
    task.lead_does(Act.REPORT, Post.HEAD, **words)
    yield task.walk.minutes(200, 600)
    clerk = task.walk.by(PLATFORM, Post.DISPATCHER)
    task.does(
        PLATFORM,
        Act.INSTRUCT,
        Post.DISPATCHER,
        text="由属地牵头，行业主管部门配合，经费由区级统筹。",
        leader="分管副区长",
        leader_account=task.walk.by(DISTRICT, Post.LEADER).account,
        issued_on=task.walk.now.date(),
        reference="区政办批〔2021〕演示1号",
        scan=(scanned(task.walk, clerk, "批示件.png"),),
    )
    task.does(DISTRICT, Act.VERIFY, Post.LEADER)
    yield from _worked(task)
    yield from _filed(task)
    yield from _closed(task)


def called_wrongly(task: JointWalk) -> Story:
    """The first department was the wrong one; the platform says so, and the town asks another."""
    yield from _begun(task)
    wrong = task.members[0]
    yield task.walk.minutes(20, 100)
    words = "该事项不属于本部门职责，按三定规定由行业主管部门承担。"
    if task.kind == Kind.WHISTLE:
        task.does(wrong, Act.OBJECT, reason=words)
        decide, who = Act.UPHOLD, (PLATFORM, Post.DISPATCHER)
    else:
        task.does(wrong, Act.RETURN, reason=words)
        decide, who = Act.RELEASE, (task.case.lead, Post.HANDLER)
    yield task.walk.minutes(30, 200)
    task.does(who[0], decide, who[1], unit=task.case.place.code_of(wrong), reason="经核实，理由成立。")
    task.members = tuple(unit for unit in task.members if unit != wrong)
    if task.rests_at == Stage.VOID:
        yield from _taken_back(task)
        return
    yield from _worked(task)
    yield from _filed(task)
    yield from _closed(task)


def _taken_back(task: JointWalk) -> Story:
    """Nobody is left, and the lead can do without."""
    for unit in task.members:
        yield task.walk.minutes(20, 100)
        leave = Act.OBJECT if task.kind == Kind.WHISTLE else Act.RETURN
        task.does(unit, leave, reason="不属于本单位职责。")
        decide, who = (Act.UPHOLD, PLATFORM) if task.kind == Kind.WHISTLE else (Act.RELEASE, task.case.lead)
        post = Post.DISPATCHER if task.kind == Kind.WHISTLE else Post.HANDLER
        task.does(who, decide, post, unit=task.case.place.code_of(unit), reason="理由成立。")
    task.lead_does(Act.VOID, reason="经研究，本单位可以独立办理。")


def raised(task: JointWalk) -> Story:
    """A routine whistle solves nothing, nor does a tough one; as a key one the district settles it."""
    yield from _begun(task)
    yield from _worked(task)
    yield task.walk.minutes(20, 100)
    task.lead_does(Act.CONCLUDE, resolved=False, summary="各部门到场处置，问题反弹。")
    yield task.walk.minutes(20, 100)
    task.lead_does(
        Act.RAISE_TO_TOUGH, reason="常规哨处置后反弹，须集中攻坚。", topic="GJ-01", beyond_reason="现场处置需要其配合。"
    )
    yield from _worked(task)
    yield task.walk.minutes(20, 100)
    task.lead_does(Act.CONCLUDE, resolved=False, summary="攻坚后仍未彻底解决。")
    yield task.walk.minutes(20, 100)
    task.lead_does(
        Act.RAISE_TO_KEY, Post.HEAD, difficulty="涉及用地和规划，部门权限内无法解决。", request="请区里研究确定方案。"
    )
    yield task.walk.minutes(100, 400)
    task.does(DISTRICT, Act.INSTRUCT, Post.LEADER, text="限期完成，区财政保障。")
    yield from _worked(task)
    yield from _filed(task)
    yield from _closed(task)


def in_emergency(task: JointWalk) -> Story:
    """A tough whistle at once; both offices take note within the hour, departments come by the clock."""
    task.said |= {"emergency": Emergency.ACCIDENT}
    task.whistle_type = WhistleType.TOUGH
    yield from _begun(task)
    task.does(OFFICES, Act.NOTE_EMERGENCY, Post.SUPERVISOR)
    yield from _worked(task)
    yield from _filed(task)
    yield from _closed(task)


def by_telephone(task: JointWalk) -> Story:
    """The town telephones; the platform's operator writes it down."""
    task.said |= {"filing": Filing.PHONE}
    yield from joined(task)


def withdrawn(task: JointWalk) -> Story:
    """The requester needs it no longer; what stood on the case ends with it, by the clockwork of the night."""
    yield from _begun(task)
    yield task.walk.minutes(60, 300)
    task.case.taken_back("诉求人来电称问题已自行解决。")


Tell = Callable[[JointWalk], Story]
LINKAGES: tuple[Tell, ...] = (joined, dragged, called_wrongly, reported, joined)
WHISTLES: tuple[Tell, ...] = (joined, by_telephone, dragged, called_wrongly, in_emergency, raised)
"""The ways that work together goes, in turn."""
RESTS: Mapping[Stage, Tell] = {
    Stage.ACTIVE: joined,
    Stage.ESCALATED: reported,
    Stage.CONCLUDED: joined,
    Stage.FORM: joined,
    Stage.SIGNED: joined,
    Stage.VOID: called_wrongly,
    Stage.DISSOLVED: withdrawn,
}
"""A way to every stage in which work together is to be found today."""

"""Walking linkages and whistles through the commands: every state in a test is reached as a user would reach it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from bihuan.attachments import commands as attachments
from bihuan.cases.types import Act as CaseAct
from bihuan.joint import commands as joint_commands
from bihuan.joint import queries as joint
from bihuan.joint.types import Act, JointFacts, Kind, Stage, WhistleType
from bihuan.joint.types.forms import CoverUnit, NameLiaison, NewTopic
from bihuan.kernel.actor import Actor
from bihuan.organisations import commands as organisations
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from tests.again import again, history
from tests.scans import scanned
from tests.towns import FOUNDER, START, UNIT_POSTS, Town, pack_of, settle
from tests.walks import Walk, WithCase, at_stage, known_here

A, C = Act, CaseAct
LINKAGE, WHISTLE = Kind.LINKAGE, Kind.WHISTLE

DOERS: Mapping[str, str] = {
    A.ADD_UNITS: "lead.handler",
    A.ACKNOWLEDGE: "desk.dispatcher",
    A.FILE: "lead.handler",
    A.RECORD_CALL: "desk.registrar",
    A.NOTE_EMERGENCY: "offices.supervisor",
    A.ACCEPT: "other.handler",
    A.CHECK_IN: "other.handler",
    A.RECORD_WORK: "other.handler",
    A.CONTACT_UPWARD: "other.handler",
    A.FINISH: "other.handler",
    A.RETURN: "other.handler",
    A.RELEASE: "lead.handler",
    A.KEEP: "lead.handler",
    A.OBJECT: "other.handler",
    A.UPHOLD: "desk.dispatcher",
    A.OVERRULE: "desk.dispatcher",
    A.HOLD_MEETING: "lead.handler",
    A.NOTIFY: "lead.handler",
    A.REMIND: "desk.dispatcher",
    A.EXPLAIN: "other.handler",
    A.REPORT: "lead.head",
    A.INSTRUCT: "leaders.leader",
    A.VERIFY: "leaders.leader",
    A.DENY: "leaders.leader",
    A.DENY_KEY: "leaders.leader",
    A.NO_REPORT: "lead.head",
    A.RAISE_TO_TOUGH: "lead.handler",
    A.RAISE_TO_KEY: "lead.head",
    A.CONCLUDE: "lead.handler",
    A.GRADE: "lead.handler",
    A.FILE_FORM: "lead.handler",
    A.SEND_BACK_FORM: "lead.deputy",
    A.SIGN_FORM: "lead.deputy",
    A.RENEW: "lead.handler",
    A.VOID: "lead.handler",
    A.DISSOLVE: "clockwork",
}
"""Who does an act when everything goes by the book; `lead` is the unit that leads, whichever it is."""


def filled(act: str, town: Town) -> dict[str, Any]:
    """A form filled in as the book says."""
    about = {"unit": town.other, "reason": "按职责分工确定。"}
    forms: dict[str, dict[str, Any]] = {
        A.ADD_UNITS: {"units": [third(town)], "task": "请派人到现场配合。"},
        A.RECORD_CALL: {"caller": "值班员"},
        A.ACCEPT: {"contact": "值班员"},
        A.CHECK_IN: {"place": "阳光小区东门", "people": "带队负责人及两名执法人员", "work_form": "on_site"},
        A.RECORD_WORK: {"work": "已断电，正在更换灯具。"},
        A.CONTACT_UPWARD: {"method": "phone", "body": "市级主管部门", "outcome": "同意调拨备件。"},
        A.FINISH: {"result": "灯具已更换，恢复照明。"},
        A.RETURN: {"reason": "该路段不属于本单位管理范围。"},
        A.RELEASE: about,
        A.KEEP: about,
        A.OBJECT: {"reason": "该事项不属于本部门职责。"},
        A.UPHOLD: about,
        A.OVERRULE: about,
        A.HOLD_MEETING: {"place": "社区会议室", "attendees": "各单位负责人", "conclusions": "三天内完成。"},
        A.NOTIFY: {"unit": town.other, "situation": "三次联系均未派人。"},
        A.REMIND: {"text": "请立即派人配合。"},
        A.EXPLAIN: {"explanation": "当日人员全部在外抢修。"},
        A.REPORT: {"difficulty": "灯杆产权不清，经费没有来源。", "request": "请明确经费。"},
        A.NO_REPORT: {"reason": "已联系产权单位，下周由本单位继续办理。"},
        A.RAISE_TO_KEY: {"difficulty": "攻坚后仍未解决。", "request": "请区里研究。"},
        A.INSTRUCT: {"text": "由财政保障经费，抓紧办理。"},
        A.DENY: {"reason": "没有作过这个批示。"},
        A.DENY_KEY: {"reason": "没有作过这个批示。"},
        A.RAISE_TO_TOUGH: {"reason": "情况复杂。", "off_list_reason": "清单中没有此类事项。"},
        A.CONCLUDE: {"resolved": True, "summary": "各单位配合，问题已解决。"},
        A.GRADE: {"unit": town.other, "grade": "good"},
        A.FILE_FORM: {"result": "路灯已修复。", "follow_up": "satisfied"},
        A.SEND_BACK_FORM: {"reason": "写明修复时间。"},
        A.RENEW: {"units": [town.other], "task": "路灯又坏了，请再次配合。"},
        A.VOID: {"reason": "没有需要配合的单位。"},
    }
    return forms.get(act, {})


CALLS_MORE = (A.ADD_UNITS, A.RENEW, A.RAISE_TO_TOUGH)
"""By which a town that has blown may call further departments; it says why them."""


def third(town: Town) -> str:
    """A further department of the town."""
    return f"{town.code}.third"


def with_bodies(town: Town, now: datetime = START) -> Town:
    """A town with the district's leadership, both offices, a third department and the staffing office."""
    return town if joint_bodies(town) else _with_bodies(town, pack_of(town.code).digest, now)


@partial(again, after=lambda town, *_: history(town.code))
def _with_bodies(town: Town, digest: str, now: datetime) -> Town:
    """The same as long as the regulation and what happened in the town are the same."""
    types = pack_of(town.code).unit_types.values()

    def unit(short: str, capacity: str, posts: tuple[str, ...]) -> str:
        fits = [t.code for t in types if capacity in t.capacities and not t.needs_superior]
        code = f"{town.code}.{short}"
        kind = next(k for k in fits if "township" not in pack_of(town.code).unit_types[k].capacities)
        organisations.found_unit(jurisdiction=town.code, code=code, name=code, type_code=kind, actor=FOUNDER, now=now)
        for post in posts:
            settle(town.code, code, f"{short}.{post}", post, now)
        organisations.activate_unit(jurisdiction=town.code, code=code, actor=FOUNDER, now=now)
        return code

    unit("leaders", "leadership", ("leader",))
    unit("third", "handling", UNIT_POSTS)
    unit("staffing", "staffing", UNIT_POSTS)
    settle(town.code, f"{town.code}.leaders", "leaders.second", "leader", now)
    settle(town.code, town.desk, "desk.administrator", "administrator", now)
    offices = unit("offices", "supervision", ("supervisor",))
    return replace(town, supervision=offices)


def joint_bodies(town: Town) -> bool:
    """Whether the bodies are there already."""
    from bihuan.organisations.queries import named

    return bool(named([f"{town.code}.leaders"], town.code, now=START))


def cover(town: Town, unit: str, leader: str = "leaders.leader", now: datetime = START) -> None:
    """Enter whose portfolio covers a unit."""
    fields = CoverUnit(unit=unit, account=f"{town.code}.{leader}", from_on=date(2021, 6, 1))
    joint_commands.cover(fields=fields, actor=town.actor("desk.administrator", now), now=now)


def list_topic(town: Town, code: str = "GJ-01", now: datetime = START, **fields: Any) -> None:
    """编办 lists a tough whistle."""
    said = {"code": code, "matter": "燃气泄漏处置", "basis": "配合责任清单第3条", "from_on": "2021-06-01", **fields}
    actor = town.actor("staffing.handler", now)
    joint_commands.enter_topic(fields=NewTopic.model_validate(said), actor=actor, now=now)


def name_liaison(town: Town, short: str, deputy: str, now: datetime = START, on: str = "2021-06-01") -> None:
    """A unit names its liaison."""
    fields = NameLiaison.model_validate({"account": f"{town.code}.{deputy}", "from_on": on})
    actor = town.actor(f"{short}.head", now)
    joint_commands.name_liaison(unit=f"{town.code}.{short}", fields=fields, actor=actor, now=now)


def seal(actor: Actor, now: datetime) -> tuple[int, ...]:
    """A scan with the seal, uploaded."""
    ref = attachments.store(jurisdiction=actor.jurisdiction, name="盖章件.png", data=scanned(), actor=actor, now=now)
    return (ref.id,)


def entered(town: Town, actor: Actor, now: datetime, leader: str = "leaders.leader") -> dict[str, Any]:
    """What somebody must enter of an instruction that another gave."""
    return {
        "leader": "分管副区长",
        "leader_account": f"{town.code}.{leader}",
        "issued_on": now.date().isoformat(),
        "reference": "区政办批〔2025〕12号",
        "scan": seal(actor, now),
    }


@dataclass
class JointWalk(WithCase):
    """One linkage or whistle walking through a town with its case; time goes on ten minutes with every act."""

    town: Town
    kind: Kind
    case: Walk
    number: str = ""
    led_by: str = ""

    @property
    def lead(self) -> str:
        """Short name of the unit that leads; once it does, it stays."""
        if self.number:
            self.led_by = self.led_by or self.facts.initiator
            return self.led_by.rpartition(".")[2]
        leads = self.case.facts.lead if self.case.number else None
        return leads.rpartition(".")[2] if leads else "township" if self.kind == WHISTLE else "unit"

    def actor(self, short: str) -> Actor:
        """The person of that short name."""
        return super().actor(short.replace("lead.", f"{self.lead}."))

    @property
    def facts(self) -> JointFacts:
        """The joint handling as the rules see it."""
        return joint.facts(self.number)

    def begin(self, **fields: Any) -> "JointWalk":
        """Register, dispatch and sign in a case, and begin joint handling of it."""
        self.case.do(C.REGISTER)
        to = {"lead": self.town.township} if self.kind == WHISTLE else {}
        self.case.do(C.DISPATCH, **to)
        self.case.do(C.SIGN_IN, by=f"{self.lead}.handler")
        return self.start(**fields)

    def start(self, **fields: Any) -> "JointWalk":
        """Begin joint handling of the case as it stands."""
        act = C.LINK if self.kind == LINKAGE else C.WHISTLE
        self.case.do(act, by=f"{self.lead}.handler", **fields)
        self.number, self.led_by = joint.standing_on(self.case.number, self.kind), ""
        return self

    def ordered(self, **fields: Any) -> "JointWalk":
        """A key whistle at once: the town's head blows it, with the instruction on which it rests."""
        self.case.do(C.REGISTER)
        self.case.do(C.DISPATCH, lead=self.town.township)
        self.case.do(C.SIGN_IN, by="township.handler")
        said = {"whistle_type": "key", "instruction": "请各部门立即到场处置。"}
        said |= entered(self.town, self.actor("township.head"), self.now)
        self.case.do(C.WHISTLE, by="township.head", **{**said, **fields})
        self.number = joint.standing_on(self.case.number, self.kind)
        return self

    def instructed(self, by: str = "desk.dispatcher", **fields: Any) -> Done:
        """Somebody enters what a leader decided."""
        return self.do(A.INSTRUCT, by=by, **{**entered(self.town, self.actor(by), self.now), **fields})

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book, with what differs given."""
        self.case.later(minutes=10)
        entry = ACTS[(self.kind, act)]
        actor = self.actor(by or DOERS[act])
        book = filled(act, self.town)
        if self.kind == WHISTLE and act in CALLS_MORE:
            book["basis"] = "三定规定：由该部门承担。"
        said = {**known_here(entry.fields, book, self.town), **fields}
        if act == A.SIGN_FORM and "seal" not in said:
            said["seal"] = seal(actor, self.now)
        form = entry.fields.model_validate(said)
        return entry.run(number=self.number, fields=form, actor=actor, now=self.now, version=version)


def to_concluded(walk: JointWalk, **fields: Any) -> JointWalk:
    """Everybody did their part."""
    walk.along(A.ACCEPT if walk.kind == LINKAGE else A.CHECK_IN, A.FINISH)
    walk.do(A.CONCLUDE, **fields)
    return walk


def to_signed(walk: JointWalk) -> JointWalk:
    """The form stands with the case."""
    return to_concluded(walk).along(A.GRADE, A.FILE_FORM, A.SIGN_FORM)


def _void(walk: JointWalk) -> None:
    walk.begin()
    if walk.kind == LINKAGE:
        walk.along(A.RETURN, A.RELEASE, A.VOID)
    else:
        walk.along(A.OBJECT, A.UPHOLD, A.VOID)


def _dissolved(walk: JointWalk) -> None:
    walk.begin()
    walk.case.do(C.WITHDRAW)
    walk.do(A.DISSOLVE)


WAYS: Mapping[Stage, Callable[[JointWalk], object]] = {
    Stage.ACTIVE: lambda w: w.begin(),
    Stage.ESCALATED: lambda w: w.begin().along(A.REPORT),
    Stage.CONCLUDED: lambda w: to_concluded(w.begin()),
    Stage.FORM: lambda w: to_concluded(w.begin()).along(A.GRADE, A.FILE_FORM),
    Stage.SIGNED: lambda w: to_signed(w.begin()),
    Stage.VOID: _void,
    Stage.DISSOLVED: _dissolved,
}
"""One way to every stage."""


def walk_to(kind: Kind, stage: Stage, town: Town, now: datetime = START) -> JointWalk:
    """A new linkage or whistle at that stage."""
    return at_stage(stage, WAYS, JointWalk(town, kind, Walk(town, now)))


def tough(walk: JointWalk, **fields: Any) -> JointWalk:
    """A tough whistle."""
    return walk.begin(whistle_type=WhistleType.TOUGH, off_list_reason="清单中没有。", **fields)

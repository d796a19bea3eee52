"""Walking matters through the commands: every state in a test is reached as a user would reach it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from unittest.mock import patch

from bihuan.attachments import commands as attachments
from bihuan.cases.types import Act as CaseAct
from bihuan.duties.jobs import climb
from bihuan.kernel.actor import Actor
from bihuan.kernel.stages import Move
from bihuan.matters import queries as matters
from bihuan.matters import rules
from bihuan.matters.models import Matter
from bihuan.matters.types import Act, MatterClass, MatterFacts, Stage
from bihuan.organisations import commands as organisations
from bihuan.organisations.queries import pack_of
from bihuan.policy.ladders import Do
from bihuan.policy.loader import pack as load_pack
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from bihuan.subjects.registry import REGISTRY
from tests.scans import scanned
from tests.towns import FOUNDER, START, UNIT_POSTS, Town, give_channel, settle
from tests.walks import WAYS as CASE_WAYS
from tests.walks import SecretWalk, Walk, at_stage, listed

A = Act

DOERS: Mapping[str, str] = {
    A.PROPOSE: "clockwork",
    A.REPORT: "desk.registrar",
    A.EXPLAIN: "desk.registrar",
    A.REGISTER: "office.list_keeper",
    A.DROP: "office.list_keeper",
    A.JOIN: "office.list_keeper",
    A.CLASSIFY: "office.list_keeper",
    A.VERIFY: "supervision.supervisor",
    A.DENY: "supervision.supervisor",
    A.ADD_KEY_PAPER: "office.list_keeper",
    A.ASSIGN: "office.list_keeper",
    A.REASSIGN: "office.list_keeper",
    A.LEAD_ENDED: "clockwork",
    A.SIGN_IN: "unit.handler",
    A.URGE: "office.list_keeper",
    A.REPLY_URGE: "unit.handler",
    A.TRACK: "supervision.supervisor",
    A.REPLY_TRACK: "unit.handler",
    A.RECORD_PROGRESS: "unit.handler",
    A.RECORD_COOPERATION: "other.handler",
    A.COORDINATE: "office.list_keeper",
    A.REPORT_COORDINATION: "unit.handler",
    A.RELAY: "unit.handler",
    A.ANSWER_RELAY: "office.list_keeper",
    A.DRAFT_FEEDBACK: "unit.handler",
    A.SEND_BACK_DRAFT: "unit.head",
    A.SUBMIT_FEEDBACK: "unit.head",
    A.CONFIRM: "office.list_keeper",
    A.SEND_BACK: "office.list_keeper",
    A.SUPERVISE: "supervision.supervisor",
    A.STRIKE_OFF: "office.list_director",
    A.STRIKE_OFF_AND_TRACK: "office.list_director",
    A.RECHECK: "supervision.supervisor",
    A.END_TRACKING: "supervision.supervisor",
    A.REOPEN: "supervision.supervisor",
    A.FULFIL_PROMISE: "unit.handler",
    A.CHECK_PROMISE: "office.list_keeper",
    A.RENEW_PROMISE: "office.list_keeper",
    A.BREAK_PROMISE: "clockwork",
}
"""Who does an act when everything goes by the book."""

DONE, WHY = "两次到现场，联系了供电单位。", "灯杆产权有争议，没有单位维修。"


def filled(act: str, town: Town, now: datetime) -> dict[str, Any]:
    """A form filled in as the book says."""
    in_two_weeks = (now + timedelta(days=14)).date().isoformat()
    forms: dict[str, dict[str, Any]] = {
        A.REPORT: {"done": DONE, "why_unresolved": WHY},
        A.EXPLAIN: {"done": DONE, "why_unresolved": WHY},
        A.REGISTER: {"done": DONE, "why_unresolved": WHY},
        A.DROP: {"reason": "原办理时限还没有到。"},
        A.JOIN: {"into": "没有这一件", "reason": "同一处路灯。"},
        A.CLASSIFY: {"matter_class": "general"},
        A.ADD_KEY_PAPER: {"attachments": [1]},
        A.DENY: {"reason": "没有作过这个批示。"},
        A.ASSIGN: {
            "lead": town.unit,
            "ground": "duty",
            "basis": "三定规定第四条",
            "due_on": in_two_weeks,
            "on_free_day": True,
        },
        A.REASSIGN: {
            "lead": town.other,
            "ground": "territory",
            "basis": "事发地在该区",
            "due_on": in_two_weeks,
            "on_free_day": True,
            "reason": "属地更清楚。",
        },
        A.URGE: {"demand": "请说明进展，尽快办结。"},
        A.REPLY_URGE: {"progress": "灯具已到货，明天安装。"},
        A.TRACK: {"how": "site", "finding": "现场正在施工，进度正常。", "on_free_day": True},
        A.REPLY_TRACK: {"progress": "灯具已更换八成，月底完工。"},
        A.RECORD_PROGRESS: {"progress": "已进场施工。"},
        A.RECORD_COOPERATION: {"work": "已提供灯杆产权资料，派电工到场。"},
        A.COORDINATE: {
            "with_whom": "供电公司",
            "how": "召集现场会。",
            "result": "明确灯杆由供电公司移交。",
            "units": [town.unit],
            "task": "接收灯杆并维修。",
        },
        A.REPORT_COORDINATION: {"work": "灯杆已接收，正在维修。"},
        A.RELAY: {"message": "请问现在还黑不黑。"},
        A.ANSWER_RELAY: {"method": "phone", "told_at": now.isoformat(), "outcome": "told", "said": "已经亮了。"},
        A.DRAFT_FEEDBACK: {
            "result": "已修复路灯，诉求人到场确认。",
            "outcome": "SOLVED",
            "told_method": "visit",
            "told_at": now.isoformat(),
        },
        A.SEND_BACK_DRAFT: {"reason": "写明修复时间。"},
        A.SUBMIT_FEEDBACK: {"proof": "signature"},
        A.CONFIRM: {"opinion": "结果属实，同意办结。"},
        A.SEND_BACK: {"reason_code": "incomplete", "reason": "补充现场照片。"},
        A.SUPERVISE: {"finding": "现场查看，问题已解决。"},
        A.RECHECK: {"finding": "运行正常。"},
        A.END_TRACKING: {"settled": "yes", "way": "site", "finding": "持续正常，结束跟踪。"},
        A.REOPEN: {"finding": "路灯又不亮了。", "due_on": in_two_weeks, "on_free_day": True},
        A.FULFIL_PROMISE: {"result": "已按承诺换装新灯杆。", "done_on": now.date().isoformat()},
        A.CHECK_PROMISE: {"kept": True, "checked_how": "电话询问诉求人"},
        A.RENEW_PROMISE: {
            "due_on": in_two_weeks,
            "on_free_day": True,
            "reason": "配件延期到货。",
            "requester_told": "电话告知",
        },
    }
    return forms.get(act, {})


@dataclass
class MatterWalk:
    """One matter walking through a town; time goes on ten minutes with every act."""

    town: Town
    now: datetime = START
    number: str = ""
    case: str = ""
    done: Done | None = None
    actors: dict[str, Actor] = field(default_factory=dict)
    same: str = ""
    """Number of another matter that is the same."""
    of: ClassVar[type[Walk]] = Walk
    """What kind of case it is made of."""

    def actor(self, short: str) -> Actor:
        """A person of the town by the short account name; the clockwork by its own."""
        if short == "clockwork":
            return Actor.clockwork(self.town.code)
        if short not in self.actors:
            self.actors[short] = self.town.actor(short, self.now)
        return self.actors[short]

    def later(self, **span: float) -> "MatterWalk":
        """Let time go by."""
        self.now += timedelta(**span)
        return self

    def at(self, moment: datetime) -> "MatterWalk":
        """Let time go by until a moment."""
        assert moment >= self.now
        self.now = moment
        return self

    def with_case(self) -> "MatterWalk":
        """A case that its unit handles."""
        case = self.of(self.town, self.now, actors=self.actors)
        case.along(CaseAct.REGISTER, CaseAct.DISPATCH, CaseAct.SIGN_IN)
        self.case, self.now = case.number, case.now
        return self

    def with_overdue_case(self) -> "MatterWalk":
        """A case that its unit did not settle in time."""
        return self.with_case().later(days=20)

    def called_back(self, **said: Any) -> "MatterWalk":
        """Let the requester be asked about what was struck off, and the case be closed."""
        case = self.of(self.town, self.now, number=self.case, actors=self.actors)
        case.do(CaseAct.RECORD_CALLBACK, **said)
        case.do(CaseAct.CLOSE)
        return self.at(case.now)

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book, with what differs given."""
        self.later(minutes=10)
        entry = ACTS[("matter", act)]
        said = {**filled(act, self.town, self.now), **fields}
        if act in (A.PROPOSE, A.REPORT):
            said.setdefault("case", self.case)
        if act == A.JOIN and self.same:
            said = {**said, "into": self.same, **fields}
        if act == A.TRACK and "feedback_by" in rules.asked_of_look(self.facts, load_pack(self.facts.pack)):
            said.setdefault("feedback_by", (self.now + timedelta(days=14)).date().isoformat())
            said.setdefault("feedback_on_free_day", True)
        target = {} if act in (A.PROPOSE, A.REPORT) else {"number": self.number}
        if act == A.ADD_KEY_PAPER and "attachments" not in fields:
            said["attachments"] = [self.scan("office.list_keeper")]
        form = entry.fields.model_validate(said)
        self.done = entry.run(**target, fields=form, actor=self.actor(by or DOERS[act]), now=self.now, version=version)
        self.number = self.done.number
        return self.done

    def along(self, *acts: str) -> "MatterWalk":
        """Do several acts by the book."""
        for act in acts:
            self.do(act)
        return self

    def classified(self, matter_class: MatterClass) -> "MatterWalk":
        """Classify the matter, a key one by the decision of a meeting."""
        key = matter_class != MatterClass.GENERAL
        decided = {"key_basis": "meeting", "reference": "会商纪要〔2025〕第3期"} if key else {}
        if key:
            decided["attachments"] = [self.scan("office.list_keeper")]
        self.do(A.CLASSIFY, matter_class=matter_class, **decided)
        return self

    def instructed(self, matter_class: str = "key", **differs: Any) -> "MatterWalk":
        """Classify the matter as a key one by what a leader is said to have decided."""
        said = {
            "key_basis": "instruction",
            "reference": "批示〔2025〕3号",
            "leader": "分管副市长",
            "issued_on": self.now.date().isoformat(),
            "instruction": "请住建部门牵头尽快解决。",
            "attachments": [self.scan("office.list_keeper")],
        }
        self.do(A.CLASSIFY, matter_class=matter_class, **{**said, **differs})
        return self

    def scan(self, by: str = "unit.handler") -> int:
        """Upload the scan of a sealed page."""
        return self.upload(scanned(), by)

    def upload(self, page: bytes, by: str = "unit.handler") -> int:
        """Upload a page."""
        stored = attachments.store(
            jurisdiction=self.town.code, name="盖章件.png", data=page, actor=self.actor(by), now=self.now
        )
        return stored.id

    @property
    def facts(self) -> MatterFacts:
        """The matter as the rules see it."""
        return matters.facts(self.number)


class SecretMatterWalk(MatterWalk):
    """A matter made of a case whose requester asked for secrecy; its unit asks the office to speak for it."""

    of = SecretWalk

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book of secret matters."""
        usual = {A.DRAFT_FEEDBACK: {"told_method": "through_desk"}}
        done = super().do(act, by, version, **{**usual.get(A(act), {}), **fields})
        if act == A.SIGN_IN:
            super().do(A.RELAY)
        return done


EARLY = "领导要求提前列入。"


@dataclass
class ReportedWalk(Walk):
    """A case that its desk reports for the list as soon as it is registered."""

    matter: MatterWalk | None = None

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book, and report the case after its first."""
        done = super().do(act, by, version, **fields)
        if act == CaseAct.REGISTER:
            self.matter = MatterWalk(self.town, self.now, case=self.number, actors=self.actors)
            self.matter.do(Act.REPORT, override_reason=EARLY)
            self.now = self.matter.now
        return done


def beside(move: Move, town: Town) -> Walk:
    """A case at which a row may be walked by which a matter takes it along: the matter went on alone, as long ago."""
    if move.act in (CaseAct.ENTER_LIST, CaseAct.ENTER_LIST_AGAIN):
        case = ReportedWalk(town)
        CASE_WAYS[move.origin](case)  # type: ignore[index]
        assert case.matter is not None
        Matter.objects.filter(number=case.matter.number).update(stage=str(Stage.LISTED), list_number="甲〔2020〕001")
        return case
    case = Walk(town)
    case.do(CaseAct.REGISTER, callback_wanted=move.act != CaseAct.CLOSE_LISTED)
    case.along(CaseAct.DISPATCH, CaseAct.SIGN_IN)
    matter = listed(case).along(A.CLASSIFY, A.ASSIGN)
    if move.act != CaseAct.FOLLOW_LIST:
        with patch("bihuan.matters.commands.settling.take_along"):
            matter.along(A.SIGN_IN, A.DRAFT_FEEDBACK, A.SUBMIT_FEEDBACK, A.CONFIRM, A.STRIKE_OFF)
    case.at(matter.now)
    return case


def to_class(walk: MatterWalk, matter_class: MatterClass = MatterClass.GENERAL) -> MatterWalk:
    """A new matter entered and classified."""
    return walk.with_overdue_case().along(A.REPORT, A.REGISTER).classified(matter_class)


def promised(town: Town, now: datetime) -> dict[str, Any]:
    """What feedback says that promises something."""
    due_on = (now + timedelta(days=10)).date().isoformat()
    said = {"promise": "更换全部老旧灯杆。", "promise_person": f"{town.code}.unit.head", "promise_due_on": due_on}
    return {"outcome": "PROMISED", "on_free_day": True, **said}


def to_confirmed(walk: MatterWalk, matter_class: MatterClass = MatterClass.GENERAL) -> MatterWalk:
    """A new matter whose settlement the office confirmed."""
    looked = () if matter_class == MatterClass.GENERAL else (A.TRACK,)
    onwards = (A.DRAFT_FEEDBACK, A.SUBMIT_FEEDBACK, A.CONFIRM)
    return to_class(walk, matter_class).along(A.ASSIGN, A.SIGN_IN, *looked, *onwards)


def to_tracking(walk: MatterWalk) -> MatterWalk:
    """A special matter that was struck off and is tracked; its requester was asked."""
    return to_confirmed(walk, MatterClass.SPECIAL).along(A.SUPERVISE, A.STRIKE_OFF_AND_TRACK).called_back()


def early(walk: MatterWalk) -> MatterWalk:
    """A candidate that was reported before its unit was late."""
    walk.with_case().do(A.REPORT, override_reason=EARLY)
    return walk


def twice(walk: MatterWalk) -> MatterWalk:
    """A candidate of which there is another one that is the same."""
    walk.with_overdue_case().along(A.PROPOSE)
    other = MatterWalk(walk.town, walk.now, case=walk.case, actors=walk.actors).with_overdue_case().along(A.PROPOSE)
    walk.same = other.number
    return walk.at(other.now)


WAYS: Mapping[Stage, Callable[[MatterWalk], object]] = {
    Stage.CANDIDATE: lambda w: w.with_overdue_case().along(A.PROPOSE),
    Stage.DROPPED: lambda w: early(w).along(A.DROP),
    Stage.JOINED: lambda w: twice(w).along(A.JOIN),
    Stage.LISTED: lambda w: w.with_overdue_case().along(A.REPORT, A.REGISTER),
    Stage.CLASSIFIED: to_class,
    Stage.ASSIGNED: lambda w: to_class(w).along(A.ASSIGN),
    Stage.HANDLING: lambda w: to_class(w).along(A.ASSIGN, A.SIGN_IN),
    Stage.FEEDBACK: lambda w: to_class(w).along(A.ASSIGN, A.SIGN_IN, A.DRAFT_FEEDBACK),
    Stage.REVIEW: lambda w: to_class(w).along(A.ASSIGN, A.SIGN_IN, A.DRAFT_FEEDBACK, A.SUBMIT_FEEDBACK),
    Stage.CONFIRMED: to_confirmed,
    Stage.TRACKING: to_tracking,
    Stage.STRUCK_OFF: lambda w: to_confirmed(w).along(A.STRIKE_OFF),
}
"""One way to every stage."""


def walk_to(stage: Stage, town: Town, now: datetime = START) -> MatterWalk:
    """A new matter at that stage."""
    return at_stage(stage, WAYS, MatterWalk(town, now))


def with_third(town: Town) -> str:
    """A third unit that handles requests; answers its code."""
    unit = f"{town.code}.third"
    kinds = pack_of(town.code).unit_types.values()
    kind = next(t.code for t in kinds if t.capacities == {"handling"} and not t.needs_superior)
    organisations.found_unit(jurisdiction=town.code, code=unit, name=unit, type_code=kind, actor=FOUNDER, now=START)
    for post in UNIT_POSTS:
        settle(town.code, unit, f"third.{post}", post)
    organisations.activate_unit(jurisdiction=town.code, code=unit, actor=FOUNDER, now=START)
    return unit


def with_station(town: Town, type_code: str = "broadcaster", channel: str = "zfxf") -> str:
    """A unit that takes in a channel of its own (by default the television station); answers its code."""
    unit = f"{town.code}.station"
    organisations.found_unit(
        jurisdiction=town.code, code=unit, name="市广播电视台", type_code=type_code, actor=FOUNDER, now=START
    )
    settle(town.code, unit, "station.registrar", "registrar")
    organisations.activate_unit(jurisdiction=town.code, code=unit, actor=FOUNDER, now=START)
    give_channel(town.code, channel, unit)
    return unit


def propose_candidates(jurisdiction: str, now: datetime, *, most: int = 500) -> int:
    """Take the steps of the ladder that are due; answers how many cases became candidates of the list."""
    return climb(jurisdiction, now, labels=REGISTRY.duty_labels, most=most).get(Do.LIST, 0)

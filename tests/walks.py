"""Walking cases through the commands: every state in a test is reached as a user would reach it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, Self, TypeVar

from bihuan.attachments import commands as attachments
from bihuan.cases import queries as cases
from bihuan.cases.types import Act, DutyKind, Stage
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Fields
from bihuan.kernel.stages import Move
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy.calendar import Calendar
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from tests.scans import scanned
from tests.towns import START, Town, pack_of

REQUEST: Mapping[str, Any] = {
    "title": "小区门口路灯不亮",
    "content": "阳光小区东门外路灯坏了三天，老人夜里出门看不清路，请尽快修复。",
    "appeal_type": "HELP",
    "name": "王某",
    "phone": "13800001234",
    "address": "龙山路街道阳光小区3号楼",
}
"""An invented request."""

DOERS: Mapping[str, str] = {
    Act.REGISTER: "desk.registrar",
    Act.ACCEPT: "desk.registrar",
    Act.ANSWER_AT_ONCE: "desk.registrar",
    Act.HAND_OVER: "desk.registrar",
    Act.REFER: "desk.registrar",
    Act.PROPOSE_DECLINE: "desk.registrar",
    Act.CONFIRM_DECLINE: "desk.reviewer",
    Act.REFUSE_DECLINE: "desk.reviewer",
    Act.MERGE: "desk.registrar",
    Act.UNMERGE: "desk.registrar",
    Act.PARENT_ANSWERED: "clockwork",
    Act.PARENT_ENDED: "clockwork",
    Act.TELL_RESULT: "desk.caller",
    Act.WITHDRAW: "desk.registrar",
    Act.CONTEST_WITHDRAWAL: "desk.registrar",
    Act.SUPPLEMENT: "desk.registrar",
    Act.NAME_ACCUSED: "desk.registrar",
    Act.RENEW_CODE: "desk.caller",
    Act.DISPATCH: "desk.dispatcher",
    Act.SET_STATUTORY_LIMIT: "desk.dispatcher",
    Act.RECALL: "desk.dispatcher",
    Act.REDISPATCH: "desk.dispatcher",
    Act.SIGN_IN: "unit.handler",
    Act.RECORD_CONTACT: "unit.handler",
    Act.RELAY: "unit.handler",
    Act.ANSWER_RELAY: "desk.caller",
    Act.REQUEST_RETURN: "unit.handler",
    Act.APPROVE_RETURN: "desk.dispatcher",
    Act.REFUSE_RETURN: "desk.dispatcher",
    Act.REQUEST_EXTENSION: "unit.handler",
    Act.NOTIFY_EXTENSION: "unit.handler",
    Act.APPROVE_EXTENSION: "desk.dispatcher",
    Act.REFUSE_EXTENSION: "desk.dispatcher",
    Act.AWAIT_REQUESTER: "unit.handler",
    Act.REQUEST_WAIT: "unit.handler",
    Act.APPROVE_WAIT: "desk.dispatcher",
    Act.REFUSE_WAIT: "desk.dispatcher",
    Act.END_WAIT: "clockwork",
    Act.RESUME: "unit.handler",
    Act.LINK: "unit.handler",
    Act.WHISTLE: "unit.handler",
    Act.REQUEST_DETERMINATION: "unit.handler",
    Act.OPEN_DETERMINATION: "desk.dispatcher",
    Act.ADJUDICATE: "desk.dispatcher",
    Act.REPORT_GAP: "desk.reviewer",
    Act.ASSIGN_DETERMINED: "desk.dispatcher",
    Act.TAKE_BACK: "desk.dispatcher",
    Act.RECORD_REFUSAL: "desk.dispatcher",
    Act.NOTICE_SILENCE: "clockwork",
    Act.NO_REFUSAL: "desk.dispatcher",
    Act.LEAD_ENDED: "clockwork",
    Act.ANSWER: "unit.handler",
    Act.SIGN_OFF: "unit.deputy",
    Act.SEND_BACK_DRAFT: "unit.deputy",
    Act.REQUEST_TERMINATION: "unit.handler",
    Act.APPROVE_TERMINATION: "desk.dispatcher",
    Act.REFUSE_TERMINATION: "desk.dispatcher",
    Act.APPROVE: "desk.reviewer",
    Act.SEND_BACK: "desk.reviewer",
    Act.CLOSE_WITHOUT_CALLBACK: "desk.reviewer",
    Act.RECORD_CALLBACK: "desk.caller",
    Act.CLOSE: "desk.caller",
    Act.CONTEST: "requester",
    Act.CHECK_CALLBACK: "desk.reviewer",
    Act.REWORK: "desk.caller",
    Act.REOPEN: "desk.dispatcher",
    Act.DECIDE_UNSOLVED: "desk.reviewer",
    Act.HANG: "desk.dispatcher",
    Act.CONFIRM_HANG: "unit.deputy",
    Act.DENY_HANG: "unit.deputy",
    Act.REVIEW_HUNG: "desk.dispatcher",
    Act.RESUME_HUNG: "desk.dispatcher",
    Act.ENTER_LIST: "clockwork",
    Act.ENTER_LIST_AGAIN: "clockwork",
    Act.FOLLOW_LIST: "clockwork",
    Act.LEAVE_LIST: "clockwork",
    Act.CLOSE_LISTED: "clockwork",
    Act.ARCHIVE: "clockwork",
    Act.FULFIL_PROMISE: "unit.handler",
    Act.CHECK_PROMISE: "desk.caller",
    Act.RENEW_PROMISE: "desk.dispatcher",
    Act.BREAK_PROMISE: "clockwork",
    Act.MARK_KEY: "desk.registrar",
    Act.SUPERVISE_KEY: "offices.supervisor",
    Act.UNMARK_KEY: "offices.supervisor",
}
"""Who does an act when everything goes by the book."""


def filled(act: str, town: Town, now: datetime) -> dict[str, Any]:
    """A form filled in as the book says."""
    forms: dict[str, dict[str, Any]] = {
        Act.REGISTER: {"channel": town.channel, **REQUEST},
        Act.ANSWER_AT_ONCE: {"answer": "办理时间为工作日9点至17点。", "knowledge": "政务服务事项指南第3条"},
        Act.HAND_OVER: {"service": "119", "handed_to": "接警员（回执0042）"},
        Act.REFER: {"path": "arbitration", "told": "劳动争议请向劳动人事争议仲裁委员会申请仲裁。"},
        Act.PROPOSE_DECLINE: {"ground": "outside", "reason": "事发地不在本行政区域。"},
        Act.CONFIRM_DECLINE: {"told": "您反映的问题请向邻市热线反映。", "told_how": "phone"},
        Act.REFUSE_DECLINE: {"reason": "核实在本行政区域内。"},
        Act.UNMERGE: {"reason": "不是同一件事。", "requester_told": "电话告知"},
        Act.WITHDRAW: {
            "reason": "已自行解决。",
            "confirmed_how": "phone",
            "confirmed_at": now.isoformat(),
            "confirmed_by": "回拨登记的电话，诉求人本人确认",
        },
        Act.CONTEST_WITHDRAWAL: {"reason": "没有撤回，路灯还没有修好。"},
        Act.SUPPLEMENT: {"text": "东门左手第二根灯杆，编号0317。"},
        Act.NAME_ACCUSED: {"accused": [f"{town.code}.other"], "reason": "诉求人来电补充：反映的是这个单位。"},
        Act.RENEW_CODE: {"call": "back", "phone": REQUEST["phone"], "agreed": "title"},
        Act.DISPATCH: {"lead": town.unit, "basis_kind": "duty", "basis": "路灯维护属市政设施管理职责。"},
        Act.REDISPATCH: {
            "lead": town.other,
            "basis_kind": "duty",
            "basis": "路灯由供电单位维护。",
            "reason": "三定规定写明路灯由供电单位维护。",
        },
        Act.SET_STATUTORY_LIMIT: {
            "law": "中华人民共和国行政许可法",
            "article": "第四十二条第一款",
            "amount": 20,
            "unit": "wd",
            "reason": "本件须先作出行政许可决定。",
        },
        Act.RELAY: {"message": "请问灯杆在东门左手还是右手。"},
        Act.ANSWER_RELAY: {
            "method": "phone",
            "told_at": now.isoformat(),
            "outcome": "told",
            "said": "在东门左手第二根。",
        },
        Act.REQUEST_RETURN: {
            "basis": "三定规定：路灯由供电单位维护。",
            "contacted": "派单岗",
            "contact_method": "phone",
            "contacted_at": now.isoformat(),
        },
        Act.APPROVE_RETURN: {"opinion": "确属派单差错。", "wrong_dispatch": True},
        Act.NOTIFY_EXTENSION: {"days": 3, "reason": "配件须外地采购。", "requester_informed": "电话告知"},
        Act.REQUEST_EXTENSION: {"days": 5, "reason": "配件须外地采购。", "requester_informed": "电话告知"},
        Act.AWAIT_REQUESTER: {"missing": "具体灯杆编号", "told": "电话告知"},
        Act.REQUEST_WAIT: {"missing": "现场照片", "told": "电话告知", "reason": "没有照片不能确定灯型。"},
        Act.APPROVE_WAIT: {"opinion": "确有必要。"},
        Act.RESUME: {"supplied": "诉求人提供了灯杆编号。"},
        Act.LINK: {"units": [town.other], "task": "请派员断电，配合更换灯具。"},
        Act.WHISTLE: {
            "units": [town.other],
            "task": "请到现场配合处置占道经营。",
            "pre_study": "没有执法权，已劝导三次。",
            "basis": "三定规定：城市管理执法由该部门承担。",
        },
        Act.CLOSE: {"closure": "SOLVED"},
        Act.CLOSE_WITHOUT_CALLBACK: {"closure": "SOLVED"},
        Act.RECORD_CONTACT: {"method": "phone", "reached": True},
        Act.ANSWER: {
            "outcome": "SOLVED",
            "to_requester": "路灯已修复，感谢反映。",
            "to_platform": "已更换灯具并恢复照明。",
            "policy_basis": "《城市照明管理规定》第二十六条",
            "feedback_method": "phone",
            "feedback_at": now.isoformat(),
            "feedback_by": "经办人",
            "truthful": True,
        },
        Act.REQUEST_DETERMINATION: {
            "dispute": "本单位与另一单位都认为该路段路灯不归自己维护。",
            "position": "该路段未移交本单位。",
            "law": "三定规定第三条",
            "parties": [town.other],
        },
        Act.OPEN_DETERMINATION: {"dispute": "两家单位都称不归其管理。", "parties": [town.other]},
        Act.ADJUDICATE: {
            "background": "诉求人反映小区外路灯不亮。",
            "law": "《城市照明管理规定》第四条",
            "question": "该路段路灯由谁维护。",
            "missing": "催促后仍未说明。",
        },
        Act.REPORT_GAP: {"gap": "无人接管。", "suggestion": "建议指定市政单位。"},
        Act.TAKE_BACK: {"reason": "不再需要认定。"},
        Act.RECORD_REFUSAL: {"refused_at": now.isoformat(), "how": "书面来函", "situation": "来函称不予办理。"},
        Act.NO_REFUSAL: {"reason": "已电话了解，经办人出差，当日签收办理。"},
        Act.REQUEST_TERMINATION: {"reason": "诉求人已起诉。", "basis": "人民法院受理通知书"},
        Act.APPROVE_TERMINATION: {"opinion": "情况属实。", "requester_told": "书面告知"},
        Act.SEND_BACK: {"reason_code": "incomplete", "reason": "未说明修复时间。"},
        Act.RECORD_CALLBACK: {
            "method": "phone",
            "reached": True,
            "solved": "yes",
            "satisfied": "yes",
            "facts_true": True,
        },
        Act.TELL_RESULT: {"method": "phone", "reached": True, "said": "知道了。"},
        Act.CONTEST: {"solved": "no", "satisfied": "no", "reason": "电话里我说的是没有修好。"},
        Act.CHECK_CALLBACK: {"finding": "corrected", "reason": "听了通话录音，诉求人说的是没有修好。"},
        Act.REWORK: {"reason": "路灯仍不亮，请重新办理。"},
        Act.DECIDE_UNSOLVED: {
            "reason": "该路段年底改造，届时一并更换。",
            "method": "phone",
            "told": "当天电话说明，诉求人表示理解。",
        },
        Act.REOPEN: {"ground": "recurred", "reason": "路灯又坏了。"},
        Act.HANG: {
            "ground": "道路改造期间无法施工。",
            "plan": "改造完成后一个月内修复。",
            "leader": f"{town.unit}.deputy",
            "review_on": office_day(now + timedelta(days=20)),
            "requester_told": "电话说明道路改造计划和复核日期",
        },
        Act.REVIEW_HUNG: {
            "finding": "尚未完工。",
            "review_on": office_day(now + timedelta(days=20)),
        },
        Act.DENY_HANG: {"reason": "并非客观上不能解决。"},
        Act.RESUME_HUNG: {"finding": "道路已完工。"},
        Act.MARK_KEY: {
            "key_class": "media",
            "document": "《行风热线》2025年第9期",
            "received_on": now.date().isoformat(),
        },
        Act.SUPERVISE_KEY: {"checked": "办理进度", "checked_how": "on_site", "finding": "正在施工，进度正常。"},
        Act.UNMARK_KEY: {"key_class": "media", "reason": "报道的是另一小区。"},
        Act.FULFIL_PROMISE: {"result": "已按承诺换装新灯杆。", "done_on": now.date().isoformat()},
        Act.CHECK_PROMISE: {"kept": True, "checked_how": "电话询问诉求人"},
        Act.RENEW_PROMISE: {
            "due_on": office_day(now + timedelta(days=20)),
            "reason": "配件延期到货。",
            "requester_told": "电话告知",
        },
    }
    refusals = (Act.REFUSE_RETURN, Act.REFUSE_EXTENSION, Act.REFUSE_WAIT, Act.SEND_BACK_DRAFT, Act.REFUSE_TERMINATION)
    return forms.get(act, {"reason": "理由不充分。"} if act in refusals else {})


def known_here(form: type[Fields], said: Mapping[str, Any], town: Town) -> dict[str, Any]:
    """Of what the book says, what the town's regulation has."""
    left_off = form.left_off(pack_of(town.code).binds) if form.of_norms else ()
    return {name: value for name, value in said.items() if name not in left_off}


def office_day(moment: datetime) -> str:
    """The day of the moment, or the first after it on which the offices work: no form asks whether it is meant."""
    known = Calendar.shipped()
    return known.working_day(known.worked_before(moment.date())).isoformat()


def promise(town: Town, now: datetime, person: str = "unit.handler", days: int = 10) -> dict[str, Any]:
    """What an answer says that promises something."""
    return {
        "outcome": "PROMISED",
        "promise": "更换全部老旧灯杆。",
        "promise_person": f"{town.code}.{person}",
        "promise_due_on": office_day(now + timedelta(days=days)),
    }


@dataclass
class Walk:
    """One case walking through a town; time goes on ten minutes with every act."""

    town: Town
    now: datetime = START
    number: str = ""
    done: Done | None = None
    actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, short: str) -> Actor:
        """A person of the town by the short account name; the clockwork by its own."""
        if short == "requester" and short not in self.actors:
            return Actor.requester(self.town.code, own=self.number)
        if short == "clockwork":
            return Actor.clockwork(self.town.code)
        if short not in self.actors:
            self.actors[short] = self.town.actor(short, self.now)
        return self.actors[short]

    def later(self, **span: float) -> "Walk":
        """Let time go by."""
        self.now += timedelta(**span)
        return self

    def at(self, moment: datetime) -> "Walk":
        """Let time go by until a moment."""
        assert moment >= self.now
        self.now = moment
        return self

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book, with what differs given."""
        self.later(minutes=10)
        entry = ACTS[("case", act)]
        said = {**known_here(entry.fields, filled(act, self.town, self.now), self.town), **fields}
        if act == Act.HANG and "leader" not in fields:  # of whichever unit has it
            said["leader"] = f"{self.facts.lead}.deputy"
        if act == Act.MARK_KEY and said.get("document") and "scan" not in fields:
            said["scan"] = [self.scan(self.actor(by or DOERS[act]))]
        if said.get("feedback_method") == "through_desk":  # the desk says when
            said |= {"feedback_at": None, "feedback_by": ""}
        form = entry.fields.model_validate(said)
        target = {} if act == Act.REGISTER else {"number": self.number}
        self.done = entry.run(**target, fields=form, actor=self.actor(by or DOERS[act]), now=self.now, version=version)
        self.number = self.done.number
        return self.done

    def scan(self, actor: Actor, page: bytes = b"", name: str = "来源.png") -> int:
        """Upload the scan of a page."""
        place = self.town.code
        return attachments.store(jurisdiction=place, name=name, data=page or scanned(), actor=actor, now=self.now).id

    def along(self, *acts: str) -> "Walk":
        """Do several acts by the book."""
        for act in acts:
            self.do(act)
        return self

    def promised(self, to: Stage = Stage.CALLBACK, **differs: Any) -> "Walk":
        """A new case of which something was promised, passed by the desk, and closed if that is wanted."""
        self.along(*TO_HANDLING)
        self.do(Act.ANSWER, **{**promise(self.town, self.now), **differs})
        self.along(Act.SIGN_OFF, Act.APPROVE)
        if to is Stage.CLOSED:
            self.do(Act.RECORD_CALLBACK, solved="partly")
            self.do(Act.CLOSE, closure="PROMISED")
        return self

    @property
    def facts(self) -> cases.CaseFacts:
        """The case as the rules see it."""
        return cases.facts(self.number)


class WithCase(ABC):
    """What stands on a case, or is about one, and walks with it; it says what an act of its own is (`do`)."""

    case: Walk

    @property
    def now(self) -> datetime:
        """The moment of the walk."""
        return self.case.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self.case.now = moment

    def actor(self, short: str) -> Actor:
        """The person of that short name."""
        return self.case.actor(short)

    @abstractmethod
    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book, with what differs given."""

    def along(self, *acts: str) -> Self:
        """Do several acts by the book."""
        for act in acts:
            self.do(act)
        return self


class Facts(Protocol):
    """What is at a stage."""

    @property
    def stage(self) -> Vocabulary: ...


class Walking(Protocol):
    """What can be looked at."""

    @property
    def facts(self) -> Facts: ...


On = TypeVar("On", bound=Walking)
Where = TypeVar("Where", bound=Vocabulary)


def at_stage(stage: Where, ways: Mapping[Where, Callable[[On], object]], walk: On) -> On:
    """The walk once it has gone the way to the stage."""
    ways[stage](walk)
    assert walk.facts.stage == stage, (walk.facts.stage, stage)
    return walk


@dataclass
class SecretWalk(Walk):
    """A case whose requester asked for secrecy: the desk speaks for its unit, which asks it to at once."""

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book of secret cases."""
        usual = {Act.REGISTER: {"secrecy_requested": True}, Act.ANSWER: {"feedback_method": "through_desk"}}
        done = super().do(act, by, version, **{**usual.get(Act(act), {}), **fields})
        if act == Act.SIGN_IN:
            super().do(Act.RELAY)
        return done


@dataclass
class KeyWalk(Walk):
    """A case that is a key one as soon as it is registered: media told of it."""

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book."""
        done = super().do(act, by, version, **fields)
        if act == Act.REGISTER:
            super().do(Act.MARK_KEY)
        return done


A = Act
TO_HANDLING = (A.REGISTER, A.DISPATCH, A.SIGN_IN)
TO_CALLBACK = (*TO_HANDLING, A.ANSWER, A.SIGN_OFF, A.APPROVE)

WAYS: Mapping[Stage, Callable[[Walk], object]] = {
    Stage.REGISTERED: lambda w: w.along(A.REGISTER),
    Stage.DECLINE_REVIEW: lambda w: w.along(A.REGISTER, A.PROPOSE_DECLINE),
    Stage.TRIAGE: lambda w: w.along(A.REGISTER, A.ACCEPT),
    Stage.DISPATCHED: lambda w: w.along(A.REGISTER, A.DISPATCH),
    Stage.HANDLING: lambda w: w.along(*TO_HANDLING),
    Stage.AWAITING: lambda w: w.along(*TO_HANDLING, A.AWAIT_REQUESTER),
    Stage.RETURN_REVIEW: lambda w: w.along(A.REGISTER, A.DISPATCH, A.REQUEST_RETURN),
    Stage.ADJUDICATING: lambda w: disputed(w).along(A.ADJUDICATE),
    Stage.ESCALATED: lambda w: found_a_gap(w).along(A.REPORT_GAP),
    Stage.SIGN_OFF: lambda w: w.along(*TO_HANDLING, A.ANSWER),
    Stage.SUBMITTED: lambda w: w.along(*TO_HANDLING, A.ANSWER, A.SIGN_OFF),
    Stage.CALLBACK: lambda w: w.along(*TO_CALLBACK),
    Stage.REWORK: lambda w: (
        w.along(*TO_CALLBACK),
        w.do(A.RECORD_CALLBACK, solved="no", satisfied="no"),
        w.do(A.REWORK),
    ),
    Stage.HUNG: lambda w: w.along(*TO_HANDLING, A.HANG, A.CONFIRM_HANG),
    Stage.LISTED: lambda w: (w.along(*TO_HANDLING), listed(w)),
    Stage.CLOSED: lambda w: w.along(*TO_CALLBACK, A.RECORD_CALLBACK, A.CLOSE),
    Stage.ARCHIVED: lambda w: w.along(*TO_CALLBACK, A.RECORD_CALLBACK, A.CLOSE).later(days=60).along(A.ARCHIVE),
    Stage.NOT_ACCEPTED: lambda w: w.along(A.REGISTER, A.PROPOSE_DECLINE, A.CONFIRM_DECLINE),
    Stage.TRANSFERRED: lambda w: w.along(A.REGISTER, A.REFER),
    Stage.MERGED: lambda w: (w.along(A.REGISTER), merge_into_another(w)),
    Stage.TERMINATED: lambda w: w.along(*TO_HANDLING, A.REQUEST_TERMINATION, A.APPROVE_TERMINATION),
    Stage.WITHDRAWN: lambda w: w.along(A.REGISTER, A.WITHDRAW),
}
"""One way to every stage."""


def disputed(walk: Walk) -> Walk:
    """A case whose lead has asked who is responsible, in a town with those who determine it."""
    from tests.determination.walks import with_determiners

    with_determiners(walk.town, walk.now)
    return walk.along(*TO_HANDLING, A.REQUEST_DETERMINATION)


def found_a_gap(walk: Walk) -> Walk:
    """A case for which nobody is responsible, as the written opinion finds."""
    from tests.determination.walks import DeterminationWalk, to_gap, with_determiners

    with_determiners(walk.town, walk.now)
    to_gap(DeterminationWalk(walk.town, walk))
    return walk


def listed(walk: Walk) -> Any:
    """Let the walk's case be late, reported and entered in the list; answers the matter's walk."""
    from tests.matters.walks import MatterWalk

    matter = MatterWalk(walk.town, walk.later(days=20).now, case=walk.number, actors=walk.actors)
    matter.along("report", "register")
    walk.at(matter.now)
    return matter


TWICE_AWAITED = (A.AWAIT_REQUESTER, A.RESUME, A.AWAIT_REQUESTER, A.RESUME)
"""After these the desk is asked for the next wait in the round."""
BEFORE: Mapping[str, tuple[Act, ...]] = {
    A.REQUEST_WAIT: TWICE_AWAITED,
    A.APPROVE_WAIT: (*TWICE_AWAITED, A.REQUEST_WAIT),
    A.REFUSE_WAIT: (*TWICE_AWAITED, A.REQUEST_WAIT),
}
"""What must have happened for an act, besides the stage being reached."""


def led_by_a_town(town: Town, now: datetime = START) -> Walk:
    """A case in the hands of a town, which may blow the whistle."""
    walk = Walk(town, now).along(A.REGISTER)
    walk.do(A.DISPATCH, lead=town.township)
    walk.do(A.SIGN_IN, by="township.handler")
    return walk


def merge_into_another(walk: Walk) -> Walk:
    """Register another case and merge the walk's into it; answers the other's walk."""
    other = Walk(walk.town, walk.now, actors=walk.actors).along(A.REGISTER)
    walk.at(other.now).do(A.MERGE, parent=other.number, reason="同一盏路灯。", requester_told="电话告知")
    return other


def joined(town: Town, now: datetime = START, **said: Any) -> tuple[Walk, Walk]:
    """A case joined to another that is being handled, and the other."""
    walk = Walk(town, now)
    walk.do(A.REGISTER, **said)
    parent = merge_into_another(walk)
    return walk, parent.at(walk.now).along(A.DISPATCH, A.SIGN_IN)


def answer(parent: Walk) -> Walk:
    """Let the answer to a case in handling pass the desk."""
    return parent.along(A.ANSWER, A.SIGN_OFF, A.APPROVE)


def closed_unsolved(town: Town, now: datetime = START) -> Walk:
    """A case that was done again twice, and is closed as what it is."""
    walk = Walk(town, now).along(*TO_CALLBACK)
    for _ in range(2):
        walk.do(A.RECORD_CALLBACK, solved="no", satisfied="no")
        walk.along(A.REWORK, A.SIGN_IN, A.ANSWER, A.SIGN_OFF, A.APPROVE)
    walk.do(A.RECORD_CALLBACK, solved="no", satisfied="no")
    walk.do(A.CLOSE, closure="EXPLAINED")
    return walk


def let_be(walk: Walk) -> Walk:
    """Let the office of the list, where there is one, not enter what was closed unsolved."""
    from bihuan.matters.queries import candidate_of
    from tests.matters.walks import MatterWalk

    if candidate := candidate_of(walk.number):
        walk.at(MatterWalk(walk.town, walk.now, number=candidate).along("drop").now)
    return walk


def called(town: Town, stage: str, now: datetime = START) -> Walk:
    """A case in which the desk has called back, at that stage."""
    walk = Walk(town, now).along(*TO_CALLBACK, A.RECORD_CALLBACK)
    return walk.along(A.CLOSE) if stage == Stage.CLOSED else walk


def contested(town: Town, stage: str, now: datetime = START) -> Walk:
    """A case whose requester says that the desk recorded something else, at that stage."""
    return called(town, stage, now).along(A.CONTEST)


def heard_ready_for(move: Move, town: Town) -> Walk | None:
    """A case at which a row may be walked that waits for another case, or for what its requester said; None else."""
    if move.act is A.DECIDE_UNSOLVED:
        return let_be(closed_unsolved(town))
    if move.act in (A.CONTEST, A.CHECK_CALLBACK):
        return contested(town, str(move.origin)) if move.act is A.CHECK_CALLBACK else called(town, str(move.origin))
    if move.origin is not Stage.MERGED or move.act not in (A.PARENT_ANSWERED, A.TELL_RESULT, A.RECORD_CALLBACK):
        return None
    walk, parent = joined(town, callback_wanted=move.act is not A.TELL_RESULT)
    return walk.at(answer(parent).now)


def with_a_relay(stage: Stage, town: Town, now: datetime = START) -> SecretWalk:
    """A new case at that stage, in which the desk owes what its unit asked it to pass on."""
    walk = SecretWalk(town, now)
    walk.along(*TO_HANDLING, A.REQUEST_RETURN) if stage is Stage.RETURN_REVIEW else WAYS[stage](walk)
    assert walk.facts.stage == stage
    assert DutyKind.RELAY in walk.facts.duties
    return walk


def stages_of(town: Town) -> list[Stage]:
    """The stages to which a case can come in the town: on a list only where there is one."""
    return [stage for stage in Stage if stage is not Stage.LISTED or town.office]


def walk_to(stage: Stage, town: Town, now: datetime = START) -> Walk:
    """A new case at that stage."""
    return at_stage(stage, WAYS, Walk(town, now))

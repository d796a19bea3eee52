"""How requests go: most of them well, some of them the long way."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bihuan.cases import queries as cases
from bihuan.cases.types import Act, AppealType, Basis, ClosureType, DutyKind, Stage
from bihuan.demo.founding import Place
from bihuan.demo.letters import Request
from bihuan.demo.localities import code_at
from bihuan.demo.timeline import Story
from bihuan.demo.walk import Walk
from bihuan.kernel.refusal import Refused
from bihuan.organisations.types import Post
from bihuan.policy import norms

WAITING_FOR_REPEATS = frozenset({Stage.DISPATCHED, Stage.HANDLING, Stage.SUBMITTED, Stage.CALLBACK})


@dataclass(slots=True)
class CaseWalk:
    """A request on its way: the walk with the letter, its desk and its lead."""

    walk: Walk
    request: Request
    desk: str
    channel: str
    origin_number: str
    lead: str = ""
    anonymous: bool = False
    neighbours: list["CaseWalk"] = field(default_factory=list)
    """All walks of the place."""

    @property
    def place(self) -> Place:
        """Where it goes on."""
        return self.walk.place

    def desk_does(self, act: Act, post: Post, **fields: object) -> None:
        """Somebody at the desk acts."""
        self.walk.do(act, self.walk.by(self.desk, post), **fields)

    def taken_back(self, reason: str) -> None:
        """The desk enters what the requester, called back, confirmed."""
        confirmed = {"confirmed_how": "phone", "confirmed_at": self.walk.now, "confirmed_by": "回拨登记的电话核实"}
        self.desk_does(Act.WITHDRAW, Post.REGISTRAR, reason=reason, **confirmed)

    def unit_does(self, act: Act, post: Post = Post.HANDLER, **fields: object) -> None:
        """Somebody in the lead unit acts."""
        self.walk.do(act, self.walk.by(self.lead, post), **fields)

    def taken_over(self, *, stage: str, lead: str) -> "CaseWalk":
        """The same request for another story; the one that had it ends at its next step, however long that waits."""
        self.walk.taken = True
        after = replace(self, lead=lead, walk=replace(self.walk, taken=False, stage=stage))
        self.neighbours.append(after)
        return after

    def right_unit(self) -> tuple[str, tuple[str, ...], Basis, str]:
        """Lead, co-units, and basis of the dispatch."""
        entry = self.place.responsible(self.request.topic)
        if entry is None:
            lead = self.walk.chance.choice(self.place.plan.territories)
            return lead, (), Basis.TERRITORY, "事发地在该辖区，属地负责。"
        code = self.place.plan.responsibilities.index(entry) + 1
        listed = f"{self.place.plan.prefix}-{code:03d}：{entry.matter}"
        return entry.lead, entry.co_units, Basis.LIST_ENTRY, listed


def register(case: CaseWalk, *, urgent: bool = False, anonymous: bool = False, callback: bool = True) -> None:
    """The request is written down."""
    request = case.request
    who: dict[str, object] = {"anonymous": True}
    case.anonymous = anonymous
    if not anonymous:
        who = {"name": request.name, "phone": request.phone, "address": request.address, "callback_wanted": callback}
    case.desk_does(
        Act.REGISTER,
        Post.REGISTRAR,
        channel=case.channel,
        origin_number=case.origin_number,
        received_at=case.walk.now - timedelta(minutes=case.walk.chance.randint(2, 40)),
        title=request.title,
        content=request.text,
        appeal_type=request.kind,
        urgency="urgent" if urgent else "",
        place_code=code_at(case.place.plan, request.place),
        place=request.place,
        **who,
    )


def dispatched(case: CaseWalk, *, to: str = "", basis: Basis | None = None) -> Story:
    """The request goes to its lead."""
    walk = case.walk
    yield walk.minutes(5, 150)
    if walk.stage == Stage.REGISTERED and walk.chance.random() < 0.3:
        case.desk_does(Act.ACCEPT, Post.REGISTRAR)
        yield walk.minutes(5, 60)
    lead, _, kind, words = case.right_unit()  # co-units are asked by linkages, which these stories do not tell
    if to:
        lead, kind, words = to, Basis.DUTY, "该单位职责范围内事项。"
    case.lead = lead
    case.desk_does(
        Act.DISPATCH,
        Post.DISPATCHER,
        lead=case.place.code_of(lead),
        basis_kind=basis or kind,
        basis=words,
        requirements="请先联系诉求人，核实情况后依法办理。",
    )


def handled(case: CaseWalk, low: float = 0.5, high: float = 3.0, outcome: ClosureType = ClosureType.SOLVED) -> Story:
    """The lead signs in, gets in touch, answers; its head signs off."""
    walk = case.walk
    if walk.stage in (Stage.DISPATCHED, Stage.REWORK):
        yield walk.minutes(10, 300)
        case.unit_does(Act.SIGN_IN)
        if not case.anonymous and not walk.said.get("contacted"):
            yield walk.minutes(15, 300)
            walk.said["contacted"] = True
            case.unit_does(
                Act.RECORD_CONTACT, method="phone", reached=True, note="已电话联系诉求人，了解具体情况，约定现场查看。"
            )
    yield walk.days(low, high)
    answer(case, outcome)
    yield walk.minutes(20, 300)
    signer = Post.DEPUTY if walk.chance.random() < 0.8 else Post.HEAD
    case.unit_does(Act.SIGN_OFF, signer, opinion="情况属实，同意。")


def answer(case: CaseWalk, outcome: ClosureType) -> None:
    """The lead writes its answer."""
    request, unit = case.request, next(u.name for u in case.place.plan.units if u.code == case.lead)
    if outcome == ClosureType.EXPLAINED:
        result = "经核实，按现行政策暂不具备办理条件，已向诉求人说明政策和原因，取得理解。"
    else:
        result = request.done
    promise: dict[str, Any] = {}
    if outcome == ClosureType.PROMISED:
        due_on = case.walk.office.later(case.walk.now + timedelta(days=15), 60).date()
        result = f"经现场勘查，我单位将于{due_on.month}月{due_on.day}日前办结，办结后主动告知诉求人。"
        promise = {
            "promise": f"{request.title}：列入计划办结，并告知诉求人。",
            "promise_person": case.walk.by(case.lead, Post.HEAD).account,
            "promise_due_on": due_on,
        }
    told = {} if case.anonymous else _told_by_phone(case)
    case.unit_does(
        Act.ANSWER,
        **promise,
        to_requester=reply(request, result),
        to_platform=f"{unit}接单后立即安排专人办理。{result}",
        outcome=outcome,
        policy_basis=request.law,
        follow_up=None if case.anonymous else "satisfied",
        truthful=True,
        **told,
    )


def reply(request: Request, result: str) -> str:
    """What the requester is told."""
    return f"您好，您反映的“{request.title}”问题已收悉。{result}感谢您对我们工作的关心和监督。"


def _told_by_phone(case: CaseWalk) -> dict[str, Any]:
    """The handler has just told the requester."""
    by = case.walk.by(case.lead, Post.HANDLER).name
    return {"feedback_method": "phone", "feedback_at": case.walk.now, "feedback_by": by}


def finished(
    case: CaseWalk, solved: str = "yes", satisfied: str = "", closure: ClosureType = ClosureType.SOLVED
) -> Story:
    """The desk reviews, asks the requester and closes."""
    walk = case.walk
    yield walk.minutes(20, 400)
    confirmed = {"confirmed": ("1",)} if closure == ClosureType.PROMISED else {}
    case.desk_does(Act.APPROVE, Post.REVIEWER, opinion="答复完整，依据充分。", **confirmed)
    yield walk.minutes(60, 1200)
    called(case, solved, satisfied or walk.chance.choice(("very", "yes", "yes", "basic")))
    yield walk.minutes(3, 40)
    case.desk_does(Act.CLOSE, Post.CALLER, closure=closure)


def called(case: CaseWalk, solved: str, satisfied: str) -> None:
    """The requester is reached and says what he or she thinks."""
    words = {
        "very": "处理得很快，非常满意。",
        "yes": "问题解决了，谢谢。",
        "basic": "基本可以，希望以后多巡查。",
        "no": "没有解决，和答复的不一样。",
    }
    case.desk_does(
        Act.RECORD_CALLBACK,
        Post.CALLER,
        method="phone",
        reached=True,
        solved=solved,
        satisfied=satisfied,
        contacted_by_unit=True,
        facts_true=satisfied != "no",
        verbatim=words[satisfied],
    )


BROKEN = 0.4
"""The share of promises that nobody keeps in time."""


def plain(case: CaseWalk) -> Story:
    """Solved and satisfied."""
    register(case)
    yield from dispatched(case)
    yield from handled(case)
    yield from finished(case)


def explained(case: CaseWalk) -> Story:
    """Nothing can be done by the rules, and the requester is told why."""
    register(case)
    yield from dispatched(case)
    yield from handled(case, outcome=ClosureType.EXPLAINED)
    yield from finished(case, "partly", "basic", ClosureType.EXPLAINED)


def promised(case: CaseWalk) -> Story:
    """It is planned and will be done; most of what was promised is kept, and the requester is asked."""
    register(case)
    yield from dispatched(case)
    yield from handled(case, outcome=ClosureType.PROMISED)
    yield from finished(case, "partly", "yes", ClosureType.PROMISED)
    walk = case.walk
    if walk.chance.random() < BROKEN:
        return
    yield walk.days(3, 9)
    case.unit_does(Act.FULFIL_PROMISE, result="已按答复的内容办结，现场照片留存。", done_on=walk.now.date())
    yield walk.days(0.3, 1.5)
    case.desk_does(Act.CHECK_PROMISE, Post.CALLER, kept=True, checked_how="电话询问诉求人", note="诉求人表示已经办好。")


def at_once(case: CaseWalk) -> Story:
    """A question is answered on the spot."""
    register(case)
    yield case.walk.minutes(3, 20)
    if case.request.kind == AppealType.CONSULT:
        case.desk_does(
            Act.ANSWER_AT_ONCE, Post.REGISTRAR, answer=case.request.done, knowledge=f"知识库：{case.request.law}"
        )
    else:
        yield from dispatched(case)
        yield from handled(case)
        yield from finished(case)


def nameless(case: CaseWalk) -> Story:
    """Nobody to call back."""
    register(case, anonymous=True)
    yield from dispatched(case)
    yield from handled(case)
    yield from closed_unasked(case)


def unasked(case: CaseWalk) -> Story:
    """Somebody who wants no call."""
    register(case, callback=False)
    yield from dispatched(case)
    yield from handled(case)
    yield from closed_unasked(case)


def closed_unasked(case: CaseWalk) -> Story:
    """The reviewer closes without a call."""
    yield case.walk.minutes(20, 400)
    case.desk_does(Act.CLOSE_WITHOUT_CALLBACK, Post.REVIEWER, closure=ClosureType.SOLVED, note="答复已审核")


def unreachable(case: CaseWalk) -> Story:
    """Called three times on two days, and nobody answers."""
    register(case)
    yield from dispatched(case)
    yield from handled(case)
    yield case.walk.minutes(20, 400)
    case.desk_does(Act.APPROVE, Post.REVIEWER)
    for _ in range(3):
        yield case.walk.days(0.6, 0.9)
        case.desk_does(Act.RECORD_CALLBACK, Post.CALLER, method="phone", reached=False)
    yield case.walk.minutes(5, 60)
    case.desk_does(Act.CLOSE, Post.CALLER, closure=ClosureType.SOLVED, note="三次回访未联系上")


def urgent(case: CaseWalk) -> Story:
    """Done the same day."""
    register(case, urgent=True)
    yield case.walk.minutes(2, 12)
    case.lead, _, kind, words = case.right_unit()
    lead = case.place.code_of(case.lead)
    case.desk_does(Act.DISPATCH, Post.DISPATCHER, lead=lead, basis_kind=kind, basis=words)
    yield case.walk.minutes(5, 25)
    case.unit_does(Act.SIGN_IN)
    yield case.walk.minutes(5, 40)
    case.unit_does(Act.RECORD_CONTACT, method="visit", reached=True, note="已赶赴现场。")
    yield case.walk.minutes(60, 150)
    answer(case, ClosureType.SOLVED)
    yield case.walk.minutes(5, 50)
    case.unit_does(Act.SIGN_OFF, Post.DEPUTY)
    yield from finished(case)


def reworked(case: CaseWalk) -> Story:
    """Not solved the first time, done again."""
    yield from dissatisfied(case)
    yield from handled(case, 0.5, 2)
    yield from finished(case)


def twice_reworked(case: CaseWalk) -> Story:
    """Done again twice, and closed as what it is: a candidate where there is a list, else left at that."""
    yield from dissatisfied(case)
    yield from handled(case, 0.5, 2)
    yield from unhappy(case)
    yield from handled(case, 0.5, 2, ClosureType.PARTIAL)
    yield from finished(case, "partly", "no", ClosureType.PARTIAL)
    if case.walk.place.pack.binds(norms.LIST_OVERDUE):
        return
    yield case.walk.minutes(60, 500)
    case.desk_does(
        Act.DECIDE_UNSOLVED,
        Post.REVIEWER,
        reason="其余部分须待道路改造时一并处理，现阶段没有条件继续办理。",
        method="phone",
        told="已电话说明原因和改造安排，诉求人表示知道了。",
    )


def dissatisfied(case: CaseWalk) -> Story:
    """Handled, but not to the requester's mind."""
    register(case)
    yield from dispatched(case)
    yield from handled(case)
    yield from unhappy(case)


def unhappy(case: CaseWalk) -> Story:
    """The call finds the requester dissatisfied: back to the unit."""
    yield case.walk.minutes(20, 300)
    case.desk_does(Act.APPROVE, Post.REVIEWER)
    yield case.walk.minutes(60, 900)
    called(case, "no", "no")
    yield case.walk.minutes(5, 60)
    case.desk_does(Act.REWORK, Post.CALLER, reason="诉求人反映问题没有真正解决，请重新核实办理。")


def returned(case: CaseWalk) -> Story:
    """Given to the wrong unit, which gives it back."""
    register(case)
    yield from asked_back(case)
    yield case.walk.minutes(20, 300)
    case.desk_does(Act.APPROVE_RETURN, Post.DISPATCHER, opinion="确不属该单位职责，同意退回。", wrong_dispatch=True)
    yield from dispatched(case)
    yield from handled(case)
    yield from finished(case)


def kept(case: CaseWalk) -> Story:
    """The unit wants to give it back and may not."""
    register(case)
    yield from asked_back(case)
    yield case.walk.minutes(20, 300)
    case.desk_does(Act.REFUSE_RETURN, Post.DISPATCHER, reason="经核对三定规定，属该单位职责，请继续办理。")
    yield from handled(case)
    yield from finished(case)


def asked_back(case: CaseWalk) -> Story:
    """A unit that is not the right one asks to give the request back."""
    right, *_ = case.right_unit()
    wrong = [entry.lead for entry in case.place.plan.responsibilities if entry.lead != right]
    yield from dispatched(case, to=case.walk.chance.choice(wrong))
    yield case.walk.minutes(30, 400)
    request_return(case, "根据本单位三定规定，该事项不属本单位职责范围。", case.place.code_of(right))


def request_return(case: CaseWalk, basis: str, suggested: str | None = None) -> None:
    """The unit talks to the desk and asks to give the request back."""
    case.unit_does(
        Act.REQUEST_RETURN,
        basis=basis,
        contacted="平台派单员",
        contact_method="phone",
        contacted_at=case.walk.now,
        suggested_unit=suggested,
    )


def barred(case: CaseWalk) -> Story:
    """A designated lead tries to give it back: where that is forbidden the attempt stays in the record."""
    register(case)
    yield from dispatched(case, basis=Basis.DESIGNATION)
    yield case.walk.minutes(30, 200)
    try:
        request_return(case, "认为应由协办单位办理。")
    except Refused:
        pass
    else:
        yield case.walk.minutes(20, 200)
        case.desk_does(Act.REFUSE_RETURN, Post.DISPATCHER, reason="已指定首接，请牵头办理。")
    yield from handled(case)
    yield from finished(case)


def extended(case: CaseWalk) -> Story:
    """More time is asked for and allowed."""
    register(case)
    yield from dispatched(case)
    yield from asked_for_time(case)
    case.desk_does(Act.APPROVE_EXTENSION, Post.DISPATCHER, opinion="理由充分，同意延期。")
    yield from handled(case, 4, 6)
    yield from finished(case)


def not_extended(case: CaseWalk) -> Story:
    """More time is asked for and refused."""
    register(case)
    yield from dispatched(case)
    yield from asked_for_time(case)
    case.desk_does(Act.REFUSE_EXTENSION, Post.DISPATCHER, reason="应在原时限内办结。")
    yield from handled(case, 0.4, 1)
    yield from finished(case)


def asked_for_time(case: CaseWalk) -> Story:
    """The unit is at work and asks for more time."""
    yield case.walk.minutes(10, 200)
    case.unit_does(Act.SIGN_IN)
    yield case.walk.days(1, 2)
    case.unit_does(
        Act.REQUEST_EXTENSION, days=5, reason="需协调产权单位并采购材料，工期较长。", requester_informed="电话告知"
    )
    yield case.walk.minutes(30, 300)


def awaited(case: CaseWalk) -> Story:
    """Only the requester can say what is missing; the clock stands still."""
    register(case)
    yield from dispatched(case)
    yield case.walk.minutes(10, 200)
    case.unit_does(Act.SIGN_IN)
    yield case.walk.minutes(60, 400)
    case.unit_does(Act.AWAIT_REQUESTER, missing="请提供合同复印件和缴费凭证。", told="电话告知")
    yield case.walk.days(1, 3)
    case.unit_does(Act.RESUME, supplied="诉求人已通过微信提供材料。")
    yield from handled(case)
    yield from finished(case)


def drafted_again(case: CaseWalk) -> Story:
    """The unit's own head is not content with the draft."""
    register(case)
    yield from dispatched(case)
    yield case.walk.minutes(10, 200)
    case.unit_does(Act.SIGN_IN)
    yield case.walk.days(0.5, 1)
    answer(case, ClosureType.SOLVED)
    yield case.walk.minutes(30, 200)
    case.unit_does(Act.SEND_BACK_DRAFT, Post.DEPUTY, reason="请补充整改前后对比情况。")
    yield from handled(case, 0.3, 1)
    yield from finished(case)


def sent_back(case: CaseWalk) -> Story:
    """The reviewer is not content with the answer."""
    register(case)
    yield from dispatched(case)
    yield from handled(case)
    yield case.walk.minutes(20, 300)
    case.desk_does(Act.SEND_BACK, Post.REVIEWER, reason_code="incomplete", reason="未答复完成时间，请补充后重新报送。")
    yield from handled(case, 0.3, 1.5)
    yield from finished(case)


def hung(case: CaseWalk) -> Story:
    """It cannot be solved for now: a plan, a leader, a day to look again."""
    register(case)
    yield from dispatched(case)
    yield case.walk.minutes(10, 200)
    case.unit_does(Act.SIGN_IN)
    yield case.walk.days(1, 2)
    again = case.walk.office.later(case.walk.now + timedelta(days=14), 60)
    case.desk_does(
        Act.HANG,
        Post.DISPATCHER,
        ground="涉及管网整体改造，须待主体工程完工。",
        plan="主体工程完工后一个月内完成支线改造。",
        leader=case.walk.by(case.lead, Post.DEPUTY).account,
        review_on=again.date(),
        requester_told="经办人电话说明工程计划和复核日期",
    )
    yield case.walk.minutes(20, 200)
    case.unit_does(Act.CONFIRM_HANG, Post.DEPUTY)
    yield again
    later = case.walk.office.later(case.walk.now + timedelta(days=20), 60)
    case.desk_does(Act.REVIEW_HUNG, Post.DISPATCHER, finding="工程按计划推进，尚未完工。", review_on=later.date())
    yield later
    case.desk_does(Act.RESUME_HUNG, Post.DISPATCHER, finding="主体工程已完工，恢复办理。")
    yield from handled(case)
    yield from finished(case)


def terminated(case: CaseWalk) -> Story:
    """The requester went to court: the handling ends."""
    yield from asked_to_end(case)
    case.desk_does(
        Act.APPROVE_TERMINATION, Post.DISPATCHER, opinion="已进入诉讼程序，同意终止。", requester_told="书面告知"
    )


def not_terminated(case: CaseWalk) -> Story:
    """The unit wants to end the handling and may not."""
    yield from asked_to_end(case)
    case.desk_does(Act.REFUSE_TERMINATION, Post.DISPATCHER, reason="未见法院受理材料，请继续办理。")
    yield from handled(case, 0.4, 1.5)
    yield from finished(case)


def asked_to_end(case: CaseWalk) -> Story:
    """The unit asks in writing to end the handling."""
    register(case)
    yield from dispatched(case)
    yield case.walk.minutes(10, 200)
    case.unit_does(Act.SIGN_IN)
    yield case.walk.days(0.5, 1.5)
    case.unit_does(Act.REQUEST_TERMINATION, reason="诉求人已就同一事项向人民法院起诉。", basis="人民法院受理案件通知书")
    yield case.walk.minutes(60, 500)


def declined(case: CaseWalk) -> Story:
    """Not taken up, by two people's judgement."""
    yield from doubted(case)
    told = "经复核，该事项应通过法定途径解决，已告知诉求人具体渠道。"
    case.desk_does(Act.CONFIRM_DECLINE, Post.REVIEWER, told=told, told_how="phone")


def taken_up_after_all(case: CaseWalk) -> Story:
    """The second reader thinks otherwise."""
    yield from doubted(case)
    case.desk_does(Act.REFUSE_DECLINE, Post.REVIEWER, reason="属行政管理职责，应予受理。")
    yield from dispatched(case)
    yield from handled(case)
    yield from finished(case)


def doubted(case: CaseWalk) -> Story:
    """The registrar thinks that the request should not be taken up."""
    register(case)
    yield case.walk.minutes(10, 60)
    case.desk_does(
        Act.PROPOSE_DECLINE, Post.REGISTRAR, ground="legal_path", reason="事项已进入行政复议程序，尚未作出决定。"
    )
    yield case.walk.minutes(30, 300)


def referred(case: CaseWalk) -> Story:
    """The law keeps another path."""
    register(case)
    yield case.walk.minutes(10, 60)
    told = "该争议应向劳动人事争议仲裁委员会申请仲裁，已告知地址和所需材料。"
    case.desk_does(Act.REFER, Post.REGISTRAR, path="arbitration", told=told)


def emergency(case: CaseWalk) -> Story:
    """Handed over to those who take emergencies."""
    register(case, urgent=True)
    yield case.walk.minutes(1, 5)
    case.desk_does(Act.HAND_OVER, Post.REGISTRAR, service="utility", handed_to="抢修值班员，回执号0312")


def repeated(case: CaseWalk) -> Story:
    """The same thing again, while it is being handled."""
    yield from repeat(case)
    while (owed := owed_while_joined(case)) is not None:
        if DutyKind.TELL_RESULT in owed:
            called(case, "yes", "yes")
            break
        yield case.walk.days(0.3, 0.9)
    if case.walk.stage in (Stage.REGISTERED, Stage.TRIAGE):
        yield from dispatched(case)
        yield from handled(case)
        yield from finished(case)


def taken_out_again(case: CaseWalk) -> Story:
    """Thought to be the same, and it is not."""
    yield from repeat(case)
    if case.walk.stage == Stage.MERGED:
        yield case.walk.minutes(60, 400)
        if owed_while_joined(case) is not None:
            case.desk_does(
                Act.UNMERGE, Post.REGISTRAR, reason="经核实不是同一处问题，拆回单独办理。", requester_told="电话告知"
            )
    yield from dispatched(case)
    yield from handled(case)
    yield from finished(case)


def repeat(case: CaseWalk) -> Story:
    """A request like one that is being handled is put to that one; where there is none it stands by itself."""
    open_ones = [n for n in case.neighbours if n.desk == case.desk and n.walk.stage in WAITING_FOR_REPEATS]
    parent = case.walk.chance.choice(open_ones) if open_ones else None
    if parent is not None:
        case.request = case.request.again(parent.request)
    register(case)
    yield case.walk.minutes(5, 25)
    if parent is not None and parent.walk.stage in WAITING_FOR_REPEATS:
        case.desk_does(
            Act.MERGE,
            Post.REGISTRAR,
            parent=parent.walk.number,
            reason="同一地点、同一事项的重复诉求。",
            requester_told="电话告知原工单办理情况",
        )


def owed_while_joined(case: CaseWalk) -> Collection[str] | None:
    """What is owed on a joined request; None once it is joined to nothing."""
    facts = cases.facts(case.walk.number)
    case.walk.stage = facts.stage
    return facts.duties.keys() if facts.stage is Stage.MERGED else None


def withdrawn(case: CaseWalk) -> Story:
    """The requester needs it no longer."""
    register(case)
    yield from dispatched(case)
    yield case.walk.minutes(20, 400)
    case.taken_back("诉求人来电称问题已自行解决。")


def reopened(case: CaseWalk) -> Story:
    """It comes back after it was closed."""
    yield from plain(case)
    yield case.walk.days(3, 8)
    case.desk_does(Act.REOPEN, Post.DISPATCHER, ground="recurred", reason="抽查发现问题反弹，请重新办理。")
    yield from handled(case, 0.5, 2)
    yield from finished(case)


def late(case: CaseWalk) -> Story:
    """Handled, but long after its time."""
    register(case)
    yield from dispatched(case)
    yield from handled(case, 12, 26)
    yield from finished(case)


def stuck(case: CaseWalk) -> Story:
    """Signed for, and nothing since."""
    register(case)
    yield from dispatched(case)
    yield case.walk.minutes(10, 900)
    case.unit_does(Act.SIGN_IN)


def unsigned(case: CaseWalk) -> Story:
    """Dispatched, and nobody signs."""
    register(case)
    yield from dispatched(case)


def off_the_list(case: CaseWalk) -> Story:
    """What was settled on the list is the answer, and the requester is asked."""
    yield case.walk.minutes(60, 1200)
    called(case, "yes", case.walk.chance.choice(("very", "yes", "basic")))
    yield case.walk.minutes(3, 40)
    case.desk_does(Act.CLOSE, Post.CALLER, closure=ClosureType.SOLVED)


WEIGHTS: dict[Callable[[CaseWalk], Story], int] = {
    plain: 150,
    explained: 16,
    promised: 12,
    at_once: 34,
    nameless: 14,
    unasked: 9,
    unreachable: 9,
    urgent: 12,
    reworked: 15,
    twice_reworked: 3,
    returned: 14,
    kept: 5,
    barred: 3,
    extended: 12,
    not_extended: 4,
    awaited: 9,
    drafted_again: 7,
    sent_back: 9,
    hung: 6,
    terminated: 4,
    not_terminated: 2,
    declined: 7,
    taken_up_after_all: 3,
    referred: 6,
    emergency: 5,
    repeated: 12,
    taken_out_again: 2,
    withdrawn: 6,
    reopened: 6,
    late: 14,
    stuck: 7,
    unsigned: 2,
}
"""How often requests go each way."""

RESTS: dict[Stage, Callable[[CaseWalk], Story]] = {
    Stage.REGISTERED: plain,
    Stage.DECLINE_REVIEW: declined,
    Stage.TRIAGE: taken_up_after_all,
    Stage.DISPATCHED: plain,
    Stage.HANDLING: plain,
    Stage.AWAITING: awaited,
    Stage.RETURN_REVIEW: kept,
    Stage.SIGN_OFF: plain,
    Stage.SUBMITTED: plain,
    Stage.CALLBACK: plain,
    Stage.REWORK: reworked,
    Stage.HUNG: hung,
    Stage.CLOSED: plain,
    Stage.NOT_ACCEPTED: declined,
    Stage.TRANSFERRED: referred,
    Stage.MERGED: repeated,
    Stage.TERMINATED: terminated,
    Stage.WITHDRAWN: withdrawn,
}
"""A way to every stage in which a request is to be found today; the archive fills by itself."""

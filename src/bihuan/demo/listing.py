"""How matters go that were not solved in time: on the list, assigned, fed back, reviewed, struck off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.cases import queries as cases
from bihuan.cases.stages import ENDS, LISTABLE
from bihuan.cases.types import ClosureType
from bihuan.cases.types import Stage as CaseStage
from bihuan.demo.letters import Request
from bihuan.demo.stories import CaseWalk, off_the_list
from bihuan.demo.timeline import Rested, Story
from bihuan.demo.walk import DAY, Walk, scanned
from bihuan.matters import queries as matters
from bihuan.matters.types import ON_LEDGER, Act, Ground, KeyBasis, MatterClass, Proof, Settled, Stage, Way
from bihuan.matters.types.rows import MatterFilters
from bihuan.organisations.types import Post

JOINABLE = (Stage.CANDIDATE, *ON_LEDGER)
"""To what a candidate may be put."""
ELSEWHERE = 0.4
"""How often the list gives a case to another unit than had it."""
OFFICE, SUPERVISION = "shifuban", "ducha"
GENERAL, KEY, SPECIAL = MatterClass.GENERAL, MatterClass.KEY, MatterClass.SPECIAL


@dataclass(slots=True)
class MatterWalk:
    """A matter on its way; `case` is the request behind it, where it came by the platform.

    `origin_number` is the one in the channel's own books, where it came by them.
    """

    walk: Walk
    request: Request
    desk: str
    channel: str
    lead: str
    case: CaseWalk | None = None
    origin_number: str = ""

    def keeper_does(self, act: Act, **fields: object) -> None:
        """The keeper of the list acts."""
        self.walk.do(act, self.walk.by(OFFICE, Post.LIST_KEEPER), **fields)

    def director_does(self, act: Act, **fields: object) -> None:
        """The head of the office acts."""
        self.walk.do(act, self.walk.by(OFFICE, Post.LIST_DIRECTOR), **fields)

    def supervisor_does(self, act: Act, **fields: object) -> None:
        """The supervision body acts."""
        self.walk.do(act, self.walk.by(SUPERVISION, Post.SUPERVISOR), **fields)

    def unit_does(self, act: Act, post: Post = Post.HANDLER, **fields: object) -> None:
        """The lead unit acts."""
        self.walk.do(act, self.walk.by(self.lead, post), **fields)

    def take_case(self) -> None:
        """From now on the case goes the matter's way."""
        if self.case is not None:
            self.case.walk.taken, self.case.walk.stage = True, CaseStage.LISTED

    def let_case_go(self) -> None:
        """The case goes on by itself, with the unit that settled the matter; what it would have been told is over."""
        if self.case is None:
            return
        self.case = self.case.taken_over(stage=self.case_stage, lead=self.lead)
        walk = self.case.walk
        if walk.stage == CaseStage.CALLBACK:
            walk.time.begin(walk.now, off_the_list(self.case))

    @property
    def case_stage(self) -> CaseStage:
        """Where the case is; on the list where there is none."""
        return cases.facts(self.case.walk.number).stage if self.case else CaseStage.LISTED

    @property
    def listable(self) -> bool:
        """Whether the case may be entered, or there is none."""
        facts = matters.facts(self.walk.number)
        return facts.case_stage is None or facts.case_stage in LISTABLE or facts.case_unsolved

    @property
    def unheard(self) -> bool:
        """Whether the requester was not asked yet, or nobody has decided of what stays unsolved."""
        facts = matters.facts(self.walk.number)
        return facts.case_unsolved or (facts.case_stage is not None and facts.case_stage not in ENDS)

    def while_listable(self) -> None:
        """Go on only while the case has not ended: its candidate is gone then, unless it was closed as unsolved."""
        if self.case_stage in ENDS and not self.listable:
            raise Rested

    def on(self, days: float) -> date:
        """The date after so many worked days."""
        return self.walk.office.later(self.walk.now, days * DAY).date()


def begun(matter: MatterWalk) -> Story:
    """A candidate comes up: the clockwork found it overdue, or the owner of a channel reports it."""
    walk = matter.walk
    reporter = walk.by(matter.desk, Post.REGISTRAR)
    done = "已派单督促两次，承办单位现场查看，未彻底解决。"
    why = "涉及多个部门和历史遗留问题，承办单位协调力度不够。"
    if walk.number:
        yield walk.minutes(60, 800)
        matter.while_listable()
        walk.do(Act.EXPLAIN, reporter, done=done, why_unresolved=why)
        return
    walk.do(
        Act.REPORT,
        reporter,
        channel=matter.channel,
        origin_number=matter.origin_number,
        title=matter.request.title,
        content=matter.request.text,
        name=matter.request.name,
        phone=matter.request.phone,
        tier1_due_at=walk.now - timedelta(days=walk.chance.randint(2, 9)),
        done=done,
        why_unresolved=why,
    )


def entered(matter: MatterWalk, weight: MatterClass) -> Story:
    """Entered in the ledger, and weighed."""
    yield matter.walk.minutes(60, 500)
    while not matter.listable:
        matter.while_listable()
        yield matter.walk.days(0.5, 1)  # answered meanwhile: what comes of it is seen first
    matter.keeper_does(Act.REGISTER)
    matter.take_case()
    yield matter.walk.minutes(60, 500)
    if weight == GENERAL:
        matter.keeper_does(Act.CLASSIFY, matter_class=weight)
    elif weight == KEY:
        matter.keeper_does(
            Act.CLASSIFY,
            matter_class=weight,
            key_basis=KeyBasis.MEETING,
            reference="领导小组办公室会商纪要第7期",
            attachments=(scanned(matter.walk, matter.walk.by(OFFICE, Post.LIST_KEEPER), "会商纪要.png"),),
        )
    else:
        matter.keeper_does(
            Act.CLASSIFY,
            matter_class=weight,
            key_basis=KeyBasis.INSTRUCTION,
            reference="批示〔2021〕演示3号",
            leader="分管副市长",
            issued_on=matter.walk.now.date(),
            instruction="请责任单位限期解决，督查考核办跟踪督办。",
            attachments=(scanned(matter.walk, matter.walk.by(OFFICE, Post.LIST_KEEPER), "批示件.png"),),
        )
        matter.supervisor_does(Act.VERIFY)


def assigned(matter: MatterWalk) -> Story:
    """Given to a unit with a limit and a basis; the unit signs."""
    yield matter.walk.minutes(60, 700)
    elsewhere = matter.case is not None and matter.walk.chance.random() < ELSEWHERE
    if elsewhere:
        matter.lead = matter.walk.chance.choice(matter.walk.place.plan.territories)
    matter.keeper_does(
        Act.ASSIGN,
        lead=matter.walk.place.code_of(matter.lead),
        ground=Ground.TERRITORY if elsewhere else Ground.DUTY,
        basis="事发地在该辖区，由属地牵头解决" if elsewhere else f"{matter.request.law}及单位职责",
        due_on=matter.on(15),
        requirements="主要负责人亲自研究，按期反馈办理结果。",
    )
    yield matter.walk.minutes(30, 500)
    matter.unit_does(Act.SIGN_IN)


def urged(matter: MatterWalk) -> Story:
    """Urged on, and answered."""
    yield matter.walk.days(2, 4)
    matter.supervisor_does(Act.URGE, demand="请说明办理进度和预计完成时间。")
    yield matter.walk.minutes(60, 700)
    matter.unit_does(Act.REPLY_URGE, progress="已制定整改方案，正在组织施工。")


def looked(matter: MatterWalk, how: Way = Way.SITE, *, special: bool = False) -> Story:
    """The supervision body looks at what the unit does about a key matter."""
    yield matter.walk.days(1, 2)
    within = {"feedback_by": matter.on(3)} if special else {}
    matter.supervisor_does(Act.TRACK, how=how, finding="已查看现场，整改正在推进，要求按期完成。", **within)
    if special:
        yield matter.walk.days(0.5, 1)
        matter.unit_does(Act.REPLY_TRACK, progress="已完成大半，按期办结没有问题。")


def fed_back(matter: MatterWalk, low: float = 3, high: float = 9) -> Story:
    """Worked at, written down, signed by the head."""
    walk = matter.walk
    yield walk.days(1, 2)
    matter.unit_does(Act.RECORD_PROGRESS, progress="已召开协调会，明确责任分工和完成时限。")
    yield walk.days(low, high)
    matter.unit_does(
        Act.DRAFT_FEEDBACK,
        result=matter.request.done,
        outcome=ClosureType.SOLVED,
        policy_basis=matter.request.law,
        told_method="phone",
        told_at=walk.now,
        requester_view="满意",
    )
    yield walk.minutes(30, 400)
    matter.unit_does(Act.SUBMIT_FEEDBACK, Post.HEAD, proof=Proof.SIGNATURE, opinion="情况属实。")


def reviewed(matter: MatterWalk, weight: MatterClass) -> Story:
    """Confirmed by the office; a key matter is heard of by the supervision body; struck off by the director."""
    yield matter.walk.minutes(60, 900)
    matter.keeper_does(Act.CONFIRM, opinion="办理结果属实，诉求人认可，确认办结。")
    if weight != GENERAL:
        yield matter.walk.days(0.5, 2)
        matter.supervisor_does(Act.SUPERVISE, finding="经实地核查，问题已解决。")
    yield matter.walk.minutes(60, 500)
    if weight == SPECIAL:
        matter.director_does(Act.STRIKE_OFF_AND_TRACK, opinion="同意销号，持续跟踪。", recheck_on=matter.on(5))
    else:
        matter.director_does(Act.STRIKE_OFF, opinion="同意销号。")
    matter.let_case_go()


def settled(matter: MatterWalk, weight: MatterClass = GENERAL) -> Story:
    """The straight way to the strike-off."""
    yield from begun(matter)
    yield from entered(matter, weight)
    yield from assigned(matter)
    if weight != GENERAL:
        yield from looked(matter, special=weight == SPECIAL)
    yield from fed_back(matter)
    yield from reviewed(matter, weight)


def key(matter: MatterWalk) -> Story:
    """A key matter, urged on by the supervision body."""
    yield from begun(matter)
    yield from entered(matter, KEY)
    yield from assigned(matter)
    yield from urged(matter)
    yield from looked(matter)
    yield from fed_back(matter)
    yield from reviewed(matter, KEY)


def made_good(matter: MatterWalk) -> Story:
    """The feedback is sent back and made good."""
    yield from begun(matter)
    yield from entered(matter, GENERAL)
    yield from assigned(matter)
    yield from fed_back(matter)
    yield matter.walk.minutes(60, 900)
    matter.keeper_does(Act.SEND_BACK, reason_code="incomplete", reason="未附整改照片，未说明长效措施，请补办。")
    yield from fed_back(matter, 0.5, 2)
    yield from reviewed(matter, GENERAL)


def dropped(matter: MatterWalk) -> Story:
    """Not entered: what a channel reports of another city. Of a request that is late nothing is dropped."""
    if matter.case is not None:
        yield from settled(matter)
        return
    yield from begun(matter)
    yield matter.walk.minutes(60, 400)
    matter.keeper_does(Act.DROP, reason="经核实反映的地点不在本市，已请报送单位转告诉求人，不予列入。")


def joined(matter: MatterWalk) -> Story:
    """Told of by another channel as well: put to the one that is there."""
    yield from begun(matter)
    yield matter.walk.minutes(60, 400)
    matter.while_listable()
    keeper = matter.walk.by(OFFICE, Post.LIST_KEEPER)
    there = matters.ledger(keeper, MatterFilters(open=True), now=matter.walk.now)
    kept = next((row for row in there if row.number != matter.walk.number and row.stage in JOINABLE), None)
    if kept is not None:
        matter.keeper_does(Act.JOIN, into=kept.number, reason="反映的是同一处问题，一并办理。")


def tracked(matter: MatterWalk) -> Story:
    """A special matter passes its re-checks."""
    yield from settled(matter, SPECIAL)
    yield matter.walk.days(3, 5)
    matter.supervisor_does(Act.RECHECK, finding="复查未见反弹。", recheck_on=matter.on(8))
    yield matter.walk.days(5, 7)
    while matter.unheard:
        yield matter.walk.days(0.5, 1)
    matter.supervisor_does(Act.END_TRACKING, settled=Settled.YES, way=Way.SITE, finding="持续稳定，结束跟踪。")


def come_back(matter: MatterWalk) -> Story:
    """A special matter fails its re-check and is settled again."""
    yield from settled(matter, SPECIAL)
    yield matter.walk.days(3, 5)
    matter.supervisor_does(Act.REOPEN, finding="复查发现问题反弹，重新列入办理。", due_on=matter.on(10))
    matter.take_case()
    yield matter.walk.minutes(30, 400)
    matter.unit_does(Act.SIGN_IN)
    yield from looked(matter, Way.FILES, special=True)
    yield from fed_back(matter, 1, 3)
    yield from reviewed(matter, SPECIAL)


WAYS: tuple[Callable[[MatterWalk], Story], ...] = (
    settled,
    key,
    settled,
    made_good,
    tracked,
    settled,
    dropped,
    come_back,
)
"""The ways that matters go, in turn."""

RESTS: dict[Stage, Callable[[MatterWalk], Story]] = {
    Stage.CANDIDATE: settled,
    Stage.LISTED: settled,
    Stage.CLASSIFIED: key,
    Stage.ASSIGNED: settled,
    Stage.HANDLING: key,
    Stage.FEEDBACK: settled,
    Stage.REVIEW: settled,
    Stage.CONFIRMED: key,
    Stage.TRACKING: tracked,
    Stage.STRUCK_OFF: settled,
    Stage.DROPPED: dropped,
    Stage.JOINED: joined,
}
"""A way to every stage in which a matter is to be found today."""

"""How joint handling of a case begins: the lead asks, or the town blows; with it the platform is told."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from string import digits

from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.rules import impartial, may_go_to_body
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import CaseFacts, Part
from bihuan.duties import queries as duties
from bihuan.duties.life import Locked
from bihuan.duties.types import Opening, Singly
from bihuan.instructions import commands as instructions
from bihuan.instructions.types import Entered, Instruction, Purpose
from bihuan.joint import queries, rules
from bihuan.joint.commands.life import LIVES, asked, grant_units, names_of
from bihuan.joint.models import Participation, Undertaking
from bihuan.joint.stages import TABLES
from bihuan.joint.types import DUTIES, MEMBERS, Act, DutyKind, Filing, JointFacts, Kind, Stage, WhistleType
from bihuan.joint.types.forms import BlowWhistle, RequestLinkage
from bihuan.joint.types.happenings import JointBegun, LinkageRequested, WhistleBlown
from bihuan.joint.types.rows import Ground
from bihuan.kernel.actor import Actor
from bihuan.kernel.needs import Allowed
from bihuan.kernel.refusal import Refusal
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.limits import Limit
from bihuan.policy.pack import MOST_URGENT, Capacity, Pack
from bihuan.record.commands import begin, command, count_up
from bihuan.record.retrying import whole
from bihuan.record.types import Done

LETTER = {Kind.LINKAGE: "L", Kind.WHISTLE: "S"}


def _may_whistle(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    lead = organisations.named([case.lead or ""], case.jurisdiction, now=now).get(case.lead or "")
    return rules.may_whistle(case, lead, pack)


def _whom_a_town_calls(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    """Whom the town of a case may call: nobody of whom the platform ruled that they were called wrongly."""
    offered = rules.whom_a_case_asks(Kind.WHISTLE, ruled_out=queries.ruled_out(case.number))
    return offered(case, actor, pack)


@command(
    subject="case",
    act=CaseAct.LINK,
    fields=RequestLinkage,
    ask=rules.may_link,
    choices=rules.whom_a_case_asks(Kind.LINKAGE),
)
def link(*, number: str, fields: RequestLinkage, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The lead asks other units to handle the case with it, and tells the platform in the same breath."""
    locked = cases.LIFE.begin(number, CaseAct.LINK, actor=actor, now=now, version=version)
    case = locked.facts
    ground = queries.ground(number, Kind.LINKAGE)
    locked.grant(rules.may_begin(Kind.LINKAGE, standing=ground.standing))
    locked.grant(rules.may_ask_these(fields.units, designated=ground.designated))
    units, due_at = _granted_units(locked, Kind.LINKAGE, fields, ground)
    filing = Filing.SYSTEM if locked.pack.binds(norms.LINKAGE_FILING) else None
    row = Undertaking(
        kind=Kind.LINKAGE,
        assignment_id=ground.assignment,
        task=fields.task,
        filing=str(filing or ""),
        filed_at=now if filing else None,
    )
    joint = _begin(locked, row, units, content=ground.content, due_at=due_at, designated=ground.designated.keys())
    happening = LinkageRequested(
        linkage=joint.number,
        units=fields.units,
        unit_names=names_of(units),
        task=fields.task,
        due_at=due_at or now,
        accused_reason=fields.accused_reason,
    )
    done = cases.LIFE.advance(locked, happening, parts=cases.with_parts(case))
    return replace(done, began=joint.number)


@command(
    subject="case",
    act=CaseAct.WHISTLE,
    fields=BlowWhistle,
    ask=_may_whistle,
    choices=_whom_a_town_calls,
    required=rules.asked_of_whistle,
)
def blow(*, number: str, fields: BlowWhistle, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The town calls departments to its side; an emergency is told to both offices at once."""
    locked = cases.LIFE.begin(number, CaseAct.WHISTLE, actor=actor, now=now, version=version)
    fields = instructions.by_number(
        locked,
        fields,
        subjects=[locked.facts.subject],
        purpose=Purpose.COORDINATE,
        stands_in={"text": "instruction"},
    )
    locked.grant(*locked.lacks(fields))
    binds = locked.pack.binds
    whistle_type = fields.whistle_type if binds(norms.WHISTLE_TYPE) else None
    filing = fields.filing if binds(norms.WHISTLE_FILING) else None
    ground = queries.ground(number, Kind.WHISTLE)
    locked.grant(rules.may_begin(Kind.WHISTLE, standing=ground.standing))
    listed = queries.topics(locked.facts.jurisdiction, now=now) if fields.topic else ()
    known = {topic.code for topic in listed}
    key = whistle_type == WhistleType.KEY
    by_head = actor.holds(Post.HEAD, unit=locked.facts.lead or "")
    locked.grant(
        rules.may_be_blown_as(
            fields.whistle_type, emergency=fields.emergency, instruction=fields.instruction, by_head=by_head
        ),
        rules.may_be_tough(
            fields.whistle_type,
            topic=fields.topic,
            known=known,
            off_list_reason=fields.off_list_reason,
            emergency=fields.emergency,
        ),
        rules.may_have_been_blown(
            fields.blown_at, assigned_at=locked.facts.assigned_at, now=now, late_entry=fields.late_entry
        ),
    )
    units, due_at = _granted_units(locked, Kind.WHISTLE, fields, ground)
    place = locked.facts.jurisdiction
    beyond, left_out = queries.against_entry(fields.topic, fields.units, place, now=now) if fields.topic else ([], [])
    locked.grant(rules.may_call_beyond(beyond, reason=fields.beyond_reason))
    row = Undertaking(
        kind=Kind.WHISTLE,
        assignment_id=ground.assignment,
        task=fields.task,
        whistle_type=str(whistle_type or ""),
        emergency=str(fields.emergency or ""),
        topic=fields.topic,
        off_list_reason=fields.off_list_reason,
        beyond_entry=beyond,
        beyond_reason=fields.beyond_reason if beyond else "",
        left_out=left_out,
        pre_study=fields.pre_study,
        basis=fields.basis,
        instruction=fields.instruction,
        filing=str(filing or ""),
        filed_at=now if filing == Filing.SYSTEM else None,
        blown_at=fields.blown_at,
    )
    rests = key and binds(norms.WHISTLE_KEY)
    ordered = Instruction.of(fields, fields.instruction) if rests else None
    joint = _begin(locked, row, units, content=ground.content, due_at=due_at, ordered=ordered)
    happening = WhistleBlown(
        whistle=joint.number,
        whistle_type=whistle_type,
        blown=whistle_type.label if whistle_type else "哨",
        units=fields.units,
        unit_names=names_of(units),
        task=fields.task,
        pre_study=fields.pre_study,
        basis=fields.basis,
        emergency=fields.emergency,
        topic=fields.topic,
        off_list_reason=fields.off_list_reason,
        instruction=fields.instruction,
        filing=filing,
        due_at=due_at or now,
        accused_reason=fields.accused_reason,
        leader=fields.leader if key else "",
        leader_account=fields.leader_account if key else "",
        issued_on=fields.issued_on if key else None,
        reference=fields.reference if key else "",
        scan=fields.scan if key else (),
        beyond_entry=tuple(beyond),
        beyond_reason=row.beyond_reason,
        left_out=tuple(left_out),
        blown_at=fields.blown_at,
        entered_later=f"（{fields.blown_at.astimezone(ZONE):%Y-%m-%d %H:%M}吹哨，补录）" if fields.blown_at else "",
        late_entry=fields.late_entry,
    )
    return replace(cases.LIFE.advance(locked, happening), began=joint.number)


def _index(row: Undertaking, title: str, content: str) -> None:
    """Let the search know the linkage or whistle."""
    entry = queries.entry_of_task(row.case_id, row.number, title, content, row.task)
    row.folded, row.grams = entry.folded, entry.grams


@whole
def index_next(*, most: int = 500) -> int:
    """Let the search know the newest that it does not know yet; answers how many. Several may do it at once."""
    unknown = Undertaking.objects.select_for_update(skip_locked=True, of=("self",)).filter(grams__isnull=True)
    rows = list(unknown.select_related("case").order_by("-id")[:most])
    for row in rows:
        _index(row, row.case.title, case_queries.content(row.case_id))
    Undertaking.objects.bulk_update(rows, ["folded", "grams"], batch_size=100)
    return len(rows)


def _granted_units(
    locked: Locked[CaseFacts], kind: Kind, fields: RequestLinkage | BlowWhistle, ground: Ground
) -> tuple[tuple[UnitFacts, ...], datetime | None]:
    case = locked.facts
    return grant_units(
        locked,
        kind,
        fields.units,
        lead=case.lead or "",
        desk=case.desk,
        there=(),
        due_at=fields.due_at,
        latest=rules.clock_of(case.duties),
        accused_reason=fields.accused_reason,
        town_ends=_town_ends(locked) if isinstance(fields, BlowWhistle) and fields.emergency else None,
        ruled_out=ground.ruled_out if kind == Kind.WHISTLE else (),
    )


def _town_ends(locked: Locked[CaseFacts]) -> datetime:
    """By when the town will have to conclude an emergency that begins now."""
    case, pack, spec = locked.facts, locked.pack, DUTIES[Kind.WHISTLE][DutyKind.CONCLUDE]
    rule = pack.limit(spec.limit, **{**case.limit_scope, "urgency": MOST_URGENT})
    opening = Opening(spec.kind, spec.norm, "", spec.post, str(rule.limit), "", "", None, None, rule)
    (counted,) = duties.in_force([opening], jurisdiction=case.jurisdiction, pack=pack, now=locked.now)
    return duties.reckon_from(locked.now, Limit.parse(counted.limit), pack).due_at


def _begin(
    locked: Locked[CaseFacts],
    row: Undertaking,
    units: Sequence[UnitFacts],
    *,
    content: str,
    due_at: datetime | None,
    designated: Collection[str] = (),
    ordered: Instruction | None = None,
) -> JointFacts:
    """Write what begins and begin its life, in the transaction of the case's act; `ordered` is what it rests on."""
    case, now = locked.facts, locked.now
    kind = Kind(row.kind)
    place, year = case.jurisdiction, organisations.today(now).year
    sequence = count_up(f"{kind}/{place}/{year}", place)
    row.number = f"{case.number.rstrip(digits)}{year}{LETTER[kind]}{sequence:04d}"
    row.jurisdiction, row.pack, row.case_id = case.jurisdiction, case.pack, case.number
    row.initiator, row.started_by, row.started_at = locked.seat.unit, locked.actor.account, now
    row.stage, row.stage_at = str(Stage.ACTIVE), now
    _index(row, case.title, content)
    row.save(force_insert=True)
    offices = _offices(row, case)
    bodies = dict.fromkeys(offices, str(Part.SUPERVISION))
    entered = Entered("")
    if ordered:
        leadership, entered = _rest_on(locked, row, ordered)
        bodies |= dict.fromkeys(leadership, str(Part.LEADERS)) | dict.fromkeys(entered.bodies, entered.part)
    _take_part(row, case, units, bodies, due_at, designated)
    asked_to_see = dict.fromkeys((unit.code for unit in units), str(MEMBERS[kind]))
    cases.let_join(case.number, asked_to_see | bodies, now=now)
    joint = queries.facts(row.number)
    move = TABLES[kind].row(None, Act.REQUEST if kind == Kind.LINKAGE else Act.BLOW)
    assert move is not None
    codes = [unit.code for unit in units]
    opens = (*asked(joint, codes, locked.pack, due_at=due_at), *_notices(joint, offices, locked.pack), *entered.opens)
    LIVES[kind].open_first(
        begin(joint.subject, case.jurisdiction),
        joint,
        JointBegun(
            case=case.number,
            what=joint.whistle_type.label if joint.whistle_type else kind.label,
            initiator=row.initiator,
            units=tuple(codes),
            filing=joint.filing,
            filed=f"，并向平台报备（{joint.filing.label}）" if joint.filing else "",
            digest=hashlib.sha256(row.task.encode()).hexdigest(),
        ),
        move=move,
        seat=locked.seat,
        actor=locked.actor,
        now=now,
        also_opens=_told_by(joint),
        singly=Singly(opens=opens),
    )
    return joint


def _rest_on(locked: Locked[CaseFacts], row: Undertaking, ordered: Instruction) -> tuple[list[str], Entered]:
    """A key whistle without a tough one rests on an instruction; the leadership takes part and sees it at once."""
    leadership = organisations.units_with(Capacity.LEADERSHIP, row.jurisdiction)
    locked.grant(
        rules.may_report_to(next(iter(leadership), None), Kind.WHISTLE), may_go_to_body(leadership, case=locked.facts)
    )
    bodies = impartial(leadership, locked.facts)
    entered = instructions.enter(
        locked,
        ordered,
        subject=f"{row.kind}:{row.number}",
        act=CaseAct.WHISTLE,
        verify=DutyKind.VERIFY,
        norm=norms.WHISTLE_KEY,
        stands_in={"text": "instruction"},
    )
    return [unit.code for unit in bodies], entered


def _told_by(joint: JointFacts) -> tuple[Vocabulary, ...]:
    """What a whistle's filing asks for: the platform's nod, or the town's call."""
    if joint.kind == Kind.LINKAGE:
        return ()
    return (DutyKind.FILING,) if joint.filing == Filing.SYSTEM else (DutyKind.CALL,)


def _offices(row: Undertaking, case: CaseFacts) -> list[str]:
    """Both offices, where it is an emergency; not one of which a secret request complains."""
    if not row.emergency:
        return []
    offices = organisations.units_with(Capacity.SUPERVISION, row.jurisdiction)
    return [unit.code for unit in impartial(offices, case)]


def _notices(joint: JointFacts, offices: Sequence[str], pack: Pack) -> list[Opening]:
    life = LIVES[joint.kind]
    return [
        life.opening(DutyKind.EMERGENCY, joint, {str(Part.SUPERVISION): frozenset({unit})}, pack) for unit in offices
    ]


def _take_part(
    row: Undertaking,
    case: CaseFacts,
    units: Sequence[UnitFacts],
    bodies: Mapping[str, str],
    due_at: datetime | None,
    designated: Collection[str],
) -> None:
    now = row.started_at
    asked_to_join = [
        Participation(
            undertaking=row,
            unit=unit.code,
            part=MEMBERS[Kind(row.kind)],
            since=now,
            task=row.task,
            due_at=due_at or now,
            designated=unit.code in designated,
        )
        for unit in units
    ]
    others = [(case.desk, str(Part.DESK)), (row.initiator, str(Part.LEAD)), *bodies.items()]
    Participation.objects.bulk_create(
        [Participation(undertaking=row, unit=unit, part=part, since=now) for unit, part in others] + asked_to_join
    )

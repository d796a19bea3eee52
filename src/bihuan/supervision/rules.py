"""Rules of supervision: who is urged about what, and when again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from bihuan.cases.rules import impartial
from bihuan.cases.stages import ENDS
from bihuan.cases.types import Accusing, CaseFacts, DutyKind
from bihuan.duties.types import Outcome
from bihuan.instructions.rules import SCANS
from bihuan.kernel.actor import Actor
from bihuan.kernel.needs import Need, Needs
from bihuan.kernel.norm import Norm, carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import UnitFacts
from bihuan.policy import norms
from bihuan.policy.calendar import told
from bihuan.policy.pack import Capacity, KeyProof, Pack
from bihuan.supervision.types import (
    ORDERED,
    ORDERED_HEAD,
    UNIT_POSTS,
    Colour,
    ColouredDuty,
    ColouredStage,
    DirectiveFacts,
    OrderDuty,
    OrderGround,
    OrderKind,
    ReminderStage,
    Urged,
    UrgeDuty,
)


@carries_out(norms.SUPERVISE_URGE)
def may_urge(duty: Urged | None, *, issuer: str, standing: str) -> Refusal | None:
    """催办的是其他单位还没有办结、时限没有暂停的任务；上次催办还没有回复的，在原催办上再次催办。"""
    if duty is None:
        return Refusal("这件事项上没有可以催办的任务。", norms.SUPERVISE_URGE, field="duty")
    if duty.discharged_at is not None:
        reason = f"这项任务已经办结（{told(duty.discharged_at)}），不需要催办。"
        return Refusal(reason, norms.SUPERVISE_URGE, field="duty")
    if duty.holder == issuer:
        return Refusal("这是本单位自己的任务，不能催办自己。", norms.SUPERVISE_URGE, field="duty")
    if duty.post not in UNIT_POSTS:
        return Refusal("⟨leader⟩的任务不用催办单催办。", norms.SUPERVISE_URGE, field="duty")
    if duty.paused:
        return Refusal("这项任务的时限暂停，恢复以后再催办。", norms.SUPERVISE_URGE, field="duty")
    if standing:
        reason = f"上次催办（{standing}）还没有回复；过了回复时限的，请在那一件上再次催办。"
        return Refusal(reason, norms.SUPERVISE_URGE, field="duty")
    return None


@carries_out(norms.SUPERVISE_URGE)
def may_repeat(urge: DirectiveFacts, *, now: datetime) -> Refusal | None:
    """上次催办过了回复时限还没有回复的，可以再次催办。"""
    due_at = urge.duties.get(UrgeDuty.REPLY)
    if due_at is not None and now <= due_at:
        reason = f"上次催办（{urge.number}）还没有到回复时限（{told(due_at)}）。"
        return Refusal(reason, norms.SUPERVISE_URGE)
    return None


@carries_out(norms.SUPERVISE_URGE)
def may_expect(expected_on: date | None, *, today: date) -> Refusal | None:
    """预计办结日期不在过去。"""
    if expected_on is not None and expected_on < today:
        reason = f"预计办结日期不能早于今天（{today}）。"
        return Refusal(reason, norms.SUPERVISE_URGE, field="expected_on")
    return None


@carries_out(norms.SUPERVISE_URGE)
def may_end(outcome: str, *, done: bool) -> Refusal | None:
    """催办随它的任务了结：办结的随之办结，转出或者不再要求的随之转出。"""
    ended = outcome in (Outcome.MET, Outcome.LATE) if done else outcome in (Outcome.WAIVED, Outcome.UNMET)
    return None if ended else Refusal("催办的任务还没有这样了结。", norms.SUPERVISE_URGE, moot=True)


RECTIFY_WITHIN = 60
"""So many days at most a unit may be given to put something right."""


def _may_set(due_on: date, norm: Norm, *, today: date, field: str) -> Refusal | None:
    latest = today + timedelta(days=RECTIFY_WITHIN)
    if not today < due_on <= latest:
        return Refusal(f"整改期限应在今天（{today}）之后、{latest}以前。", norm, field=field)
    return None


def _may_name(number: str, norm: Norm, *, unit: str, parts: Mapping[str, frozenset[str]]) -> Refusal | None:
    if not any(unit in units for units in parts.values()):
        return Refusal(f"这个单位没有参加{number}。", norm, field="about")
    return None


@carries_out(norms.SUPERVISE_REMIND)
def may_remind(unit: UnitFacts | None, *, issuer: str, supervises: bool, pack: Pack) -> Refusal | None:
    """提醒其他在用的单位；督查机构提醒的是受理单位。"""
    if unit is None or not unit.active:
        return Refusal("请选择在用的单位。", None, field="unit")
    if unit.code == issuer:
        return Refusal("不能提醒本单位自己。", norms.SUPERVISE_REMIND, field="unit")
    if supervises and not pack.can(unit.type, Capacity.DESK):
        reason = "⟨supervision⟩提醒的是受理单位；承办单位的问题由受理单位提醒。"
        return Refusal(reason, norms.SUPERVISE_REMIND, field="unit")
    return None


@carries_out(norms.SUPERVISE_REMIND)
def may_name(number: str, *, unit: str, parts: Mapping[str, frozenset[str]]) -> Refusal | None:
    """提醒所涉的事项，被提醒的单位须参加过。"""
    return _may_name(number, norms.SUPERVISE_REMIND, unit=unit, parts=parts)


@carries_out(norms.SUPERVISE_REMIND)
def may_rectify_until(rectify_by: date, *, today: date) -> Refusal | None:
    """整改期限在将来，不超过60天。"""
    return _may_set(rectify_by, norms.SUPERVISE_REMIND, today=today, field="rectify_by")


@carries_out(norms.SUPERVISE_RECTIFY)
def may_reply(
    *, measures: str, contests: bool, contest_reason: str, done_on: date | None, issued_on: date, today: date
) -> Refusal | None:
    """回复写明整改措施；申辩的写明理由；整改完成在提醒之后、不在将来。"""
    if contests and not contest_reason:
        return Refusal("提出申辩的，须写明理由。", norms.SUPERVISE_RECTIFY, field="contest_reason")
    if not contests and contest_reason:
        return Refusal("没有提出申辩的，不写申辩理由。", norms.SUPERVISE_RECTIFY, field="contest_reason")
    if not contests and not measures:
        return Refusal("没有申辩的，须写明整改措施。", norms.SUPERVISE_RECTIFY, field="measures")
    if done_on is not None and not issued_on <= done_on <= today:
        reason = f"整改完成日期应在提醒（{issued_on}）之后、今天（{today}）以前。"
        return Refusal(reason, norms.SUPERVISE_RECTIFY, field="done_on")
    return None


@carries_out(norms.SUPERVISE_RECTIFY)
def may_give_again(due_on: date, *, today: date) -> Refusal | None:
    """不予认可的，定新的整改期限。"""
    return _may_set(due_on, norms.SUPERVISE_RECTIFY, today=today, field="due_on")


@carries_out(norms.SUPERVISE_RECTIFY)
def may_uphold(reminder: DirectiveFacts) -> Refusal | None:
    """单位提出申辩的，才有申辩可以采纳。"""
    if not reminder.contested:
        return Refusal("单位没有提出申辩。", norms.SUPERVISE_RECTIFY, moot=True)
    return None


@carries_out(norms.SUPERVISE_REMIND)
def is_reminded(reminder: DirectiveFacts) -> Refusal | None:
    """工作提醒在发出之后出具。"""
    if reminder.stage in (ReminderStage.DRAFT, ReminderStage.DROPPED) or reminder.due_on is None:
        return Refusal("还没有发出工作提醒。", norms.SUPERVISE_REMIND)
    return None


@carries_out(norms.SUPERVISE_ORDER, norms.SUPERVISE_ORDER_BY_DESK)
def may_order(unit: UnitFacts | None, *, issuer: str, supervises: bool, pack: Pack) -> Refusal | None:
    """督办其他在用的单位；督查督办由督查机构实施，规定受理单位可以的除外。"""
    if not supervises and not pack.binds(norms.SUPERVISE_ORDER_BY_DESK):
        return Refusal("督查督办由⟨supervision⟩实施，本单位不能发督办单。", norms.SUPERVISE_ORDER)
    if unit is None or not unit.active:
        return Refusal("请选择在用的单位。", None, field="unit")
    if unit.code == issuer:
        return Refusal("不能督办本单位自己。", norms.SUPERVISE_ORDER, field="unit")
    return None


@carries_out(norms.SUPERVISE_ORDER)
def may_be_ordered(number: str, *, unit: str, parts: Mapping[str, frozenset[str]]) -> Refusal | None:
    """督办所涉的事项，被督办的单位须参加过。"""
    return _may_name(number, norms.SUPERVISE_ORDER, unit=unit, parts=parts)


@carries_out(norms.SUPERVISE_ORDER)
def may_order_because(ground: OrderGround, *, overdue: bool) -> Refusal | None:
    """以逾期为由的，所涉事项中须有该单位逾期的任务。"""
    if ground is OrderGround.OVERDUE and not overdue:
        return Refusal("督办理由与事项不符：所涉事项中没有这个单位逾期的任务。", norms.SUPERVISE_ORDER, field="ground")
    return None


@carries_out(norms.SUPERVISE_ORDER)
def may_reply_until(reply_by: date | None, *, today: date) -> Refusal | None:
    """写明的回复时限在将来，不超过60天。"""
    return None if reply_by is None else _may_set(reply_by, norms.SUPERVISE_ORDER, today=today, field="reply_by")


@carries_out(norms.SUPERVISE_ORDER)
def may_ask_time(order: DirectiveFacts) -> Refusal | None:
    """延长回复时限只申请一次。"""
    if order.asked_days is not None:
        return Refusal("已经申请过一次，不能再申请。", norms.SUPERVISE_ORDER)
    return None


@carries_out(norms.SUPERVISE_ORDER)
def may_decide_time(order: DirectiveFacts) -> Refusal | None:
    """单位申请了，才有可以审批的。"""
    if OrderDuty.TIME_DECISION not in order.duties:
        return Refusal("没有待审批的延长申请。", norms.SUPERVISE_ORDER, moot=True)
    return None


@carries_out(norms.SUPERVISE_ORDER)
def may_have_settled(done_on: date | None, *, today: date) -> Refusal | None:
    """办结日期不在将来。"""
    if done_on is not None and done_on > today:
        return Refusal(f"办结日期不能晚于今天（{today}）。", norms.SUPERVISE_ORDER, field="done_on")
    return None


@carries_out(norms.SUPERVISE_ORDER)
def may_raise_to(kind: OrderKind, *, before: str) -> Refusal | None:
    """提级督办的种类高于前一张；已是最高一级的仍用最高一级。"""
    last = OrderKind(before) if before else None
    top = max(OrderKind, key=lambda one: one.rank)
    if last is not None and kind.rank <= last.rank and not kind is last is top:
        return Refusal(f"提级督办的种类须高于前一张（{last.label}）。", norms.SUPERVISE_ORDER, field="order_kind")
    return None


@carries_out(norms.SUPERVISE_ORDER)
def may_judge(order: DirectiveFacts, actor: Actor, *, others: bool) -> Refusal | None:
    """发出单位另有督办员的，拟发督办单的人不认定它的回复。"""
    if others and actor.account == order.issued_by:
        return Refusal("督办单是您发出的，由本单位另一名⟨supervisor⟩认定回复。", norms.SUPERVISE_ORDER)
    return None


@carries_out(norms.SUPERVISE_ORDER)
def is_ordered(order: DirectiveFacts) -> Refusal | None:
    """督办单在发出之后出具。"""
    if not order.issued_by:
        return Refusal("还没有发出督办单。", norms.SUPERVISE_ORDER)
    return None


@carries_out(norms.SUPERVISE_ORDER)
def may_reply_again(due_on: date, *, today: date) -> Refusal | None:
    """不予认可的，定新的回复时限。"""
    return _may_set(due_on, norms.SUPERVISE_ORDER, today=today, field="due_on")


_coloured = norms.SUPERVISE_COLOURED


@carries_out(norms.SUPERVISE_COLOURED, norms.IDENTITY_PROTECTED)
def keeper_of(bodies: Sequence[UnitFacts], *, accusing: Sequence[Accusing]) -> UnitFacts | Refusal:
    """上级督办单由督查机构督办；诉求人要求保密、反映的就是它的，由另一机构督办。"""
    if not bodies:
        return Refusal("还没有设督查机构，三色督办单无法登记。", _coloured)
    free = impartial(bodies, *accusing) if accusing else bodies
    if not free:
        reason = "所涉事项反映的就是督查机构，诉求人要求保密，不能写在这里。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="about")
    return free[0]


@carries_out(norms.SUPERVISE_COLOURED)
def may_follow(colour: Colour, previous: DirectiveFacts | None, *, named: str, no_previous: str) -> Refusal | None:
    """橙色、红色督办单写明承接的上一张，或者说明没有；颜色不低于上一张；还没有了结的，在那一张上登记升级。"""
    if named and no_previous:
        return Refusal("写明了承接的上一张，就不再说明没有。", _coloured, field="no_previous")
    if not named:
        if colour.rank and not no_previous:
            return Refusal("须写明承接的上一张三色督办单，或者说明没有。", _coloured, field="previous")
        return None
    if previous is None or previous.stage is ColouredStage.VOID:
        return Refusal(f"没有{named}这张三色督办单。", _coloured, field="previous")
    if previous.stage is ColouredStage.RAISED:
        return Refusal("这一张已经升级，请写明最后的那一张。", _coloured, field="previous")
    if previous.closed_at is None:
        return Refusal("这一张还没有了结，请在那一张上登记升级。", _coloured, field="previous")
    before = previous.from_above.colour
    if colour.rank < before.rank:
        return Refusal(f"颜色不能低于前一张（{before.label}）。", _coloured, field="colour")
    return None


@carries_out(norms.SUPERVISE_COLOURED)
def may_rise_to(colour: Colour, *, before: Colour) -> Refusal | None:
    """升级的颜色高于前一张；已是红色的仍为红色。"""
    if colour.rank <= before.rank and not colour is before is Colour.RED:
        return Refusal(f"升级的颜色须高于前一张（{before.label}）。", _coloured, field="colour")
    return None


@carries_out(norms.SUPERVISE_COLOURED)
def is_new(registered: str) -> Refusal | None:
    """同一机关的同一文号只登记一次。"""
    if registered:
        return Refusal(f"这个文号已登记为{registered}。", _coloured, field="document_number")
    return None


@carries_out(norms.SUPERVISE_COLOURED)
def may_have_come(issued_on: date, received_on: date, due_on: date | None, *, today: date) -> Refusal | None:
    """收到日期在下发日期之后、不晚于今天；上级要求的答复日期不早于下发日期。"""
    if received_on > today:
        return Refusal(f"收到日期不能晚于今天（{today}）。", _coloured, field="received_on")
    if issued_on > received_on:
        return Refusal(f"下发日期不能晚于收到日期（{received_on}）。", _coloured, field="issued_on")
    if due_on is not None and due_on < issued_on:
        return Refusal(f"上级要求的答复日期不能早于下发日期（{issued_on}）。", _coloured, field="due_on")
    return None


@carries_out(norms.SUPERVISE_COLOURED)
def may_be_scan(mimes: Collection[str]) -> Refusal | None:
    """扫描件须是图片或 PDF。"""
    if not all(mime.startswith(SCANS) for mime in mimes):
        return Refusal("扫描件应为图片或 PDF。", _coloured, field="scan")
    return None


@carries_out(norms.SUPERVISE_COLOURED)
def may_be_given(unit: UnitFacts | None, *, keeper: str, there: Collection[str]) -> Refusal | None:
    """分派给其他在用的单位，每个单位一次。"""
    if unit is None or not unit.active:
        return Refusal("请选择在用的单位。", None, field="units")
    if unit.code == keeper:
        return Refusal("不能分派给本单位自己。", _coloured, field="units")
    if unit.code in there:
        return Refusal(f"已经分派给{unit.name}。", _coloured, field="units")
    return None


@carries_out(norms.SUPERVISE_COLOURED)
def may_want_by(reply_by: date | None, *, due_on: date | None, today: date, field: str = "reply_by") -> Refusal | None:
    """单位的回复时限在将来、不超过60天，不晚于上级要求的答复日期。"""
    if reply_by is None:
        return None
    if due_on is not None and today < due_on < reply_by:
        return Refusal(f"回复时限不能晚于上级要求的答复日期（{due_on}）。", _coloured, field=field)
    return _may_set(reply_by, _coloured, today=today, field=field)


@carries_out(norms.SUPERVISE_COLOURED)
def may_receive(order: DirectiveFacts, actor: Actor) -> Refusal | None:
    """各单位签收各自的一份，签收一次。"""
    if order.seat_owing(ColouredDuty.RECEIPT, ORDERED, actor) is None:
        return Refusal("本单位已经签收。", _coloured, moot=True)
    return None


@carries_out(norms.SUPERVISE_COLOURED)
def may_answer(order: DirectiveFacts, actor: Actor) -> Refusal | None:
    """各单位的主要负责人签发各自的回复；没有退回的不再回复。"""
    if order.seat_owing(ColouredDuty.REPLY, ORDERED_HEAD, actor) is None:
        return Refusal("本单位已经回复。", _coloured, moot=True)
    return None


@carries_out(norms.SUPERVISE_COLOURED)
def may_send_back(order: DirectiveFacts) -> Refusal | None:
    """有单位回复的，才有可以退回的。"""
    if not order.answered_by:
        return Refusal("还没有单位回复。", _coloured, moot=True)
    return None


@carries_out(norms.SUPERVISE_COLOURED)
def may_send_back_to(order: DirectiveFacts, unit: str) -> Refusal | None:
    """退回的是已经回复的单位。"""
    if unit not in order.answered_by:
        return Refusal("这个单位还没有回复。", _coloured, field="unit")
    return None


@carries_out(norms.SUPERVISE_COLOURED)
def may_answer_up(order: DirectiveFacts, *, owing: Collection[str]) -> Refusal | None:
    """各单位都回复了，才答复上级。"""
    if owing:
        return Refusal(f"{'、'.join(owing)}还没有回复，不能答复上级。", _coloured)
    if not order.answered_by:
        return Refusal("没有单位回复，请先加派单位。", _coloured)
    return None


@carries_out(norms.SUPERVISE_COLOURED)
def may_have_been(on: date, *, since: date | None, today: date, field: str) -> Refusal | None:
    """答复、认定的日期在收到、答复之后，不晚于今天。"""
    if on > today:
        return Refusal(f"日期不能晚于今天（{today}）。", _coloured, field=field)
    if since is not None and on < since:
        return Refusal(f"日期不能早于{since}。", _coloured, field=field)
    return None


@carries_out(norms.SUPERVISE_COLOURED)
def is_kept(order: DirectiveFacts) -> Refusal | None:
    """登记与回复表在登记之后出具；作废的不出具。"""
    if order.stage is ColouredStage.VOID:
        return Refusal("已经作废。", _coloured)
    return None


_key = norms.SUPERVISE_KEY_CLASS


def codes_proved_by(proof: KeyProof, pack: Pack) -> tuple[str, ...]:
    """The key classes for which that is asked."""
    return tuple(code for code, one in pack.key_classes.items() if one.proof is proof)


def asked_of_marking(case: CaseFacts, pack: Pack) -> Needs:
    """What shows that a case is a key one: what it came with, or the coloured order."""
    by_paper = {"key_class": codes_proved_by(KeyProof.PAPER, pack)}
    by_order = {"key_class": codes_proved_by(KeyProof.COLOURED, pack)}
    return {
        "document": (Need("请写明来源文件。", _key, when=by_paper),),
        "received_on": (Need("请填写收到日期。", _key, when=by_paper),),
        "scan": (Need("请附来源文件的扫描件。", _key, when=by_paper),),
        "order": (Need("上级三色督办的，请写登记的三色督办单编号。", _key, when=by_order),),
    }


@carries_out(_key)
def may_mark(code: str, *, marked: Collection[str], pack: Pack) -> Refusal | None:
    """重点办件的种类由规定列出，每一种只列一次。"""
    if code not in pack.key_classes:
        return Refusal("请选择规定列出的重点办件种类。", None, field="key_class")
    if code in marked:
        return Refusal(f"已经列为重点办件（{pack.key_label(code)}）。", _key, field="key_class")
    return None


@carries_out(_key)
def may_show(code: str, *, document: str, scan: Collection[int], order: str, pack: Pack) -> Refusal | None:
    """以三色督办单为凭的写编号，不另附文件；其他的附来源文件，不写三色督办单。"""
    by_order = code in codes_proved_by(KeyProof.COLOURED, pack)
    if not by_order and order:
        return Refusal("这一种重点办件不以三色督办单为凭，请写来源文件。", _key, field="order")
    if by_order and (document or scan):
        field = "document" if document else "scan"
        return Refusal("以登记的三色督办单为凭的，不另写、另附来源文件。", _key, field=field)
    return None


@carries_out(_key)
def may_rest_on_order(order: DirectiveFacts | None, *, named: str, subject: str) -> Refusal | None:
    """所凭的三色督办单须已登记、没有作废，写明所涉事项的须写有本件。"""
    if not named:
        return None
    if order is None or order.stage is ColouredStage.VOID:
        return Refusal(f"没有{named}这张三色督办单。", _key, field="order")
    if order.about and subject not in {one.subject for one in order.about}:
        return Refusal(f"{named}这张三色督办单所涉的不是本件。", _key, field="order")
    return None


@carries_out(_key)
def may_have_received(on: date | None, *, today: date) -> Refusal | None:
    """收到日期不晚于今天。"""
    if on is not None and on > today:
        return Refusal(f"收到日期不能晚于今天（{today}）。", _key, field="received_on")
    return None


@carries_out(_key)
def may_be_key_scan(mimes: Collection[str]) -> Refusal | None:
    """来源文件扫描件须是图片或 PDF。"""
    if not all(mime.startswith(SCANS) for mime in mimes):
        return Refusal("来源文件扫描件应为图片或 PDF。", _key, field="scan")
    return None


@carries_out(_key, norms.IDENTITY_PROTECTED)
def bodies_for(bodies: Sequence[UnitFacts], *, case: Accusing) -> Sequence[UnitFacts] | Refusal:
    """重点办件由督查机构督查；诉求人要求保密、反映的就是它的，不由它督查。"""
    if not bodies:
        return Refusal("还没有设督查机构，不能列为重点办件。", _key, field="key_class")
    free = impartial(bodies, case)
    if not free:
        reason = "本件反映的就是督查机构，诉求人要求保密，不能由它督查。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="key_class")
    return free


@carries_out(_key)
def may_look_at(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """列为重点办件的才由督查机构督查；已经终结的，督查过就不再督查。"""
    if not case.key:
        return Refusal("本件没有列为重点办件。", _key, moot=True)
    if case.stage in ENDS and not case.duties.keys() & {DutyKind.KEY_SUPERVISE, DutyKind.KEY_FEEDBACK}:
        return Refusal("本件已经终结，督查情况已经登记。", _key, moot=True)
    return None


@carries_out(_key)
def may_look_again(next_on: date | None, *, ended: bool, today: date) -> Refusal | None:
    """下次督查在将来、不超过60天；已经终结的不再安排。"""
    if next_on is None:
        return None
    if ended:
        return Refusal("本件已经终结，不再安排下次督查。", _key, field="next_on")
    latest = today + timedelta(days=RECTIFY_WITHIN)
    if not today < next_on <= latest:
        return Refusal(f"下次督查应在今天（{today}）之后、{latest}以前。", _key, field="next_on")
    return None


@carries_out(_key)
def may_unmark(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """列为重点办件的才可以取消，由督查机构写明理由。"""
    if not case.key:
        return Refusal("本件没有列为重点办件。", _key, moot=True)
    return None


@carries_out(_key)
def may_unmark_as(code: str, *, marked: Collection[str]) -> Refusal | None:
    """取消的是已经列为的种类。"""
    if code not in marked:
        return Refusal("本件没有列为这一种重点办件。", _key, field="key_class")
    return None


def is_blocked(marked: Collection[str], *, pack: Pack) -> bool:
    """Whether a case of such classes waits for what the supervision body tells of the answer."""
    return any(code in pack.key_classes and pack.key_classes[code].blocks for code in marked)


@carries_out(_key)
def may_close_key(*, blocked: bool, told: bool) -> Refusal | None:
    """规定须先反馈的重点办件，督查机构反馈以后才能办结。"""
    if blocked and not told:
        return Refusal("重点办件的督查情况还没有反馈，反馈以后才能办结。", _key)
    return None

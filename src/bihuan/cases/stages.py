"""The stage table of a case: every move there is, in the order of the work."""

from bihuan.cases.types import (
    CALLER,
    CENTRE_SIGNER,
    CLOCK,
    DESK_HEAD,
    DESK_SPEAKER,
    DISPATCHER,
    KEY_SUPERVISOR,
    LEAD_HANDLER,
    LEAD_HEAD,
    LEAD_SIGNER,
    PROMISER,
    REGISTRAR,
    REQUESTER,
    REVIEWER,
    Act,
    DutyKind,
    Stage,
)
from bihuan.kernel.stages import Move, StageTable, Weight
from bihuan.policy import norms as n

OPEN = (
    Stage.REGISTERED,
    Stage.DECLINE_REVIEW,
    Stage.TRIAGE,
    Stage.DISPATCHED,
    Stage.HANDLING,
    Stage.AWAITING,
    Stage.RETURN_REVIEW,
    Stage.ADJUDICATING,
    Stage.ESCALATED,
    Stage.SIGN_OFF,
    Stage.SUBMITTED,
    Stage.CALLBACK,
    Stage.REWORK,
    Stage.HUNG,
    Stage.LISTED,
)
ENDS = frozenset(set(Stage) - set(OPEN))
ANSWERED = frozenset({Stage.CALLBACK, Stage.CLOSED, Stage.ARCHIVED})
"""Where an answer to the requester has passed the desk."""

_REG, _DSP, _REV, _CALL = (REGISTRAR,), (DISPATCHER,), (REVIEWER,), (CALLER,)
_REQ, _SPEAK = (REQUESTER,), (DESK_SPEAKER,)
_HAND, _SIGN = (LEAD_HANDLER,), (LEAD_SIGNER,)
_PENDING = (DutyKind.EXTENSION_DECISION, DutyKind.WAIT_DECISION, DutyKind.TERMINATION_DECISION)
_DISPUTED = (Stage.TRIAGE, Stage.RETURN_REVIEW, Stage.HANDLING)
"""Where it can turn out that nobody knows whose the case is."""
_MISDIRECTED = {
    Stage.DISPATCHED: (),
    Stage.HANDLING: (),
    Stage.RETURN_REVIEW: (DutyKind.RETURN_DECISION,),
    Stage.REWORK: (),
}
"""Where the desk may give the case to another unit, and what it decides by that."""
_OF_LEAD = (
    DutyKind.SIGN_IN,
    DutyKind.FIRST_CONTACT,
    DutyKind.RELAY,
    DutyKind.HANDLE,
    DutyKind.REWORK,
    DutyKind.LINK,
    DutyKind.LINKAGE_FORM,
    DutyKind.WHISTLE_FORM,
    *_PENDING,
)
"""What is owed because a unit handles the case, and no more once another one does."""
_RELAYED = (
    Stage.HANDLING,
    Stage.AWAITING,
    Stage.HUNG,
    Stage.RETURN_REVIEW,
    Stage.ADJUDICATING,
    Stage.ESCALATED,
    Stage.SIGN_OFF,
    Stage.SUBMITTED,
)
"""Where the desk can still owe what a unit asked it to pass on."""
LISTABLE = (
    Stage.DISPATCHED,
    Stage.HANDLING,
    Stage.AWAITING,
    Stage.RETURN_REVIEW,
    Stage.SIGN_OFF,
    Stage.REWORK,
    Stage.HUNG,
)
"""Where its unit still owes the handling: from there a case may be listed."""
REFUSABLE = (Stage.DISPATCHED, Stage.HANDLING, Stage.REWORK)
"""Where its unit has to sign in or to handle, and can refuse to."""
CHECKED = (
    *REFUSABLE,
    Stage.AWAITING,
    Stage.RETURN_REVIEW,
    Stage.SIGN_OFF,
    Stage.SUBMITTED,
    Stage.CALLBACK,
    Stage.HUNG,
    Stage.LISTED,
    Stage.CLOSED,
    Stage.TERMINATED,
    Stage.WITHDRAWN,
)
"""Where the desk can still owe whether its unit refused."""
RELISTABLE = (*(stage for stage in OPEN if stage is not Stage.LISTED), Stage.CLOSED)
"""From where it is on the list again when what was struck off came back."""
WATCHED = (*OPEN, *(stage for stage in Stage if stage in ENDS and stage is not Stage.ARCHIVED))
"""Where the supervision body can still owe a look: a case that ends stays under its eyes until it has looked."""
S, A, D = Stage, Act, DutyKind
_PROMISE = (DutyKind.COMMITMENT_FULFIL,)
_CONTROLLED = (DutyKind.COMMITMENT_CHECK, DutyKind.COMMITMENT_BROKEN)
"""What the desk owes of a promise; taking the case up again decides it."""

TABLE = StageTable(
    "case",
    "诉求工单",
    ENDS,
    [
        # 登记
        Move(None, A.REGISTER, S.REGISTERED, _REG + _REQ, n.REGISTER, opens=(D.DISPATCH,)),
        Move(S.REGISTERED, A.ACCEPT, S.TRIAGE, _REG, n.ACCEPT),
        Move(S.REGISTERED, A.ANSWER_AT_ONCE, S.CLOSED, _REG, n.ANSWER_AT_ONCE, discharges=(D.DISPATCH,)),
        Move(S.REGISTERED, A.HAND_OVER, S.TRANSFERRED, _REG, n.HAND_OVER_EMERGENCY, discharges=(D.DISPATCH,)),
        Move(S.REGISTERED, A.REFER, S.TRANSFERRED, _REG, n.REFER_STATUTORY_PATH, discharges=(D.DISPATCH,)),
        Move(
            S.REGISTERED, A.PROPOSE_DECLINE, S.DECLINE_REVIEW, _REG, n.DECLINE_WITH_GROUND, opens=(D.DECLINE_DECISION,)
        ),
        Move(S.TRIAGE, A.PROPOSE_DECLINE, S.DECLINE_REVIEW, _REG, n.DECLINE_WITH_GROUND, opens=(D.DECLINE_DECISION,)),
        Move(
            S.DECLINE_REVIEW,
            A.CONFIRM_DECLINE,
            S.NOT_ACCEPTED,
            _REV,
            n.DECLINE_SECOND_READER,
            discharges=(D.DECLINE_DECISION,),
            lapses_all=True,
        ),
        Move(
            S.DECLINE_REVIEW,
            A.REFUSE_DECLINE,
            S.TRIAGE,
            _REV,
            n.DECLINE_SECOND_READER,
            discharges=(D.DECLINE_DECISION,),
        ),
        Move(S.REGISTERED, A.MERGE, S.MERGED, _REG, n.MERGE_REPEATS, lapses_all=True),
        Move(S.TRIAGE, A.MERGE, S.MERGED, _REG + _DSP, n.MERGE_REPEATS, lapses_all=True),
        Move(
            S.MERGED,
            A.UNMERGE,
            S.TRIAGE,
            _REG + _DSP,
            n.MERGE_REPEATS,
            opens=(D.DISPATCH,),
            discharges=(D.UNMERGE,),
            lapses=(D.TELL_RESULT,),
        ),
        # 并入的，随主单：主单答复了就告知，主单没有答复就终结的，恢复单独办理
        Move(S.MERGED, A.PARENT_ANSWERED, S.MERGED, (CLOCK,), n.MERGE_REPEATS, opens=(D.TELL_RESULT,)),
        Move(S.MERGED, A.TELL_RESULT, S.MERGED, _SPEAK, n.MERGE_REPEATS, discharges=(D.TELL_RESULT,)),
        Move(
            S.MERGED,
            A.RECORD_CALLBACK,
            S.MERGED,
            _CALL + _REQ,
            n.CALLBACK_ATTEMPTS,
            discharges=(D.TELL_RESULT,),
            may_open=(D.UNMERGE,),
        ),
        Move(
            S.MERGED,
            A.PARENT_ENDED,
            S.TRIAGE,
            (CLOCK,),
            n.MERGE_REPEATS,
            opens=(D.DISPATCH,),
            lapses=(D.TELL_RESULT, D.UNMERGE),
        ),
        Move(S.MERGED, A.SUPPLEMENT, S.MERGED, _REG + _REQ, n.SUPPLEMENT),
        Move(S.MERGED, A.WITHDRAW, S.WITHDRAWN, _REG + _REQ, n.WITHDRAW, lapses=(D.TELL_RESULT, D.UNMERGE)),
        # 派单、签收、退单
        *(
            Move(
                stage,
                A.DISPATCH,
                S.DISPATCHED,
                _DSP,
                n.ONE_LEAD,
                opens=(D.SIGN_IN, D.HANDLE),
                discharges=(D.DISPATCH,),
                may_open=(D.LINK,),
            )
            for stage in (S.REGISTERED, S.TRIAGE)
        ),
        *(
            Move(stage, A.SET_STATUTORY_LIMIT, stage, (DISPATCHER, DESK_HEAD), n.STATUTORY_LIMIT)
            for stage in (S.TRIAGE, S.DISPATCHED, S.HANDLING)
        ),
        Move(
            S.DISPATCHED,
            A.RECALL,
            S.TRIAGE,
            _DSP,
            n.MISDIRECTED,
            opens=(D.DISPATCH,),
            lapses=(D.SIGN_IN, D.HANDLE, D.LINK),
            absolves=True,
        ),
        *(
            Move(
                stage,
                A.REDISPATCH,
                S.DISPATCHED,
                _DSP,
                n.MISDIRECTED,
                opens=(D.SIGN_IN, D.HANDLE),
                discharges=decided,
                lapses=_OF_LEAD,
                may_open=(D.LINK,),
                absolves=bool(decided),
            )
            for stage, decided in _MISDIRECTED.items()
        ),
        Move(
            S.DISPATCHED,
            A.SIGN_IN,
            S.HANDLING,
            _HAND,
            n.SIGN_IN,
            opens=(D.FIRST_CONTACT,),
            discharges=(D.SIGN_IN,),
        ),
        Move(S.REWORK, A.SIGN_IN, S.HANDLING, _HAND, n.SIGN_IN, discharges=(D.SIGN_IN,)),
        Move(
            S.DISPATCHED,
            A.REQUEST_RETURN,
            S.RETURN_REVIEW,
            _HAND,
            n.RETURN_NOT_OWN_DUTY,
            opens=(D.RETURN_DECISION,),
            discharges=(D.SIGN_IN,),
        ),
        Move(
            S.HANDLING,
            A.REQUEST_RETURN,
            S.RETURN_REVIEW,
            _HAND,
            n.RETURN_NOT_OWN_DUTY,
            opens=(D.RETURN_DECISION,),
            lapses=_PENDING,
        ),
        Move(
            S.RETURN_REVIEW,
            A.APPROVE_RETURN,
            S.TRIAGE,
            _DSP,
            n.RETURN_DECIDED_BY_DESK,
            opens=(D.DISPATCH,),
            discharges=(D.RETURN_DECISION,),
            lapses_all=True,
            absolves=True,
        ),
        Move(
            S.RETURN_REVIEW,
            A.REFUSE_RETURN,
            S.HANDLING,
            _DSP,
            n.RETURN_DECIDED_BY_DESK,
            opens=(D.FIRST_CONTACT,),
            discharges=(D.RETURN_DECISION,),
        ),
        # 办理
        Move(S.HANDLING, A.RECORD_CONTACT, S.HANDLING, _HAND + _SPEAK, n.FIRST_CONTACT, discharges=(D.FIRST_CONTACT,)),
        # 要求保密的，由受理单位转达
        *(
            Move(stage, A.RELAY, stage, _HAND, n.IDENTITY_PROTECTED, opens=(D.RELAY,))
            for stage in (S.HANDLING, S.AWAITING)
        ),
        *(
            Move(
                stage,
                A.ANSWER_RELAY,
                stage,
                _SPEAK,
                n.IDENTITY_PROTECTED,
                discharges=(D.RELAY, D.FIRST_CONTACT),
                frees=(D.FIRST_CONTACT,),
            )
            for stage in _RELAYED
        ),
        Move(
            S.HANDLING,
            A.REQUEST_EXTENSION,
            S.HANDLING,
            _HAND,
            n.EXTENSION_WITH_APPROVAL,
            opens=(D.EXTENSION_DECISION,),
            may_open=(D.RELAY,),
        ),
        # 规定只须告知的，不须批准
        Move(S.HANDLING, A.NOTIFY_EXTENSION, S.HANDLING, _HAND, n.EXTENSION_BY_NOTICE, may_open=(D.RELAY,)),
        Move(
            S.HANDLING,
            A.APPROVE_EXTENSION,
            S.HANDLING,
            _DSP,
            n.EXTENSION_WITH_APPROVAL,
            discharges=(D.EXTENSION_DECISION,),
        ),
        Move(
            S.HANDLING,
            A.REFUSE_EXTENSION,
            S.HANDLING,
            _DSP,
            n.EXTENSION_WITH_APPROVAL,
            discharges=(D.EXTENSION_DECISION,),
        ),
        Move(
            S.HANDLING,
            A.AWAIT_REQUESTER,
            S.AWAITING,
            _HAND,
            n.AWAIT_REQUESTER,
            opens=(D.AWAIT_REQUESTER,),
            lapses=_PENDING,
            may_open=(D.RELAY,),
        ),
        # 第三次起，经受理单位同意；期满由系统恢复
        Move(
            S.HANDLING,
            A.REQUEST_WAIT,
            S.HANDLING,
            _HAND,
            n.AWAIT_REQUESTER,
            opens=(D.WAIT_DECISION,),
        ),
        Move(
            S.HANDLING,
            A.APPROVE_WAIT,
            S.AWAITING,
            _DSP,
            n.AWAIT_REQUESTER,
            opens=(D.AWAIT_REQUESTER,),
            discharges=(D.WAIT_DECISION,),
            may_open=(D.RELAY,),
        ),
        Move(S.HANDLING, A.REFUSE_WAIT, S.HANDLING, _DSP, n.AWAIT_REQUESTER, discharges=(D.WAIT_DECISION,)),
        Move(S.AWAITING, A.END_WAIT, S.HANDLING, (CLOCK,), n.AWAIT_REQUESTER, lapses=(D.AWAIT_REQUESTER,)),
        Move(S.AWAITING, A.RESUME, S.HANDLING, _HAND + _REG, n.AWAIT_REQUESTER, discharges=(D.AWAIT_REQUESTER,)),
        Move(S.HANDLING, A.LINK, S.HANDLING, _HAND, n.LINKAGE_REQUEST, opens=(D.LINKAGE_FORM,), discharges=(D.LINK,)),
        Move(S.HANDLING, A.WHISTLE, S.HANDLING, (LEAD_HANDLER, LEAD_HEAD), n.WHISTLE_BLOW, opens=(D.WHISTLE_FORM,)),
        Move(
            S.HANDLING,
            A.ANSWER,
            S.SIGN_OFF,
            _HAND,
            n.ANSWER_TWO_PARTS,
            opens=(D.SIGN_OFF,),
            discharges=(D.FIRST_CONTACT,),
            lapses=(*_PENDING, D.DETERMINATION),
            may_open=(D.RELAY,),
            frees=(D.FIRST_CONTACT,),
        ),
        Move(
            S.SIGN_OFF,
            A.SIGN_OFF,
            S.SUBMITTED,
            _SIGN,
            n.SIGN_OFF,
            opens=(D.REVIEW,),
            discharges=(D.SIGN_OFF, D.HANDLE, D.REWORK),
        ),
        Move(S.SIGN_OFF, A.SEND_BACK_DRAFT, S.HANDLING, _SIGN, n.SIGN_OFF, discharges=(D.SIGN_OFF,)),
        Move(S.HANDLING, A.REQUEST_TERMINATION, S.HANDLING, _HAND, n.TERMINATE, opens=(D.TERMINATION_DECISION,)),
        Move(
            S.HANDLING,
            A.APPROVE_TERMINATION,
            S.TERMINATED,
            _DSP,
            n.TERMINATE,
            discharges=(D.TERMINATION_DECISION,),
            lapses_all=True,
        ),
        Move(S.HANDLING, A.REFUSE_TERMINATION, S.HANDLING, _DSP, n.TERMINATE, discharges=(D.TERMINATION_DECISION,)),
        # 责任主体认定
        Move(
            S.HANDLING,
            A.REQUEST_DETERMINATION,
            S.HANDLING,
            _HAND,
            n.DETERMINATION_REQUEST,
            opens=(D.DETERMINATION,),
        ),
        Move(S.REGISTERED, A.OPEN_DETERMINATION, S.TRIAGE, _DSP, n.DETERMINATION_REFER, opens=(D.DETERMINATION,)),
        *(
            Move(stage, A.OPEN_DETERMINATION, stage, _DSP, n.DETERMINATION_REFER, opens=(D.DETERMINATION,))
            for stage in _DISPUTED
        ),
        *(
            Move(
                stage,
                A.ADJUDICATE,
                S.ADJUDICATING,
                _DSP,
                n.DETERMINATION_REFER,
                opens=(D.DETERMINATION,),
                discharges=(D.DISPATCH, D.RETURN_DECISION),
                lapses=_PENDING,
            )
            for stage in _DISPUTED
        ),
        Move(S.ADJUDICATING, A.REPORT_GAP, S.ESCALATED, (CENTRE_SIGNER,), n.SPECIAL_REPORT),
        *(
            Move(
                stage,
                A.ASSIGN_DETERMINED,
                S.DISPATCHED,
                _DSP,
                norm,
                opens=(D.SIGN_IN, D.HANDLE),
                discharges=(D.DETERMINATION,),
                lapses_all=True,
                absolves=True,
            )
            for stage, norm in ((S.ADJUDICATING, n.DETERMINATION_ASSIGN), (S.ESCALATED, n.DISTRICT_DESIGNATES))
        ),
        Move(
            S.ADJUDICATING,
            A.TAKE_BACK,
            S.TRIAGE,
            _DSP,
            n.DETERMINATION_TAKE_BACK,
            opens=(D.DISPATCH,),
            discharges=(D.DETERMINATION,),
            lapses_all=True,
            absolves=True,
        ),
        *(
            Move(stage, A.RECORD_REFUSAL, stage, _DSP, n.REFUSAL_REFERRED, discharges=(D.REFUSAL_CHECK,))
            for stage in REFUSABLE
        ),
        # 被指定、经认定的单位不签收、不办理的，核查是否拒不承担；工单先办结了也仍须核查
        *(
            Move(stage, A.NOTICE_SILENCE, stage, (CLOCK,), n.REFUSAL_REFERRED, opens=(D.REFUSAL_CHECK,))
            for stage in REFUSABLE
        ),
        *(
            Move(stage, A.NO_REFUSAL, stage, _DSP, n.REFUSAL_REFERRED, discharges=(D.REFUSAL_CHECK,))
            for stage in CHECKED
        ),
        # 承办单位撤销而没有单位承接的，收回重新分派；在认定的，仍等认定
        *(
            Move(
                stage,
                A.LEAD_ENDED,
                S.TRIAGE,
                (CLOCK,),
                n.MISDIRECTED,
                opens=(D.DISPATCH,),
                lapses=(D.REFUSAL_CHECK,),
                lapses_all=True,
            )
            for stage in LISTABLE
        ),
        *(
            Move(stage, A.LEAD_ENDED, stage, (CLOCK,), n.MISDIRECTED, lapses=_OF_LEAD)
            for stage in (S.ADJUDICATING, S.ESCALATED)
        ),
        # 审核、回访、办结、重办
        Move(
            S.SUBMITTED,
            A.APPROVE,
            S.CALLBACK,
            _REV,
            n.CALLBACK,
            opens=(D.CALLBACK,),
            discharges=(D.REVIEW,),
            may_open=(*_PROMISE, D.KEY_FEEDBACK),
        ),
        Move(S.SUBMITTED, A.SEND_BACK, S.HANDLING, _REV, n.SEND_BACK, opens=(D.REWORK,), discharges=(D.REVIEW,)),
        Move(
            S.SUBMITTED,
            A.CLOSE_WITHOUT_CALLBACK,
            S.CLOSED,
            _REV,
            n.CLOSE_WITHOUT_CALLBACK,
            discharges=(D.REVIEW,),
            may_open=(*_PROMISE, D.KEY_FEEDBACK),
        ),
        Move(S.CALLBACK, A.RECORD_CALLBACK, S.CALLBACK, _CALL + _REQ, n.CALLBACK_ATTEMPTS),
        # 诉求人说回访记录与其所说不符的，由另一人核实
        *(
            Move(stage, A.CONTEST, stage, _REQ, n.CALLBACK, opens=(D.CALLBACK_CHECK,))
            for stage in (S.CALLBACK, S.CLOSED)
        ),
        *(
            Move(
                stage,
                A.CHECK_CALLBACK,
                stage,
                _REV,
                n.CALLBACK,
                discharges=(D.CALLBACK_CHECK,),
                may_open=(D.UNSOLVED_FOLLOW_UP,) if stage is S.CLOSED else (),
            )
            for stage in (S.CALLBACK, S.CLOSED)
        ),
        Move(
            S.CALLBACK,
            A.CLOSE,
            S.CLOSED,
            _CALL,
            n.CLOSE,
            discharges=(D.CALLBACK,),
            may_open=(D.UNSOLVED_FOLLOW_UP, *_PROMISE),
        ),
        Move(
            S.CALLBACK,
            A.REWORK,
            S.REWORK,
            _CALL,
            n.REWORK,
            opens=(D.SIGN_IN, D.REWORK),
            discharges=(D.CALLBACK, *_CONTROLLED),
            lapses=_PROMISE,
        ),
        Move(
            S.CLOSED,
            A.REOPEN,
            S.HANDLING,
            _DSP,
            n.REOPEN,
            opens=(D.REWORK,),
            discharges=(D.UNSOLVED_FOLLOW_UP, *_CONTROLLED),
            lapses=_PROMISE,
        ),
        Move(S.CLOSED, A.DECIDE_UNSOLVED, S.CLOSED, _REV, n.UNSOLVED, discharges=(D.UNSOLVED_FOLLOW_UP,)),
        Move(S.CLOSED, A.ARCHIVE, S.ARCHIVED, (CLOCK,), n.ARCHIVE),
        # 承诺事项：审核通过后生效，办结以后继续跟踪
        *(
            move
            for stage in (S.CALLBACK, S.CLOSED)
            for move in (
                Move(
                    stage,
                    A.FULFIL_PROMISE,
                    stage,
                    (LEAD_HANDLER, PROMISER),
                    n.COMMITMENT_KEEP,
                    opens=(D.COMMITMENT_CHECK,),
                    discharges=_PROMISE,
                ),
                Move(
                    stage,
                    A.CHECK_PROMISE,
                    stage,
                    _CALL,
                    n.COMMITMENT_KEEP,
                    discharges=_CONTROLLED,
                    may_open=(D.COMMITMENT_BROKEN,),
                ),
                Move(
                    stage,
                    A.RENEW_PROMISE,
                    stage,
                    _DSP,
                    n.COMMITMENT_KEEP,
                    discharges=(D.COMMITMENT_BROKEN,),
                    forfeits=_PROMISE,
                    may_open=_PROMISE,
                ),
                Move(stage, A.BREAK_PROMISE, stage, (CLOCK,), n.COMMITMENT_KEEP, opens=(D.COMMITMENT_BROKEN,)),
            )
        ),
        # 重点办件：列为重点不改变时限；督查机构督查到办结以后，被督查的不能免除
        *(
            Move(
                stage,
                A.MARK_KEY,
                stage,
                (REGISTRAR, DISPATCHER, REVIEWER, KEY_SUPERVISOR),
                n.SUPERVISE_KEY_CLASS,
                opens=(D.KEY_SUPERVISE,),
            )
            for stage in OPEN
        ),
        *(
            Move(
                stage,
                A.SUPERVISE_KEY,
                stage,
                (KEY_SUPERVISOR,),
                n.SUPERVISE_KEY_CLASS,
                opens=(D.KEY_SUPERVISE,) if stage in OPEN else (),
                discharges=(D.KEY_SUPERVISE, D.KEY_FEEDBACK),
            )
            for stage in WATCHED
        ),
        *(
            Move(
                stage,
                A.UNMARK_KEY,
                stage,
                (KEY_SUPERVISOR,),
                n.SUPERVISE_KEY_CLASS,
                frees=(D.KEY_SUPERVISE, D.KEY_FEEDBACK),
            )
            for stage in OPEN
        ),
        # 挂账
        Move(S.HANDLING, A.HANG, S.HUNG, _DSP, n.HANG, opens=(D.HANG_REVIEW, D.HANG_CONFIRM), lapses=_PENDING),
        Move(S.HUNG, A.CONFIRM_HANG, S.HUNG, _SIGN, n.HANG, discharges=(D.HANG_CONFIRM,)),
        Move(
            S.HUNG,
            A.DENY_HANG,
            S.HANDLING,
            _SIGN,
            n.HANG,
            discharges=(D.HANG_CONFIRM,),
            lapses=(D.HANG_REVIEW,),
        ),
        Move(S.HUNG, A.REVIEW_HUNG, S.HUNG, _DSP, n.HANG, opens=(D.HANG_REVIEW,), discharges=(D.HANG_REVIEW,)),
        Move(
            S.HUNG,
            A.RESUME_HUNG,
            S.HANDLING,
            _DSP,
            n.HANG,
            discharges=(D.HANG_REVIEW,),
            lapses=(D.HANG_CONFIRM,),
        ),
        # 列入清单，随清单办理；只有销号才离开清单
        *(
            Move(stage, A.ENTER_LIST, S.LISTED, (CLOCK,), n.LIST_REGISTER, opens=(D.LISTED,), lapses_all=True)
            for stage in LISTABLE
        ),
        Move(
            S.CLOSED,
            A.ENTER_LIST,
            S.LISTED,
            (CLOCK,),
            n.LIST_REGISTER,
            opens=(D.LISTED,),
            discharges=(D.UNSOLVED_FOLLOW_UP,),
            lapses=(D.CALLBACK_CHECK,),
            lapses_all=True,
        ),
        *(
            Move(
                stage,
                A.ENTER_LIST_AGAIN,
                S.LISTED,
                (CLOCK,),
                n.LIST_TRACK,
                opens=(D.LISTED,),
                discharges=(D.UNSOLVED_FOLLOW_UP,) if stage is S.CLOSED else (),
                lapses=(D.CALLBACK_CHECK,) if stage in (S.CALLBACK, S.CLOSED) else (),
                lapses_all=True,
            )
            for stage in RELISTABLE
        ),
        Move(S.LISTED, A.FOLLOW_LIST, S.LISTED, (CLOCK,), n.LIST_ASSIGN),
        Move(
            S.LISTED,
            A.LEAVE_LIST,
            S.CALLBACK,
            (CLOCK,),
            n.LIST_STRIKE_OFF,
            opens=(D.CALLBACK,),
            discharges=(D.LISTED,),
        ),
        Move(S.LISTED, A.CLOSE_LISTED, S.CLOSED, (CLOCK,), n.LIST_STRIKE_OFF, discharges=(D.LISTED,)),
        # 补充、补发查询码、补记被反映单位、撤回
        *(
            Move(stage, A.SUPPLEMENT, stage, _REG + _REQ, n.SUPPLEMENT)
            for stage in OPEN
            if stage is not S.AWAITING  # what was waited for has come: the clock runs on
        ),
        Move(S.AWAITING, A.SUPPLEMENT, S.HANDLING, _REG + _REQ, n.SUPPLEMENT, discharges=(D.AWAIT_REQUESTER,)),
        *(Move(stage, A.RENEW_CODE, stage, _SPEAK, n.IDENTITY_PROTECTED) for stage in Stage),
        *(Move(stage, A.NAME_ACCUSED, stage, _REG + _DSP, n.IDENTITY_PROTECTED) for stage in (*OPEN, S.MERGED)),
        *(
            Move(stage, A.WITHDRAW, S.WITHDRAWN, _REG + _REQ, n.WITHDRAW, lapses_all=True)
            for stage in OPEN
            if stage not in (S.SUBMITTED, S.CALLBACK, S.LISTED)
        ),
        # 受理单位代为登记的撤回，诉求人说没有撤回的，恢复办理
        Move(
            S.WITHDRAWN,
            A.CONTEST_WITHDRAWAL,
            S.TRIAGE,
            _REG + _REQ,
            n.WITHDRAW,
            opens=(D.DISPATCH,),
            lapses=(D.REFUSAL_CHECK,),
        ),
        Move(S.LISTED, A.WITHDRAW, S.LISTED, _REG + _REQ, n.WITHDRAW),  # handed on: the list decides
    ],
    weights={
        Weight.CHOICE: (
            A.NO_REFUSAL,
            A.CONFIRM_HANG,
            A.DENY_HANG,
            A.CONFIRM_DECLINE,
            A.REFUSE_DECLINE,
            A.APPROVE_RETURN,
            A.REFUSE_RETURN,
            A.APPROVE_EXTENSION,
            A.REFUSE_EXTENSION,
            A.APPROVE_WAIT,
            A.REFUSE_WAIT,
            A.APPROVE_TERMINATION,
            A.REFUSE_TERMINATION,
        ),
        Weight.SIDE: (
            A.ANSWER_AT_ONCE,
            A.HAND_OVER,
            A.MERGE,
            A.UNMERGE,
            A.SUPPLEMENT,
            A.NAME_ACCUSED,
            A.RENEW_CODE,
            A.SET_STATUTORY_LIMIT,
            A.CONTEST,
            A.RELAY,
            A.REQUEST_EXTENSION,
            A.NOTIFY_EXTENSION,
            A.AWAIT_REQUESTER,
            A.REQUEST_WAIT,
            A.LINK,
            A.WHISTLE,
            A.REQUEST_DETERMINATION,
            A.ADJUDICATE,
            A.REWORK,
            A.REOPEN,
            A.CONTEST_WITHDRAWAL,
            A.MARK_KEY,
            A.UNMARK_KEY,
        ),
        Weight.AGAINST: (
            A.REFER,
            A.PROPOSE_DECLINE,
            A.WITHDRAW,
            A.REQUEST_RETURN,
            A.REQUEST_TERMINATION,
            A.OPEN_DETERMINATION,
            A.RECALL,
            A.REDISPATCH,
            A.TAKE_BACK,
            A.RECORD_REFUSAL,
            A.SEND_BACK_DRAFT,
            A.SEND_BACK,
            A.HANG,
        ),
    },
    advances={
        A.ACCEPT: (D.DISPATCH,),
        A.SIGN_IN: (D.HANDLE, D.REWORK),
        A.RECORD_CONTACT: (D.HANDLE, D.REWORK),
        A.ANSWER: (D.HANDLE, D.REWORK),
        A.RECORD_CALLBACK: (D.CALLBACK,),
        A.REPORT_GAP: (D.DETERMINATION,),
    },
    parallel=(A.SUPPLEMENT,),
    goals=(S.CLOSED,),
    exceptions={
        **{
            (act, D.RELAY): "承办单位不再办理，不再替它转达"
            for act in (A.APPROVE_RETURN, A.APPROVE_TERMINATION, A.ASSIGN_DETERMINED, A.TAKE_BACK, A.REDISPATCH)
        },
        **dict.fromkeys(((A.MERGE, D.DISPATCH), (A.MERGE, D.DETERMINATION)), "并入他件后，分派和认定随他件办理"),
        **dict.fromkeys(
            ((A.UNMARK_KEY, D.KEY_SUPERVISE), (A.UNMARK_KEY, D.KEY_FEEDBACK)),
            "督查机构写明理由取消的，不再是重点办件；逾期没有督查的，记为未履行",
        ),
        (A.DENY_HANG, D.HANG_REVIEW): "责任领导不同意的，挂账不成立，不再复核",
        (A.UNMERGE, D.TELL_RESULT): "拆回后单独办理，结果另行告知",
        **dict.fromkeys(
            ((A.CONFIRM_DECLINE, D.DISPATCH), (A.CONFIRM_DECLINE, D.DETERMINATION)), "不予受理后，不再分派和认定"
        ),
        (A.APPROVE_RETURN, D.DETERMINATION): "退单后由受理单位重新分派，需要认定的另行提请",
        **dict.fromkeys(
            ((A.APPROVE_TERMINATION, kind) for kind in (D.DETERMINATION, D.EXTENSION_DECISION, D.WAIT_DECISION)),
            "终止办理后，不再认定、延期和等待",
        ),
        **{
            (act, kind): why
            for act, why in (
                (A.ADJUDICATE, "移交认定期间时限暂停"),
                (A.HANG, "挂账期间时限暂停"),
                (A.REDISPATCH, "改派后，原承办单位的申请不再有对象"),
            )
            for kind in _PENDING
        },
    },
)

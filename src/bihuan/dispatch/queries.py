"""Reading what units did with cases."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from bihuan.cases import queries as cases
from bihuan.cases.types import Basis, CaseFacts, ClosureType, DutyKind, Stage
from bihuan.dispatch.models import Answer, ExtensionRequest
from bihuan.dispatch.rules import is_out_of_reach
from bihuan.dispatch.types import (
    AnswerRow,
    CaseHung,
    ContactRecorded,
    Draft,
    PendingExtension,
    RelayAnswered,
    RelayOutcome,
    Suggestion,
    UnitFollowUp,
    WaitRequested,
)
from bihuan.duties.queries import limit_for, overdue_subjects, reckon_from
from bihuan.kernel.happening import Happening
from bihuan.organisations.queries import responsibilities
from bihuan.organisations.types import ResponsibilityRow
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.record import queries as record
from bihuan.record.reading import Reading, gather, reading
from bihuan.record.types import EventRow
from bihuan.record.unit_of_work import Question, ask
from bihuan.text.folding import DIVIDER, fold, grams
from bihuan.text.likeness import seams, words


def return_window(case: CaseFacts) -> datetime | None:
    """Until when the lead may ask to give the case back; None where the pack sets no window."""
    pack = load_pack(case.pack)
    if case.assigned_at is None or not pack.binds(norms.RETURN_WITHIN_WINDOW):
        return None
    rule = limit_for("return_request", case.limit_scope, pack, holder=case.lead or "")
    return reckon_from(case.assigned_at, rule.limit, pack).due_at


def refused_before(case: CaseFacts, asking: type[Happening], refusing: type[Happening], ground: str) -> list[str]:
    """On what grounds the lead asked since it has the case, or does it again, and the desk refused; `ground` names the
    private fact. What was erased says nothing."""
    told, found, pending = record.events(case.subject), list[str](), ""
    since = max((n for n, e in enumerate(told) if e.facts.get("stage") in _BEGINS_ANEW), default=0)
    for event in told[since:]:
        if event.kind == asking.kind:
            pending = str((event.private or {}).get(ground, ""))
        elif event.kind == refusing.kind:
            found.append(pending)
    return found


_BEGINS_ANEW = (Stage.DISPATCHED, Stage.REWORK)


def lead_is_determined(case: CaseFacts) -> bool:
    """Whether the lead has the case by a determination, or by the district's instruction on one."""
    named = case.adjudicated or case.designated
    return named and cases.led_by(case.number) in (Basis.ADJUDICATION, Basis.INSTRUCTION)


def suggestions(
    texts: Mapping[str, str],
    jurisdiction: str,
    *,
    now: datetime,
    most: int = 3,
    accused: Mapping[str, Collection[str]] = {},
) -> dict[str, tuple[Suggestion, ...]]:
    """Number → the entries of the responsibility list of which words stand in the text, the nearest first.

    A gram of these words counts the more, the fewer entries have it. What entries of several units have names none of
    them, and neither does what is said of every work: one such word alone suggests nobody, and neither does a short
    one that happens to stand in a long matter. A unit is suggested once, never where a request accuses it, and never
    one that cannot take it today.
    """
    entries = [(e, folded, frozenset(grams(folded))) for e, folded in _matters(jurisdiction, now)]
    common = Counter(gram for _, _, held in entries for gram in held)
    known = seams(frozenset(term for _, folded, _ in entries for term in folded.split(DIVIDER)))
    found = {}
    for number, text in texts.items():
        folded = fold(text)
        said = set(grams(folded))
        told = [(entry, words(matter, folded, known), held) for entry, matter, held in entries if held & said]
        units = _units_by_word(told)
        fitting = [
            (sum(1 / common[g] for g in {g for word in shared for g in grams(word)}) / len(held), entry, shared)
            for entry, shared, held in told
            if entry.lead not in accused.get(number, ())
            and _tells(entry.matter, [word for word in shared if _names(word, units[word])])
        ]
        best = [(entry, shared) for _, entry, shared in sorted(fitting, key=lambda one: (-one[0], one[1].code))]
        first = {entry.lead: (entry, shared) for entry, shared in reversed(best)}  # a unit's nearest entry
        nearest = sorted(first.values(), key=best.index)[:most]
        found[number] = tuple(Suggestion(entry, shared) for entry, shared in nearest)
    return found


def _names(word: str, units: Collection[str]) -> bool:
    """Whether a word tells which unit is meant: not what is said of every work, nor what too many units have."""
    return len(units) <= (1 if len(word) == 2 else 2) and _GENERIC.fullmatch(word) is None


def _tells(matter: str, named: Sequence[str]) -> bool:
    """Whether what a matter and a text have in common tells of it: two words, one of three signs or more, or one of two
    that is half of what a term of the matter says besides what is said of every work, or ends it, where stands what it
    is about: 路灯 of 小区外路灯维护."""
    if len(named) > 1 or any(len(word) > 2 for word in named):
        return True
    terms = [_GENERIC.sub("", term) for term in fold(matter).split(DIVIDER)]
    return any(term.endswith(word) or (word in term and 2 * len(word) >= len(term)) for word in named for term in terms)


_GENERIC = re.compile(
    "(?:管理|服务|维护|维修|养护|监管|监督|检查|执法|查处|处置|处理|办理|治理|整治|整改|建设|改造|保障|协调|指导|受理|审批|登记|备案"
    "|工作|问题|事项|业务|情况|咨询|投诉|举报|求助|反映|建议|诉求|申请|材料|政策|规定|标准|行为"
    "|单位|部门|公司|企业|中心|机构|人员|群众|居民|市民|小区|社区|街道|城市|城区|农村|公共|设施|设备|场所|附近|有关|相关)+"
)
"""Words of which every list of duties and every letter is full, alone or side by side."""


def _units_by_word(told: Iterable[tuple[ResponsibilityRow, tuple[str, ...], object]]) -> Mapping[str, set[str]]:
    units: dict[str, set[str]] = {}
    for entry, shared, _ in told:
        for word in shared:
            units.setdefault(word, set()).add(entry.lead)
    return units


def _matters(jurisdiction: str, now: datetime) -> list[tuple[ResponsibilityRow, str]]:
    return [(entry, fold(entry.matter)) for entry in responsibilities(jurisdiction, now=now) if entry.able]


def answers_given(number: str) -> int:
    """How many versions of an answer the case has."""
    return ask(counting_answers(number))


def counting_answers(number: str) -> Question[int]:
    """The question that `answers_given` asks."""
    return Question("SELECT count(*) FROM dispatch_answer WHERE case_id = %s", [number], lambda rows: int(rows[0][0]))


def told_to_requester(number: str) -> Question[str]:
    """What the last answer of the case says to its requester: a question for whoever reviews it."""
    last = "SELECT to_requester FROM dispatch_answer WHERE case_id = %s ORDER BY version DESC LIMIT 1"
    return Question(last, [number], lambda rows: str(rows[0][0]) if rows else "")


def waiting_beside_form(case: CaseFacts) -> Draft | None:
    """What the answer says that waits to be signed off, where a form was signed for the case; None elsewhere."""
    if case.form_resolved is None:
        return None
    said = Answer.objects.filter(case_id=case.number, signed_off_at__isnull=True).order_by("-version")
    found = said.values_list("outcome", "follow_up", "contradicts_form").first()
    if found is None:
        return None
    outcome, follow_up, explained = found
    return Draft(ClosureType(outcome), UnitFollowUp(follow_up) if follow_up else None, explained)


def pending_extension(number: str) -> PendingExtension:
    """The extension that waits for a decision."""
    row = ExtensionRequest.objects.get(case_id=number, decided_at__isnull=True)
    return PendingExtension(row.days, row.reason)


def asked_to_wait(subject: str) -> tuple[str, str]:
    """What the unit lacks and how it told the requester, as it last asked to wait once more."""
    asked = [event for event in record.events(subject) if event.kind == WaitRequested.kind][-1]
    return str(asked.facts.get("missing", "")), str(asked.facts.get("told", ""))


def past_waiting(jurisdiction: str, now: datetime) -> list[str]:
    """The cases that wait for their requester though the time for it is over."""
    return overdue_subjects(jurisdiction, DutyKind.AWAIT_REQUESTER, now=now)


def relay_attempts(subject: str) -> list[datetime]:
    """When somebody tried to reach the requester for the unit since they last did, or gave up."""
    told = [e.facts for e in record.events(subject) if e.kind == RelayAnswered.kind]
    since = max((n for n, f in enumerate(told, 1) if f["outcome"] == RelayOutcome.TOLD or f.get("given_up")), default=0)
    return [datetime.fromisoformat(str(f["told_at"])) for f in told[since:]]


def contact_attempts(case: CaseFacts) -> list[datetime]:
    """When somebody tried to reach the requester in vain since the case was given to its unit, or they were reached."""
    return _in_vain(record.events(case.subject))


def _in_vain(told: Sequence[EventRow]) -> list[datetime]:
    since = max((n for n, e in enumerate(told) if e.facts.get("stage") == Stage.DISPATCHED), default=0)
    tried = [e.facts for e in told[since:] if e.kind == ContactRecorded.kind and not e.facts["reached"]]
    return [datetime.fromisoformat(str(facts["contacted_at"])) for facts in tried]


def was_never_reached(subject: str, *, by_desk: bool) -> bool:
    """Whether whoever speaks with the requester (the desk, where secrecy is asked for) tried often enough in vain."""
    told = record.events(subject)
    if by_desk:
        relayed = [e.facts for e in told if e.kind == RelayAnswered.kind]
        return bool(relayed) and bool(relayed[-1].get("given_up"))
    return is_out_of_reach(_in_vain(told))


@reading
def answers_of(number: str) -> Reading[AnswerRow]:
    """The answers of a case, to be read with other lists; the caller has made sure that the actor may see it."""
    return Reading(Answer.objects.filter(case_id=number), AnswerRow, {})


def answers(number: str) -> list[AnswerRow]:
    """The answers of a case, the newest first; the caller has made sure that the actor may see it."""
    (found,) = gather(answers_of(number))
    return newest_first(found)


def newest_first(found: Iterable[AnswerRow]) -> list[AnswerRow]:
    """Answers as a page shows them."""
    return sorted(found, key=lambda answer: -answer.version)


def answers_for_hanging(subject: str) -> str:
    """The account of whoever was named as responsible when the case was hung up last; empty where nobody was."""
    hung = next((event for event in reversed(record.events(subject)) if event.kind == CaseHung.kind), None)
    return str(hung.facts.get("leader_account", "")) if hung else ""

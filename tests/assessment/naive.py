"""Figures reckoned a second time, naively: loops over what the record says, and nothing of the engine's own reckoning.

Duties are followed by what events tell of them, results by looking back and forth from each call-back.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bihuan.assessment.models import Count
from bihuan.policy.calendar import ZONE
from bihuan.record.models import Event
from tests.towns import pack_of

Sums = Counter[tuple[str, str, str]]
"""Atom, unit, month → how many."""
GROUPS = {
    "handle": ["case.handle", "case.rework", "linkage.joint_work", "whistle.joint_work"],
    "sign_in": ["case.sign_in"],
    "response": ["case.first_contact"],
    "check_in": ["whistle.check_in", "linkage.linkage_accept"],
    "callback": ["case.callback"],
    "list_handle": ["matter.list_handle", "matter.list_rework"],
}
STATES = ("met", "late", "unmet", "open_late")
RECKONED = {
    *(f"{group}.{state}" for group in GROUPS for state in STATES),
    *("registered", "dispatched", "first_dispatched", "redispatched", "returned", "reworked", "reopened"),
    *("call.valid", "call.satisfied", "call.solved", "bad.all", "bad.fixed", "cycle.closed"),
    *("graded", "grade_points", "whistle", "misdirected", "reminder.stands", "reminder.accepted"),
    *("matter.entered", "matter.struck", "matter.reopened", "matter.sent_back", "matter.feedback"),
}
"""What is reckoned here."""


def differences(place: str) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Where what is kept is not what was reckoned: kept and reckoned."""
    kept: Sums = Counter()
    for row in Count.objects.filter(jurisdiction=place, measure__in=RECKONED):
        if len(row.period) == 7:
            kept[row.measure, row.unit, row.period] += row.n
    mine = reckoned(place)
    return {key: (kept[key], mine[key]) for key in kept.keys() | mine.keys() if kept[key] != mine[key]}


def reckoned(place: str) -> Sums:
    """The sums of a jurisdiction by month."""
    told: dict[str, list[Any]] = {}
    for event in Event.objects.filter(jurisdiction=place).exclude(kind="record.attempt-refused").order_by("id"):
        told.setdefault(event.subject, []).append(event)
    for events in told.values():
        events.sort(key=lambda event: event.sequence)
    found: Sums = Counter()
    upon: dict[str, list[list[Any]]] = {}
    for subject, events in told.items():
        if subject.startswith(("linkage:", "whistle:")):
            upon.setdefault(f"case:{events[0].facts['case']}", []).append(events)
    satisfied = pack_of(place).assessed.satisfied
    for subject, events in told.items():
        word = subject.partition(":")[0]
        found.update(_duties(word, events))
        if word == "case":
            found.update(_case(events, upon.get(subject, []), satisfied))
        elif word in ("linkage", "whistle"):
            found.update(_joint(word, events))
        elif word == "reminder":
            found.update(_reminder(events))
        elif word == "matter":
            found.update(_matter(events))
    return found


def _month(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m}"


def _on(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def _duties(word: str, events: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    """Every duty, from the event that opened it to the one that ended it."""
    open_now: list[dict[str, Any]] = []
    for event in events:
        facts = event.facts
        for kind, due, holder in facts.get("moves", ()):
            for duty in open_now:
                if duty["kind"] == kind and holder in ("", duty["holder"]):
                    duty["due"] = datetime.fromisoformat(due)
        if event.kind == "duties.fell-due":
            for duty in open_now:
                if (duty["kind"], duty["holder"]) == (facts["duty"], facts["holder"]):
                    duty["told"] = event.at
        for kind, outcome, *holder in facts.get("settles", ()):
            for duty in [
                duty for duty in open_now if duty["kind"] == kind and (not holder or duty["holder"] in holder)
            ]:
                open_now.remove(duty)
                if outcome != "waived":
                    yield from _counted(word, duty, outcome, min(event.at, duty["due"]))
        for kind in facts.get("lapses", ()):
            open_now = [duty for duty in open_now if duty["kind"] != kind]
        for kind, holder, due in facts.get("opens", ()):
            open_now.append({"kind": kind, "holder": holder, "due": datetime.fromisoformat(due), "told": None})
    for duty in open_now:
        if duty["told"] and duty["told"] >= duty["due"]:
            yield from _counted(word, duty, "open_late", duty["due"])


def _counted(word: str, duty: Mapping[str, Any], state: str, at: datetime) -> Iterator[tuple[str, str, str]]:
    for group, kinds in GROUPS.items():
        if f"{word}.{duty['kind']}" in kinds:
            yield f"{group}.{state}", duty["holder"], _month(at)


def _case(
    events: Sequence[Any], upon: Sequence[Sequence[Any]], satisfied: frozenset[str]
) -> Iterator[tuple[str, str, str]]:
    desk = events[0].facts["desk"]
    yield "registered", desk, _month(events[0].at)
    lead, sent = "", False
    for event in events:
        facts, month = event.facts, _month(event.at)
        if event.kind in ("case.dispatched", "case.redispatched"):
            atoms = ["dispatched", *([] if sent else ["first_dispatched"])]
            yield from ((atom, unit, month) for atom in atoms for unit in (desk, facts["lead"]))
            sent = True
        if event.kind in ("case.redispatched", "case.recalled"):
            yield from (("redispatched", unit, month) for unit in (desk, facts["unit"]))
        if event.kind == "case.return-approved":
            yield from (("returned", unit, month) for unit in (desk, facts["unit"]))
        if event.kind in ("case.dispatched", "case.redispatched"):
            lead = facts["lead"]
        if event.kind == "case.rework-ordered":
            yield from (("reworked", unit, month) for unit in (desk, lead))
        if event.kind == "case.reopened":
            yield from (("reopened", unit, month) for unit in filter(None, (desk, lead)))
    starts = [n for n, event in enumerate(events) if event.kind == "case.reopened"]
    first = next((n for n, event in enumerate(events) if event.kind == "case.dispatched"), None)
    if first is not None and (not starts or first < starts[0]):
        starts.insert(0, first)
    for start, end in zip(starts, [*starts, len(events)][1:], strict=True):
        until = events[end].at if end < len(events) else None
        yield from _cycle(events, start, end, upon, until, satisfied)


def _cycle(
    events: Sequence[Any], start: int, end: int, upon: Sequence[Sequence[Any]], until: Any, satisfied: frozenset[str]
) -> Iterator[tuple[str, str, str]]:
    inside = events[start:end]
    signed = [event for event in inside if event.kind == "case.signed-off"]
    if not signed:
        return
    lead, has = signed[-1].unit, True
    for event in inside[inside.index(signed[-1]) + 1 :]:
        facts = event.facts
        if event.kind == "duties.handed-over" and facts["before"] == lead:
            lead = facts["after"]
        if event.kind in ("case.return-approved", "case.recalled", "case.redispatched") and facts["unit"] == lead:
            has = False
        if event.kind in ("case.dispatched", "case.redispatched"):
            has = facts["lead"] == lead
    if not has:
        return
    units = {lead, *_helpers(events[start].at, until, upon)}
    calls = list(_calls(events, inside))
    closed = _closed(events, start, end)
    for unit in units:
        if closed:
            yield "cycle.closed", unit, _month(closed)
        if calls:
            month = _month(calls[0][0])
            last = [call for call in calls if _month(call[0]) == month][-1]
            yield "call.valid", unit, month
            if last[2] in satisfied:
                yield "call.satisfied", unit, month
            if last[1] == "yes":
                yield "call.solved", unit, month
        bad = [n for n, call in enumerate(calls) if call[2] not in satisfied]
        if bad:
            yield "bad.all", unit, _month(calls[-1][0])
            if len(calls) - 1 > bad[0] and (calls[-1][2] in satisfied or calls[-1][1] == "yes"):
                yield "bad.fixed", unit, _month(calls[-1][0])


def _helpers(since: datetime, until: datetime | None, upon: Sequence[Sequence[Any]]) -> set[str]:
    found: set[str] = set()
    for told in upon:
        events = [event for event in told if event.at >= since and (until is None or event.at < until)]
        ended = any(event.kind in ("joint.voided", "joint.dissolved") for event in events)
        last: dict[str, str] = {}
        did = set()
        for event in events:
            facts = event.facts
            if event.kind in ("joint.begun", "joint.units-added", "joint.renewed", "joint.raised-to-tough"):
                last.update(dict.fromkeys(facts.get("units", ()), "in"))
            if event.kind in ("joint.released", "joint.designated-released", "joint.objection-upheld"):
                last[facts["unit"]] = "out"
            if event.kind in (
                "joint.accepted",
                "joint.checked-in",
                "joint.work-recorded",
                "joint.finished",
                "joint.graded",
            ):
                did.add(facts["unit"])
        out = {unit for unit, way in last.items() if way == "out"}
        found |= (did | ({unit for unit, way in last.items() if way == "in"} if not ended else set())) - out
    return found


def _calls(events: Sequence[Any], inside: Sequence[Any]) -> Iterator[tuple[datetime, str, str]]:
    for event in inside:
        facts = event.facts
        if event.kind == "case.callback-recorded" and facts.get("solved") and facts.get("satisfied"):
            yield event.at, facts["solved"], facts["satisfied"]
        if event.kind == "case.callback-checked" and facts["finding"] == "corrected":
            objections = [e for e in events if e.kind == "case.callback-contested" and e.sequence < event.sequence]
            yield event.at, objections[-1].facts["solved"], objections[-1].facts["satisfied"]


def _closed(events: Sequence[Any], start: int, end: int) -> datetime | None:
    """When it was closed last in the cycle, where it stayed so until the cycle's end."""
    found, stage = None, ""
    for n, event in enumerate(events[:end]):
        now = event.facts.get("stage", stage)
        if n >= start and now == "closed" and stage not in ("closed", "archived"):
            found = event.at
        elif n >= start and now not in ("closed", "archived"):
            found = None
        stage = now
    return found


def _joint(word: str, events: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    points = {"good": 100, "fairly_good": 85, "average": 60, "poor": 0}
    initiator = events[0].facts["initiator"]
    if word == "whistle":
        yield "whistle", initiator, _month(events[0].at)
        wrong = [event for event in events if event.kind == "joint.objection-upheld"]
        yield from (("misdirected", initiator, _month(event.at)) for event in wrong[:1])
    grades = [event for event in events if event.kind == "joint.graded"]
    for n, event in enumerate(grades):
        again = [other for other in grades[n + 1 :] if other.facts["unit"] == event.facts["unit"]]
        renewed = [other.sequence for other in events if other.kind == "joint.renewed"]
        if again and not any(event.sequence < at < again[0].sequence for at in renewed):
            continue
        yield "graded", event.facts["unit"], _month(event.at)
        for _ in range(points[event.facts["grade"]]):
            yield "grade_points", event.facts["unit"], _month(event.at)


def _reminder(events: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    back = ("supervision.contest-upheld", "supervision.reminder-withdrawn", "supervision.unit-fell-away")
    unit = ""
    for event in events:
        if event.kind == "supervision.reminder-issued":
            unit = event.facts["unit"]
            if all(other.kind not in back for other in events):
                yield "reminder.stands", unit, _month(event.at)
        if event.kind == "supervision.reply-accepted" and unit:
            yield "reminder.accepted", unit, _month(event.at)


def _matter(events: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    lead = ""
    atoms = {
        "matter.assigned": "matter.entered",
        "matter.reassigned": "matter.entered",
        "matter.struck-off": "matter.struck",
        "matter.reopened": "matter.reopened",
        "matter.sent-back": "matter.sent_back",
        "matter.feedback-submitted": "matter.feedback",
    }
    for event in events:
        if event.kind in ("matter.assigned", "matter.reassigned"):
            lead = event.facts["lead"]
        if event.kind in atoms and lead:
            yield atoms[event.kind], lead, _month(event.at)

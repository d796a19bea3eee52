"""What waits for its erasure."""

from datetime import datetime

from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.cases.stages import OPEN
from bihuan.cases.types import CaseFacts, DutyKind
from bihuan.privacy.types import ERASED_TITLE
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY

_LEFT = """
EXISTS (SELECT FROM dispatch_answer a WHERE a.case_id = cases_case.number AND a.to_requester NOT IN ('', %s))
OR EXISTS (SELECT FROM feedback_callback b WHERE b.case_id = cases_case.number AND b.verbatim <> '')
OR EXISTS (SELECT FROM cases_participation p WHERE p.case_id = cases_case.id AND p.basis NOT IN ('', %s))
OR EXISTS (SELECT FROM duties_duty d JOIN duties_extension x ON x.duty_id = d.id
  WHERE d.subject = 'case:' || cases_case.number AND x.why NOT IN ('', %s))"""


def standing_on(case: str) -> list[tuple[Kind, str]]:
    """Kind and number of everything that stands on the case, open or ended."""
    return [(kind, number) for kind in REGISTRY.standing_on("case") for number in kind.all_on(case)]


def left_over(limit: int = 200) -> list[str]:
    """Erased cases of which an earlier version left words: in answers, call-backs, parts or longer limits."""
    erased = Case.objects.filter(title=ERASED_TITLE).extra(where=[_LEFT], params=[ERASED_TITLE] * 3)  # noqa: S610
    return list(erased.order_by("id").values_list("number", flat=True)[:limit])


def open_parent(case: CaseFacts) -> str:
    """Number of the case to which this one was joined, while it is open."""
    return case.parent if case.parent and cases.facts(case.parent).stage in OPEN else ""


def untold_of(number: str) -> str:
    """Number of a case joined to this one whose requester was not told yet what came of it."""
    return next((child for child in cases.joined(number) if DutyKind.TELL_RESULT in cases.facts(child).duties), "")


def expired(
    jurisdiction: str, *, under: str, closed_before: datetime, after: int = 0, limit: int = 200
) -> list[tuple[int, str]]:
    """Ended cases under a version of the regulation whose personal data were kept long enough, after an id."""
    rows = Case.objects.filter(jurisdiction=jurisdiction, pack=under, closed_at__lt=closed_before, id__gt=after)
    ripe = rows.exclude(stage__in=OPEN).exclude(title=ERASED_TITLE).order_by("id")
    return list(ripe.values_list("id", "number")[:limit])

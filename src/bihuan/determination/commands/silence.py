"""Units that refuse by doing nothing: the clock asks the desk to check whoever was designated or determined."""

from datetime import datetime

from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.types import Act, CaseFacts
from bihuan.determination import queries, rules
from bihuan.determination.types.forms import NoFields, NoRefusal
from bihuan.determination.types.happenings import RefusalDenied, SilenceNoticed
from bihuan.duties.commands import due_after
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.queries import unit_names
from bihuan.policy.pack import Pack
from bihuan.record import queries as record
from bihuan.record.commands import command
from bihuan.record.types import Done


def _quiet_until(case: CaseFacts, pack: Pack) -> datetime | None:
    """Until when its unit may have done nothing since its last act, on the case or on what stands on it."""
    acted_at = record.last_done(cases.LIFE.subjects(case.number), unit=case.lead or "")
    since = max(filter(None, (acted_at, case.assigned_at, case_queries.at_stage_since(case.number))), default=None)
    return due_after(str(pack.limit("silence").limit), pack, since)[0] if since else None


def _was_checked(case: CaseFacts) -> bool:
    """Whether its unit was checked, or put on file for a refusal, since it has the case."""
    return case_queries.was_checked(case.number) or queries.was_on_file(case)


def _may_notice(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    checked, quiet_until = _was_checked(case), _quiet_until(case, pack)
    return rules.may_notice_silence(case, checked=checked, quiet_until=quiet_until, now=now)


@command(subject="case", act=Act.NOTICE_SILENCE, fields=NoFields, ask=_may_notice)
def notice_silence(*, number: str, fields: NoFields, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Whoever was designated or determined does nothing: the desk checks whether that is a refusal."""
    locked = cases.LIFE.begin(number, Act.NOTICE_SILENCE, actor=actor, now=now, version=version)
    unit = locked.facts.lead or ""
    told = SilenceNoticed(
        unit=unit, unit_name=unit_names([unit]).get(unit, unit), found=rules.told_silence(locked.facts, now=now)
    )
    return cases.LIFE.advance(locked, told)


@command(subject="case", act=Act.NO_REFUSAL, fields=NoRefusal, ask=rules.may_deny_refusal)
def no_refusal(*, number: str, fields: NoRefusal, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The desk says why the silence was none."""
    locked = cases.LIFE.begin(number, Act.NO_REFUSAL, actor=actor, now=now, version=version)
    return cases.LIFE.advance(locked, RefusalDenied(reason=fields.reason))

"""The paper of a bulletin: 办理情况通报."""

from datetime import datetime

from bihuan.bulletins import queries, rules
from bihuan.bulletins.types import KIND, OFFICE
from bihuan.documents.commands import paper
from bihuan.documents.types.sheets import BulletinSheet
from bihuan.kernel.actor import Actor

FORMULA = "按时办结率＝期内按时办结÷期内应当办结（含逾期未办结的）；括号内为件数。"


@paper(subject=KIND, sheet=BulletinSheet, by=OFFICE, ask=rules.is_issued)
def bulletin(number: str, actor: Actor, now: datetime) -> BulletinSheet:
    """The 通报 under its number: four texts, the table of units, who is named."""
    view = queries.view(number, actor, now=now)
    found = view.facts
    assert found.issued_on is not None, "asked by the rule"
    table = (
        f"{one.name}：登记{one.figures.entered}件，销号{one.figures.struck}件，期末在办{one.figures.open}件，"
        f"逾期{one.figures.overdue}件，按时办结率{one.figures.in_time}"
        for one in view.lines
    )
    return BulletinSheet(
        number=found.number,
        title=found.title,
        issuer=found.unit_name,
        recipient="各承办单位",
        on=found.issued_on,
        reference=found.issue_number,
        overview=found.overview,
        experience=found.experience,
        problems=found.problems,
        named="\n".join(f"{one.name}：{one.text}" for one in view.namings if not one.struck),
        demands=found.demands,
        table="\n".join([*table, FORMULA]),
    )

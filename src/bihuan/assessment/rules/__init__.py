"""Rules of assessment: pure functions from what the record tells to facts, and from facts to figures."""

from bihuan.assessment.rules.figures import below, figure, points, score, shown, totals
from bihuan.assessment.rules.periods import month_of, month_to_check, named, offered

__all__ = ["below", "figure", "month_of", "month_to_check", "named", "offered", "points", "score", "shown", "totals"]

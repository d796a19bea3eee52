"""Reading figures: sums for whoever may see a unit's, and the rows behind them."""

from bihuan.assessment.queries.figures import (
    board,
    known_period,
    period_named,
    periods,
    rows,
    score_card,
)

__all__ = ["board", "known_period", "period_named", "periods", "rows", "score_card"]

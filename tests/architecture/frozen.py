"""Names that stand in data, in others' programs and in their links: no change of words or folders may touch them.

.venv/bin/python -m tests.architecture.frozen    adds to frozen.txt what is new
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parent / "frozen.txt"


def names() -> Iterator[str]:
    """Every name, after the sort of it."""
    from django.apps import apps
    from django.urls import get_resolver
    from procrastinate.contrib.django import app as jobs

    from bihuan.api.openapi import describe
    from bihuan.api.routes import ROUTER
    from bihuan.kernel.happening import Happening
    from bihuan.ledgers.queries import columns
    from bihuan.ledgers.types import Which
    from bihuan.subjects.registry import REGISTRY
    from bihuan.walls.policies import VIEWS
    from bihuan.walls.roles import ROLE, WORKER

    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("bihuan."):
            yield f"app {model._meta.app_label}"
            yield from (f"column {model._meta.db_table}.{field.column}" for field in model._meta.concrete_fields)
    yield from (f"view {view}" for view in VIEWS)
    yield from (f"role {role}" for role in (ROLE, WORKER))
    yield from (f"event {kind.kind}" for kind in _below(Happening) if isinstance(getattr(kind, "kind", None), str))
    for one in REGISTRY:
        yield from (f"stage {one.word}.{stage}" for stage in one.stages)
        yield from (f"act {one.word}.{move.act}" for move in one.table.moves)
        yield from (f"duty {one.word}.{kind}" for kind in one.duties)
        yield from (f"counter {series.counter}" for known in REGISTRY.evidence_of(one) for series in known.numbers)
    yield from (f"ledger {which}.{column.key}" for which in Which for column in columns(which))
    yield from (f"job {name}" for name in jobs.tasks)
    yield from (f"page {page}" for page in _pages(get_resolver().url_patterns))
    told: Any = describe(ROUTER.endpoints)
    yield from (f"endpoint {method.upper()} {path}" for path, of in told["paths"].items() for method in of)
    yield from (f"component {name}" for name in told["components"]["schemas"])


def _pages(patterns: Any, before: str = "") -> Iterator[str]:
    for one in patterns:
        here = f"{before}{one.pattern}"
        if hasattr(one, "url_patterns"):
            yield from _pages(one.url_patterns, here)
        else:
            yield f"/{here}"


def _below(kind: Any) -> Iterator[Any]:
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)


def kept() -> list[str]:
    """Those that are frozen."""
    return KEPT.read_text(encoding="utf-8").splitlines() if KEPT.exists() else []


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    os.environ.setdefault("DATABASE_URL", "postgresql://nobody@localhost/nothing")
    django.setup()
    KEPT.write_text("".join(f"{name}\n" for name in sorted({*kept(), *names()})), encoding="utf-8")

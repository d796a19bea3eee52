"""No column that holds units is forgotten when one of them ends."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from bihuan.joint.types import Kind
from bihuan.joint.types import Stage as JointStage
from bihuan.kernel.reform import Reform
from bihuan.matters.types import Stage as MatterStage
from bihuan.organisations.models import Unit
from tests.determination.walks import ReferralWalk, with_determiners
from tests.joint.walks import list_topic
from tests.joint.walks import walk_to as joint_at
from tests.matters.walks import walk_to as matter_at
from tests.towns import Town
from tests.walks import Walk

CODE = 64
"""So many signs take codes of units, and what is named here."""
NO_UNITS = {
    "account", "adopted_by", "approved_by", "approver",
    "answered_by", "appointed_by", "by", "confirmed_by", "contradicts_form", "decided_by", "digest",
    "document_number", "drafted_by", "ended_by", "entered_by", "headings", "issued_by", "issued_by_name", "kind",
    "label", "leader", "made_by", "marked_by", "name", "norm", "opinion_digest", "opinion_number",
    "pack", "person",
    "proposed_by", "received_by", "recipient", "reference", "registered_by", "reported_by", "reviewed_by", "routed_to",
    "settled_by", "sha256", "signed_off_by", "signer", "signer_name", "signer_post", "started_by", "struck_off_by",
    "subject",
    "subject_number", "submitted_by", "superior_body", "supervised_by", "uploaded_by", "verified_by", "what",
}  # fmt: skip
"""Columns as wide as a unit's code that hold accounts, names, numbers and digests."""


NAMES = {"name", "left_out", "beyond_entry", "recipient"}
"""Columns with names of units, which are their codes in these towns."""


def ours() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model.__module__.startswith("bihuan."))


def takes_codes(column: Any) -> bool:
    if isinstance(column, models.ForeignKey):
        return column.related_model is Unit
    inside = column.base_field if isinstance(column, ArrayField) else column
    return isinstance(inside, models.CharField) and inside.max_length == CODE and column.name not in NO_UNITS


def said(model: type[models.Model]) -> Reform:
    return getattr(model, "reform", Reform())


@pytest.mark.parametrize("model", list(ours()), ids=lambda model: model._meta.db_table)
def test_every_column_with_units_says_what_becomes_of_it(model: type[models.Model]) -> None:
    found = {column.name for column in model._meta.concrete_fields if takes_codes(column)}
    if model is Unit:
        found.discard("code")
    assert found == said(model).columns, "say beside the model whether the successor takes the unit's place"
    assert not set(said(model).passes) & said(model).keeps.keys()
    assert all(said(model).keeps.values()), "what stays has its reason"


def holding(model: type[models.Model], unit: str) -> set[str]:
    """The columns of a table in which the unit stands somewhere."""
    found = set()
    with connection.cursor() as cursor:
        for column in model._meta.concrete_fields:
            inside = column.base_field if isinstance(column, ArrayField) else column
            if not isinstance(inside, models.CharField | models.TextField | models.ForeignKey):
                continue
            there = (
                f'%s = ANY("{column.column}"::text[])'
                if isinstance(column, ArrayField)
                else (f'"{column.column}"::text = %s')
            )
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{model._meta.db_table}" WHERE {there})', [unit])
            if cursor.fetchone()[0]:
                found.add(column.name)
    return found


def test_where_units_stand_in_fact_is_declared(wendeng: Town, huainan: Town) -> None:
    """Whatever its width: after cases, linkages, whistles, a refusal and matters no other column names a unit."""
    town = with_determiners(wendeng)
    ReferralWalk(town, Walk(town)).begin()
    for kind in Kind:
        joint_at(kind, JointStage.SIGNED, town)
    list_topic(town, responders=[town.unit])
    for stage in (MatterStage.REVIEW, MatterStage.TRACKING):
        matter_at(stage, huainan)
    for model in ours():
        found = holding(model, town.unit) | holding(model, huainan.unit)
        assert found - {"code"} - NAMES <= said(model).columns, model

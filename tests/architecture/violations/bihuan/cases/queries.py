"""A query that writes: through a name, in a loop, by a relation, by what cannot be seen, by SQL."""

from typing import Any

from django.apps import apps
from django.db import connection

from bihuan.cases.models import Case, CaseText


def through_a_name(number: str) -> None:
    rows = Case.objects.filter(number=number)
    rows.update(title="")


def in_a_loop() -> None:
    for text in CaseText.objects.all():
        text.delete()


def by_a_relation(text: CaseText) -> None:
    text.case.save()


def by_what_cannot_be_seen(row: Any) -> None:
    row.save()


def by_a_name_of_the_model() -> None:
    apps.get_model("matters", "Matter").objects.all().delete()


def by_sql(number: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE joint_undertaking SET task = '' WHERE number = %s", [number])


def harmless(seen: dict[str, int]) -> None:
    seen.update(one=1)
    found: set[str] = set()
    found.update("ab")

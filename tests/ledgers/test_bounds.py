"""How much one account has under way or keeps is bounded, also where it asks from many windows at once."""

from functools import partial

import pytest

from bihuan.kernel.refusal import Refused
from bihuan.ledgers import commands, rules
from bihuan.ledgers.models import Export, SavedView
from bihuan.ledgers.types import Asked, Reason, SaveView, Which
from tests.races.test_same_case import race
from tests.towns import START, Town, found, pack_of


def _ask(town: Town) -> int:
    return commands.ask_export(
        asked=Asked(Which.CASE),
        told="全部",
        fields=Reason(reason="月度分析用"),
        actor=town.actor("desk.dispatcher"),
        rulebook=pack_of(town.code),
        now=START,
    )


def _save(town: Town, name: str) -> None:
    actor = town.actor("desk.dispatcher")
    commands.save_view(which=Which.CASE, query="", fields=SaveView(name=name), actor=actor)


@pytest.mark.django_db(transaction=True)
def test_so_many_exports_at_once_and_not_one_more() -> None:
    town = found("lb", "wendeng-2021-10", prefix="LB")
    for _ in range(rules.MOST_WAITING - 1):
        _ask(town)
    came = race(*[partial(_ask, town)] * 4)
    refused = [one for one in came if isinstance(one, Refused)]
    assert (len(came), len(refused)) == (4, 3), came
    assert "导出尚未完成" in refused[0].refusal.reason
    assert Export.objects.count() == rules.MOST_WAITING


@pytest.mark.django_db(transaction=True)
def test_so_many_views_and_not_one_more_but_new_ones_of_old_names() -> None:
    town = found("lb", "wendeng-2021-10", prefix="LB")
    for number in range(rules.MOST_VIEWS - 1):
        _save(town, f"视图{number}")
    came = race(*[partial(_save, town, f"新视图{number}") for number in range(4)])
    refused = [one for one in came if isinstance(one, Refused)]
    assert len(refused) == 3, came
    assert (refused[0].refusal.field, "请先删除不用的" in refused[0].refusal.reason) == ("name", True)
    assert SavedView.objects.count() == rules.MOST_VIEWS
    _save(town, "视图1")
    commands.save_view(
        which=Which.MATTER, query="", fields=SaveView(name="另一台账"), actor=town.actor("desk.dispatcher")
    )


@pytest.mark.django_db(transaction=True)
def test_a_view_that_two_windows_save_at_once_is_one() -> None:
    town = found("lb", "wendeng-2021-10", prefix="LB")
    actor = town.actor("desk.dispatcher")
    first = SaveView(name="常用", default=True)
    run = partial(commands.save_view, which=Which.CASE, query="", fields=first, actor=actor)
    assert race(run, run) == [None, None]
    assert SavedView.objects.filter(default=True).count() == 1

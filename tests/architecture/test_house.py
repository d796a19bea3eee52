"""The measures of the house may only fall, and names that others rely on stay."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.conf import settings

from tests.architecture import frozen, house
from tests.architecture.sources import SOURCE, contract, modules


@pytest.mark.parametrize("measure", house.MEASURES, ids=lambda measure: measure.__name__)
def test_a_measure_of_the_house_only_falls(measure: Callable[[], int]) -> None:
    assert measure() <= house.kept()[measure.__name__], measure.__doc__


def test_every_measure_is_kept() -> None:
    assert house.kept().keys() == {measure.__name__ for measure in house.MEASURES}


def test_no_name_is_lost_on_which_data_or_others_rely() -> None:
    """A column that a migration really takes away leaves the list in the same change, with what became of its data."""
    assert sorted(set(frozen.kept()) - set(frozen.names())) == []
    assert len(frozen.kept()) > 1000


def test_every_package_is_installed_and_asked_for_the_order_of_its_rooms() -> None:
    """Lists that a new package must be added to."""
    apps = {path.parent.name for path in SOURCE.glob("*/apps.py")}
    assert {name.removeprefix("bihuan.") for name in settings.OWN} == apps
    known = contract("rooms")
    rooms = {room.strip("()") for room in known["layers"]}
    several = Counter(package for package, room in {(m.package, m.room) for m in modules()} if room in rooms)
    stacked = {name.removeprefix("bihuan.") for name in known["containers"]}
    assert {package for package, count in several.items() if count > 1} == stacked


def test_subjects_are_gathered_after_every_package_that_declares_one() -> None:
    own = [name.removeprefix("bihuan.") for name in settings.OWN]
    declaring = {module.package for module in modules() if module.room == "subject"}
    assert max(map(own.index, declaring)) < own.index("subjects")

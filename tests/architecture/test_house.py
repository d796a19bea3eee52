"""The measures of the house may only fall, and names that others rely on stay."""

from collections.abc import Callable

import pytest

from tests.architecture import frozen, house


@pytest.mark.parametrize("measure", house.MEASURES, ids=lambda measure: measure.__name__)
def test_a_measure_of_the_house_only_falls(measure: Callable[[], int]) -> None:
    assert measure() <= house.kept()[measure.__name__], measure.__doc__


def test_every_measure_is_kept() -> None:
    assert house.kept().keys() == {measure.__name__ for measure in house.MEASURES}


def test_no_name_is_lost_on_which_data_or_others_rely() -> None:
    """A column that a migration really takes away leaves the list in the same change, with what became of its data."""
    assert sorted(set(frozen.kept()) - set(frozen.names())) == []
    assert len(frozen.kept()) > 1000

"""Work done ahead by another process: in order, with its errors, and leaving no process behind."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from bihuan.intake.ahead import AHEAD, ahead


def squared(number: int) -> tuple[int, int]:
    """The square, and in which process it was reckoned."""
    if number < 0:
        raise ValueError(f"{number} is negative")
    return number * number, os.getpid()


def test_a_single_thing_is_made_here() -> None:
    assert list(ahead(squared, [])) == []
    assert list(ahead(squared, [3])) == [(3, (9, os.getpid()))]


def test_others_are_made_elsewhere_in_order() -> None:
    made = list(ahead(squared, range(7)))
    assert [(number, square) for number, (square, _) in made] == [(n, n * n) for n in range(7)]
    assert len({process for _, (_, process) in made[1:]} - {os.getpid()}) == 1
    assert not multiprocessing.active_children()


def test_only_so_many_are_taken_ahead() -> None:
    taken: list[int] = []

    def things() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with closing(ahead(squared, things())) as made:
        for number, _ in made:
            assert len(taken) <= number + 1 + AHEAD
            if number == 3:
                break
    assert not multiprocessing.active_children()


def test_an_error_of_the_other_process_is_told() -> None:
    made = ahead(squared, [1, 2, -3, 4])
    assert [square for _, (square, _) in (next(made), next(made))] == [1, 4]
    with pytest.raises(ValueError, match="-3 is negative"):
        next(made)
    assert not multiprocessing.active_children()

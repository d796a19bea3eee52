"""Work done ahead by another process: in order, with its errors, and leaving no process behind."""

import multiprocessing
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bihuan.intake.ahead import ahead


def squares(numbers: range, made: Path | None = None) -> Iterator[tuple[int, int]]:
    """The squares, and in which process they were reckoned."""
    for number in numbers:
        if number < 0:
            raise ValueError(f"{number} is negative")
        if made:
            made.write_text(f"{number}")
        yield number * number, os.getpid()


def dying() -> Iterator[int]:
    """One number, and then nothing more."""
    yield 1
    os._exit(7)


def test_they_are_made_elsewhere_in_order() -> None:
    with ahead(partial(squares, range(7))) as others:
        made = list(others)
    assert [square for square, _ in made] == [n * n for n in range(7)]
    assert len({process for _, process in made} - {os.getpid()}) == 1
    assert not multiprocessing.active_children()


def test_nothing_at_all_is_an_end_too() -> None:
    with ahead(partial(squares, range(0))) as others:
        assert list(others) == []


def test_whoever_leaves_early_leaves_no_process() -> None:
    with ahead(partial(squares, range(10**9))) as others:
        assert next(others)[0] == 0
    assert not multiprocessing.active_children()


def test_an_error_of_the_other_process_is_told() -> None:
    with ahead(partial(squares, range(1, -3, -1))) as others:
        assert [square for square, _ in (next(others), next(others))] == [1, 0]
        with pytest.raises(ValueError, match="-1 is negative"):
            next(others)
    assert not multiprocessing.active_children()


def test_its_death_is_no_end() -> None:
    with ahead(dying) as others:
        assert next(others) == 1
        with pytest.raises(EOFError):
            next(others)

"""`pytest -p tests.costs`: the processor time that tests take, by module: their own and that of processes that ended
meanwhile. It tells what a change saves also where others work beside, which the clock does not. PostgreSQL is apart."""

from collections import Counter
from collections.abc import Generator
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

import pytest

TOLD = "processor time"
_begun = pytest.StashKey[tuple[float, float]]()
_spent: dict[str, Counter[str]] = {}
MODULES = 40
"""So many are told, the dearest first."""


def _used() -> tuple[float, float]:
    own, others = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime, others.ru_utime + others.ru_stime


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """From before the first fixture."""
    item.stash[_begun] = _used()
    yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Until behind the last; the report carries it to whoever tells it."""
    yield
    item.user_properties.append((TOLD, [now - then for now, then in zip(_used(), item.stash[_begun], strict=True)]))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Gather it."""
    for own, others in [value for name, value in report.user_properties if name == TOLD]:
        _spent.setdefault(report.nodeid.partition("::")[0], Counter()).update(own=own, others=others, tests=1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell it."""
    whole = sum(_spent.values(), Counter[str]())
    terminalreporter.section("seconds of processor time: own, of processes, tests, module")
    dearest = sorted(_spent.items(), key=lambda one: -one[1]["own"] - one[1]["others"])[:MODULES]
    for module, cost in [*dearest, ("all", whole)]:
        terminalreporter.write_line(f"{cost['own']:9.1f} {cost['others']:9.1f} {cost['tests']:6.0f}  {module}")

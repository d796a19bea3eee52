import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.startup.running import Running

Start = Callable[..., Running]


@pytest.fixture
def place() -> Iterator[Path]:
    """Where installations lie: its path is short, for the sockets in it."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-up-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def start(place: Path) -> Iterator[Start]:
    """Starts installations, and ends what a failing test leaves of them."""
    started: list[Running] = []

    def launch(name: str = "data", **how: object) -> Running:
        running = Running(place / name, **how)  # type: ignore[arg-type]
        started.append(running)
        return running

    yield launch
    for running in started:
        running.stop(signal.SIGTERM)

"""How many requests each process of the site has in hand, so that none has many while another has few.

The kernel gives a new connection to whichever process takes it first, and one that is kept open stays there: of eight
connections six may wait for one another in one process. So a process that has more in hand than another ends the
connection with its answer, as HTTP allows; whoever asks opens a new one, which any process may take.
"""

import fcntl
import mmap
import os
from pathlib import Path

MOST = 64
"""So many processes are counted; what one more has in hand is told to nobody."""


class Hands:
    """A file of one byte a process: one more than it has in hand, 0 where there is no process."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.posix_fallocate(self._file, 0, MOST)  # or writing to it would end us where the disk is full
        self._counts = mmap.mmap(self._file, MOST)
        self._mine = self._claim()

    def hold(self, many: int) -> None:
        """Tell the others how many requests this process has in hand."""
        if self._mine is not None:
            self._counts[self._mine] = min(many + 1, 255)

    def fuller(self) -> bool:
        """Whether this process has more in hand than another."""
        if self._mine is None:
            return False
        least = min((count for count in self._counts[:] if count), default=0)
        return self._counts[self._mine] > least

    def _claim(self) -> int | None:
        """The first byte that no living process holds: the lock ends with the process, however that ends."""
        for place in range(MOST):
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except OSError:
                continue
            self._counts[place] = 1
            return place
        return None

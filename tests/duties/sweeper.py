"""Begins a worker for every line it is told, without starting anew: `python -m tests.duties.sweeper TOWN`.

Each worker takes the steps that are due at the moment told, some at a time, and ends. It answers a worker's number when
that begins.
"""

import os
import sys
from datetime import datetime

import django

TOGETHER = 50
"""So many steps of a round: a kill falls within one or between two."""


def main(town: str) -> None:
    """Begin workers as long as somebody asks."""
    django.setup()
    from bihuan.duties.jobs import climb
    from bihuan.policy.loader import all_packs
    from bihuan.subjects.registry import REGISTRY

    all_packs()  # read once for all
    for line in sys.stdin:
        now = datetime.fromisoformat(line.strip())
        worker = os.fork()
        if not worker:
            climb(town, now, labels=REGISTRY.duty_labels, most=TOGETHER)
            os._exit(0)
        print(worker, flush=True)
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main(sys.argv[1])

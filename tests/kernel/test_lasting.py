"""What is imported at the start is never looked through for garbage."""

import gc
import subprocess
import sys

import pytest

from bihuan.kernel.lasting import lasting


def test_what_is_made_inside_is_not_looked_through_and_what_follows_is() -> None:
    before = gc.get_freeze_count()
    with lasting():
        assert not gc.isenabled()
        made = [[number] for number in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(made)


def test_garbage_is_looked_for_again_whatever_went_wrong() -> None:
    with pytest.raises(ImportError), lasting():
        raise ImportError
    assert gc.isenabled()


@pytest.mark.parametrize(
    "start", ["from bihuan.cli.main import set_up_django; set_up_django()", "import bihuan.config.wsgi"]
)
def test_every_process_starts_so(start: str) -> None:
    said = f"{start}; import gc; assert gc.isenabled(); print(gc.get_freeze_count())"
    done = subprocess.run([sys.executable, "-c", said], stdout=subprocess.PIPE, check=True, text=True)
    assert int(done.stdout) > 100_000

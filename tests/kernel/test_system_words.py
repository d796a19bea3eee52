"""What the operating system refuses is said in Chinese, wherever it is said."""

import errno
import os

import pytest

from bihuan.kernel.system_words import words_of
from tests.architecture.sources import modules


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "没有权限"),
        (errno.ENOSPC, "磁盘已满"),
        (errno.EADDRINUSE, "已被占用"),
        (errno.EPIPE, f"系统错误 {errno.EPIPE}"),
    ],
)
def test_why_the_system_refuses(number: int, words: str) -> None:
    assert words_of(OSError(number, os.strerror(number))) == words


def test_what_no_number_says_is_said_as_it_is() -> None:
    assert words_of(OSError("备份不完整")) == "备份不完整"
    assert words_of(OSError()) == "原因不明"


def test_nobody_repeats_what_the_system_says_in_english() -> None:
    assert [module.name for module in modules() if ".strerror" in module.path.read_text()] == []

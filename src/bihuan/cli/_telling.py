"""Telling at the console what stands in files that somebody sent."""

import unicodedata

import click

from bihuan.policy.names import put

_LEFT = frozenset("\n\t")


def plain(text: str) -> str:
    """The text with a box for each sign that a terminal would carry out, or turn round, in place of showing it."""
    return "".join("□" if unicodedata.category(sign) in ("Cc", "Cf") and sign not in _LEFT else sign for sign in text)


def tell(text: str, *, err: bool = False) -> None:
    """Print a line of which some was written by whoever sent a file."""
    click.echo(plain(put(text)), err=err)


class Told(click.ClickException):
    """The command ends with words of which some were written by whoever sent a file."""

    def __init__(self, words: str) -> None:
        super().__init__(plain(put(words)))

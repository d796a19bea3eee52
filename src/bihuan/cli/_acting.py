"""In whose name the console does what only an official may."""

from collections.abc import Iterable
from datetime import datetime

import click

from bihuan.organisations import queries as organisations
from bihuan.organisations.types import JurisdictionFacts, Post, Standing


def official(
    place: JurisdictionFacts, units: Iterable[str], post: Post, account: str | None, *, told: str, at: datetime
) -> Standing:
    """The named account, or the only one who holds the post in these units; `told` says whom one looked for."""
    if account is None:
        held = organisations.holders(units, at + place.offset)
        accounts = sorted({holder.account for holder in held if holder.post == post})
        if len(accounts) != 1:
            choices = f"（{'、'.join(accounts)}）" if accounts else ""
            raise click.ClickException(f"{told.format(len(accounts))}，请用 --account 指明{choices}")
        account = accounts[0]
    standing = organisations.by_account(account, at=at)
    if standing is None or standing.jurisdiction.code != place.code:
        raise click.ClickException(f"{place.name}没有账号“{account}”")
    return standing

"""Taking up another version of a regulation at the console, once the tables are known."""

from collections.abc import Mapping
from datetime import UTC, datetime

import click
from pydantic import ValidationError

from bihuan.cli._telling import Told, tell
from bihuan.kernel.actor import Actor
from bihuan.kernel.complaints import complaints
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import Adopt
from bihuan.organisations.types import Standing
from bihuan.vetting.adoption import weigh


def adopt(code: str, said: Mapping[str, object], *, dry_run: bool) -> None:
    """Tell what the version says otherwise, and take it up. ClickException in plain words."""
    try:
        fields = Adopt.model_validate(said)
        place = queries.jurisdiction(code)
        standing = Standing(Actor.installer(code), place, datetime.now(UTC) + place.offset)
        weighed = weigh(fields, standing)
        click.echo(f"由{weighed.before}改为{weighed.after.ref}：")
        for line in weighed.difference:
            tell(f"  {line}")
        click.echo(f"共{len(weighed.difference)}处不同；现有{weighed.keeping}项未办结的职责仍按原来的版本办理。")
        if dry_run:
            click.echo("没有采用。")
            return
        commands.adopt_pack(
            jurisdiction=code, fields=fields, checked=weighed.digest, actor=standing.actor, now=standing.now
        )
    except ValidationError as error:
        raise click.ClickException("；".join(map(str, complaints(error, Adopt)))) from None
    except Refused as refused:
        raise Told("；".join(one.reason for one in refused.all)) from None
    except Unknown:
        raise click.ClickException(f"没有辖区 {code}") from None
    click.echo(f"已采用：{code} 自{fields.from_on}零时起适用 {weighed.after.ref}（依据：{fields.basis}）")

"""Found a town in the running installation's database and tell its people's tokens as JSON: run as a process."""

import json
import os
from datetime import UTC, datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")

import django

django.setup()

from bihuan.organisations import commands as organisations  # noqa: E402
from tests import towns  # noqa: E402

if __name__ == "__main__":
    now = datetime.now(UTC)
    town = towns.found_anew("kt", "wendeng-2021-10", prefix="KT", now=now)
    people = ("desk.registrar", "desk.dispatcher", "desk.reviewer", "desk.caller", "unit.handler", "unit.deputy")
    tokens = {
        short: organisations.issue_token(account=f"kt.{short}", label="test", actor=towns.FOUNDER, now=now, at=now)
        for short in people
    }
    print(json.dumps({"channel": town.channel, "unit": town.unit, "tokens": tokens}))

"""Fill the database in DATABASE_URL with a town, its cases and an attachment by commands: run as a process."""

import os
from datetime import timedelta
from io import BytesIO

from PIL import Image

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402

from bihuan.attachments import commands as attachments  # noqa: E402
from bihuan.cases.types import Act  # noqa: E402
from bihuan.clockwork.commands import seal_all  # noqa: E402
from tests import towns  # noqa: E402
from tests.walks import Walk  # noqa: E402

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def settle() -> None:
    """Cases on their way with an attachment each, the last one waiting for its scanner; every past day is sealed."""
    town = towns.found("kt", "wendeng-2021-10", prefix="KT")
    for count in range(3):
        walk = Walk(town)
        registrar = walk.actor("desk.registrar")
        settings.ATTACHMENT_SCANNER = "127.0.0.1:1" if count == 2 else ""
        drawn = BytesIO()
        Image.new("RGB", (40 + count, 30), "white").save(drawn, "PNG")
        file = attachments.store(
            jurisdiction="kt", name="现场.png", data=drawn.getvalue(), actor=registrar, now=walk.now
        )
        walk.do(Act.REGISTER, attachments=[file.id], phone=f"1380000{count:04d}")
        if count:
            walk.along(Act.ACCEPT, Act.DISPATCH, Act.SIGN_IN)
    seal_all(walk.now + timedelta(days=2))


if __name__ == "__main__":
    settle()

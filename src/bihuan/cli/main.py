"""The `bihuan` command: every module beside this one is a command of it."""

import os
import pkgutil
import sys
from importlib import import_module
from typing import Any

import click

import bihuan.cli
from bihuan.kernel.lasting import lasting
from bihuan.startup.places import identity_key_file, name_packs_folder

PRIVATE = 0o077
"""What the commands make, keys, seals and logs among it, is their owner's alone, whatever the shell's umask."""
AS_OTHERS = frozenset({"up", "with-postgres"})
"""These may run PostgreSQL under another account, which has to enter what they make: each thing gets its own mode."""
WITHOUT_DJANGO = frozenset({"up", "serve", "with-postgres", "docs", "backup", "restore", "doctor", "pack"})
"""These start the processes that need Django, or read what knows no Django, and need none themselves."""


class Commands(click.Group):
    """Finds a command in its module when it is asked for: `with-postgres` is `command` of `with_postgres.py`."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Carry a command out; what it lacks is told in one sentence, and ends it with 1. A defect shows its trace, and
        with BIHUAN_DEBUG=1 everything does."""
        try:
            return super().main(*args, **kwargs)
        except Exception as error:
            from bihuan.cli._lacks import sentence

            told = None if os.environ.get("BIHUAN_DEBUG") == "1" else sentence(error)
            if told is None:
                raise
            click.ClickException(told).show()
            sys.exit(1)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The modules of this package, by their commands' names."""
        modules = (module.name for module in pkgutil.iter_modules(bihuan.cli.__path__))
        return sorted(_spoken(name) for name in modules if name != "main" and not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, with Django set up before its module is imported."""
        written = {_spoken(m.name): m.name for m in pkgutil.iter_modules(bihuan.cli.__path__)}.get(cmd_name)
        if written is None or written == "main":
            return None
        if cmd_name not in AS_OTHERS:
            os.umask(PRIVATE)
        if cmd_name != "with-postgres":  # it lends a database to another program, which looks for packs where it wants
            name_packs_folder()
        if cmd_name == "worker":
            os.environ.setdefault("BIHUAN_PROCESS", "jobs")
        if cmd_name not in WITHOUT_DJANGO:
            set_up_django()
        command = import_module(f"bihuan.cli.{written}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"bihuan.cli.{written}.command is no click.Command")
        return command


def _spoken(module: str) -> str:
    return module.rstrip("_").replace("_", "-")


def set_up_django() -> None:
    """Make the tables known, where nobody did yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    os.environ.setdefault("BIHUAN_KEY_FILE", str(identity_key_file()))
    import django
    from django.apps import apps

    if not apps.ready:
        with lasting():
            django.setup()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bihuan")
def main() -> None:
    """闭环：来件、派单、签收、答复、审核、回访、办结与清单事项销号。"""


if __name__ == "__main__":
    main()

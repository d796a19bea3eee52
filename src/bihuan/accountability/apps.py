"""Holding units to account."""

from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    """Holding units to account."""

    name = "bihuan.accountability"
    verbose_name = "问责线索"

    def ready(self) -> None:
        """Make the acts and papers known to the faces."""
        from bihuan.accountability import commands, jobs, papers  # noqa: F401 registering is what the import is for

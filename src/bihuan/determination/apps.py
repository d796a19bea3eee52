"""Determination of who is responsible."""

from django.apps import AppConfig


class DeterminationConfig(AppConfig):
    """Determination of who is responsible."""

    name = "bihuan.determination"
    verbose_name = "责任主体认定"

    def ready(self) -> None:
        """Make the package's acts and papers known to the faces."""
        from bihuan.determination import commands, papers  # noqa: F401 registering is what the import is for

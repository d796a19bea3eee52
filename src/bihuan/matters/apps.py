"""Listed matters."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """Listed matters."""

    name = "bihuan.matters"
    verbose_name = "清单事项"

    def ready(self) -> None:
        """Make the package's acts and papers known to the faces."""
        from bihuan.matters import commands, jobs, papers  # noqa: F401 registering is what the import is for

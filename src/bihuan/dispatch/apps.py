from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "bihuan.dispatch"
    verbose_name = "派单"

    def ready(self) -> None:
        """Make the package's acts and papers known to the faces."""
        from bihuan.dispatch import commands, papers  # noqa: F401 registering is what the import is for

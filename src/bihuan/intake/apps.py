from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "bihuan.intake"
    verbose_name = "受理"

    def ready(self) -> None:
        """Make the package's acts known to the faces."""
        from bihuan.intake import commands  # noqa: F401 registering is what the import is for

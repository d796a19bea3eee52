"""Figures."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Figures."""

    name = "bihuan.assessment"
    verbose_name = "考核指标"

    def ready(self) -> None:
        """Make the consumer known."""
        from bihuan.assessment import commands  # noqa: F401 registering is what the import is for

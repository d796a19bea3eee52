from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "bihuan.feedback"
    verbose_name = "反馈"

    def ready(self) -> None:
        """Make the package's acts known to the faces."""
        from bihuan.feedback import commands  # noqa: F401 registering is what the import is for

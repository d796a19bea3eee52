"""Instructions of leaders."""

from django.apps import AppConfig


class InstructionsConfig(AppConfig):
    """Instructions of leaders."""

    name = "bihuan.instructions"
    verbose_name = "领导批示"

"""Listed matters."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """Listed matters."""

    name = "bihuan.matters"
    verbose_name = "清单事项"

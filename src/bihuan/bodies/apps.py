"""Bodies."""

from django.apps import AppConfig


class BodiesConfig(AppConfig):
    """Bodies."""

    name = "bihuan.bodies"
    verbose_name = "议事协调机构"

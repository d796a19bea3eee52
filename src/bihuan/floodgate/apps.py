"""How much may come in."""

from django.apps import AppConfig


class FloodgateConfig(AppConfig):
    """防刷：令牌桶。"""

    name = "bihuan.floodgate"
    verbose_name = "防刷"

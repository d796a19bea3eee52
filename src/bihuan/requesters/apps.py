"""Who asks: citizens and organisations, kept encrypted."""

from django.apps import AppConfig


class RequestersConfig(AppConfig):
    """诉求人身份。"""

    name = "bihuan.requesters"
    verbose_name = "诉求人"

from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "bihuan.matters"
    verbose_name = "清单事项"

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "bihuan.duties"
    verbose_name = "职责"

"""Who may come in, and by what: sign-ins, second factors, and the powers of the posts."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """登录与权限。"""

    name = "bihuan.access"
    verbose_name = "登录与权限"

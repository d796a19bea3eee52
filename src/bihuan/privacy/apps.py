"""What becomes of personal data."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """个人信息保护。"""

    name = "bihuan.privacy"
    label = "privacy"
    verbose_name = "个人信息"

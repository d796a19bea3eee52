from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "bihuan.organisations"
    verbose_name = "组织机构"

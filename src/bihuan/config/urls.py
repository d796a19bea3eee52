"""Addresses: health for machines, pages for people. The API for systems has a door of its own (`bihuan.api.door`)."""

from django.urls import URLPattern, URLResolver, include, path

from bihuan.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("p/", include("bihuan.public.urls")),
    path("", include("bihuan.web.urls")),
]
handler400 = "bihuan.config.failures.unreadable"
handler403 = "bihuan.config.failures.forbidden"
handler404 = "bihuan.config.failures.not_found"
handler500 = "bihuan.config.failures.broken"

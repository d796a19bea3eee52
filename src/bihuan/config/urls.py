"""Addresses: health for machines, the API for systems, pages for people."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from bihuan.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
]
if find_spec("bihuan.api.urls"):
    urlpatterns.append(path("api/", include("bihuan.api.urls")))
if find_spec("bihuan.web.urls"):
    urlpatterns.append(path("", include("bihuan.web.urls")))

"""Addresses of the public site. No address tells a case."""

from django.urls import path

from bihuan.public.views import following, site, submitting

urlpatterns = [
    path("", site.sites),
    path("<slug:place>/", site.home),
    path("<slug:place>/data/", site.data),
    path("<slug:place>/places/", site.places),
    path("<slug:place>/submit/", submitting.submit),
    path("<slug:place>/receipt/", submitting.receipt),
    path("<slug:place>/follow/", following.follow),
    path("<slug:place>/case/", following.case),
    path("<slug:place>/case/files/<slug:name>/", following.file),
    path("<slug:place>/case/leave/", following.leave),
    path("<slug:place>/case/<slug:act>/", following.act),
]

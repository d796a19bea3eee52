"""The pages that say what the site is and what becomes of one's data."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bihuan.intake import queries as intake
from bihuan.intake.types import Site
from bihuan.localities import queries as localities
from bihuan.organisations.types import JurisdictionFacts
from bihuan.public.views.entering import plainly


@require_safe
@plainly
def sites(request: HttpRequest) -> HttpResponseBase:
    """Whose sites there are; the only one straight away."""
    found = intake.public_sites()
    if len(found) == 1:
        return redirect(f"/p/{found[0].place.code}/")
    return render(request, "public/sites.html", {"sites": found})


@require_safe
@plainly
def home(request: HttpRequest, place: str) -> HttpResponseBase:
    """Submit or follow."""
    return render(request, "public/home.html", _told(place))


@require_safe
@plainly
def data(request: HttpRequest, place: str) -> HttpResponseBase:
    """What becomes of one's data."""
    return render(request, "public/data.html", _told(place))


@require_safe
@plainly
def places(request: HttpRequest, place: str) -> HttpResponseBase:
    """What the box for a place offers while a citizen types in it."""
    here = intake.public_site(place).place.code
    said = " ".join(request.GET.get("q", "").replace("\x00", "").split())
    found = localities.like(here, said) if said else localities.below("", here)[: localities.OFFERED]
    response = render(request, "public/_places.html", {"offered": found})
    response.headers["Cache-Control"] = "public, max-age=600"
    return response


def _told(place: str) -> dict[str, Site | JurisdictionFacts]:
    site = intake.public_site(place)
    return {"site": site, "place": site.place}

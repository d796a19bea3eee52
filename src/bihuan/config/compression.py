"""Pages travel compressed; files are left as they are, for they are compressed already or read in pieces."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Django's compression, with its random length against guessing, for pages alone."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress a page."""
        page = response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if page else response

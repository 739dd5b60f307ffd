"""HTML plumbing: guarded routes, forms, pages, security headers, CSRF, charts."""

from chalicelib.web.http import Request, Response, Values, redirect
from chalicelib.web.pages import Access, Pages, Public, page, public

__all__ = [
    "Access",
    "Pages",
    "Public",
    "Request",
    "Response",
    "Values",
    "page",
    "public",
    "redirect",
]

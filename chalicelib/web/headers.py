"""The security headers that every answer carries, errors included (R41).

`infra/resources.yaml` gives API Gateway's own answers the same set; a test holds the two together.
"""

from chalicelib.web.http import Response

ALWAYS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # no-referrer makes Chromium send Origin: null on our forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
}
NO_STORE = "no-store"


def policy(nonce: str) -> str:
    """The content security policy of one answer."""
    return (
        "default-src 'none'; "
        f"script-src 'nonce-{nonce}' 'strict-dynamic'; "
        "style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


def finish(response: Response, nonce: str) -> Response:
    """Add what is missing; a header that a view set on purpose stays."""
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy(nonce))
    response.headers.setdefault("Cache-Control", NO_STORE)
    response.headers.setdefault("Content-Type", "text/html; charset=utf-8")
    return response

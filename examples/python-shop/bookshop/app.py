"""All of the shop as one application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from . import office, pages, webhooks
from .language import words_for
from .render import FOLDER, render
from .shop import Shop

Next = Callable[[Request], Awaitable[Response]]


def create_app(shop: Shop) -> FastAPI:
    """The application of a shop."""
    app = FastAPI(title="bookshop", openapi_url=None)
    for routes in (pages.routes, office.routes, webhooks.routes):
        app.include_router(routes(shop))
    app.mount("/static", StaticFiles(directory=FOLDER / "static"))
    app.exception_handler(404)(_not_found)
    app.exception_handler(RequestValidationError)(_not_found)
    payable = _origin(shop.settings.checkout_url or shop.settings.gateway_url)

    @app.middleware("http")
    async def guard(request: Request, go_on: Next) -> Response:
        if _is_from_elsewhere(request):
            return PlainTextResponse("forms of this shop are sent from its own pages only", 403)
        answer = await go_on(request)
        # The order pages have their proof in the address: no other site learns it. A form may go on to where the order is paid.
        answer.headers["Content-Security-Policy"] = (
            f"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {payable}"
        )
        if not request.url.path.startswith("/static/"):
            answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    return app


def _is_from_elsewhere(request: Request) -> bool:
    """Whether another site's page sends a form here, with this visitor's cookies or password."""
    origin = request.headers.get("origin")
    return request.method == "POST" and origin is not None and urlsplit(origin).netloc != request.headers.get("host")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def _not_found(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    return render("nothing.html", words_for(request.headers.get("accept-language", "")), status=status)

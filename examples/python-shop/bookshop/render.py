"""Pages from templates. What goes into them is escaped unless a template says otherwise, and none does."""

from __future__ import annotations

from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from okpay import Money

from .language import Words

FOLDER = Path(__file__).parent

_TEMPLATES = Environment(loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined)


def money(amount: Money) -> str:
    """`€19.99`, with a minus that is one."""
    sign = "−" if amount.minor_units < 0 else ""
    return f"{sign}€{abs(amount.amount):,}"


_TEMPLATES.filters["money"] = money


def render(template: str, words: Words, *, status: int = 200, **values: object) -> HTMLResponse:
    """The page of a template, in the given words."""
    text = _TEMPLATES.get_template(template).render(words=words, **values)
    return HTMLResponse(text, status, {"Content-Language": words.lang, "Vary": "Accept-Language, Cookie"})

"""What the class report and the feedback have in common: safe text, safe HTML, whole files."""

from __future__ import annotations

import html
import os
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from .course import CourseError
from .ingest import BASE64, PICTURES
from .spec import plain

MAX_SOURCE = 200_000
TAGS = """a b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i kbd li ol p pre s span
strong sub sup table tbody td th thead tr ul"""
PLAIN_TAG = re.compile(r'</?(?:b|br|code|div|p|span|table|tbody|td|th|thead|tr)>|<td colspan="\d">')
TURNS_ROUND = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def safe(text: Any, limit: int) -> str:
    """A learner's text as a person may see it: `plain`, and nothing that turns its direction."""
    return TURNS_ROUND.sub("", plain(str(text)[:limit], limit))


def shown(text: Any, limit: int = 200) -> str:
    """A learner's text on one line, of `limit` characters at most."""
    whole = str(text)
    words = " ".join(safe(whole, 4 * limit).split())
    return words if len(words) <= limit and len(whole) <= 4 * limit else words[: limit - 1] + "…"


def number(value: float) -> str:
    """Two decimals at most: 7, 7.5, 7.25."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@cache
def environment() -> Any:
    """Jinja with our templates; everything is escaped that is not Markup."""
    import jinja2

    found = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__), autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    found.filters |= {"number": number, "shown": shown}
    return found


def write_whole(path: Path, text: str | bytes) -> None:
    """Write a file so that a reader finds the old one or the new one, never half of it.

    Raises:
        CourseError: when it cannot be written.
    """
    part = path.with_name(f".{path.name[:60]}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(text if isinstance(text, bytes) else text.encode(errors="replace"))
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from None


@lru_cache(4096)
def highlight(source: str) -> Markup:
    """Python code as HTML with classes."""
    from pygments import highlight as colour  # type: ignore[import-untyped]

    text = colour(safe(source, MAX_SOURCE), *_python())
    return Markup(f'<pre class="code">{text}</pre>') if source.strip() else Markup()


@cache
def _python() -> tuple[Any, Any]:
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
    from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

    return PythonLexer(), HtmlFormatter(nowrap=True)


def markdown(source: str, ours: bool, attachments: Any = None) -> Markup:
    """Markdown as HTML that loads and runs nothing.

    Args:
        ours: whether HTML in it is kept, as far as it is harmless; else it is shown as it stands.
        attachments: of the cell, as nbformat has them: pictures are shown.
    """
    if attachments:
        return _markdown(source, ours, attachments)
    return _plain_markdown(source, ours)


@lru_cache(4096)
def _plain_markdown(source: str, ours: bool) -> Markup:
    return _markdown(source, ours, None)


def _markdown(source: str, ours: bool, attachments: Any) -> Markup:
    renderer = _Renderer(escape=not ours, exclude_anchor_links=True, attachments=attachments)
    renderer._allow_harmful_protocols = False
    text = str(MarkdownWithMath(renderer=renderer).render(safe(source, MAX_SOURCE)))
    return Markup(clean(text) if ours else text)


class OwnPictures(IPythonRenderer):  # type: ignore[misc]
    """nbconvert's renderer, with the pictures pasted into the cell and none from elsewhere."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        words = html.escape(str(text) or "a picture")
        if re.match("https?://", url):
            return f'<a href="{html.escape(url)}" rel="noreferrer">{words}</a>'
        kinds = (self.attachments or {}).get(unquote(url.removeprefix("attachment:")), {})
        for kind, data in kinds.items():
            if kind in PICTURES and re.fullmatch(BASE64, str(data)):
                return f'<img class="figure" alt="{words}" src="data:{kind};base64,{data}">'
        return f"<i>{words}</i>"


class _Renderer(OwnPictures):
    """With formulas as they were written."""

    def inline_math(self, body: str) -> str:
        return f"<code>{html.escape(body)}</code>"

    def block_math(self, body: str) -> str:
        return f"<pre>{html.escape(body.strip())}</pre>"

    def block_mermaidjs(self, code: str) -> str:
        return f"<pre>{html.escape(code)}</pre>"


@lru_cache(4096)
def clean(text: str) -> str:
    """HTML with the tags that text is made of, and no scripts, styles, frames, forms, pictures."""
    text = re.sub(r' style="[^"<>]*"', "", text)
    if "<" not in PLAIN_TAG.sub("", text):
        return text  # a check's table: nothing to clean, and bleach takes 5 ms to say so
    import bleach  # type: ignore[import-untyped]

    text = re.sub(r'<img\b[^>]*?(?:\balt="([^"]*)")?[^>]*>', r"\1", text)
    return str(
        bleach.clean(
            text,
            tags=TAGS.split(),
            attributes={"*": ["class", "colspan"], "a": ["href"]},
            protocols=["http", "https", "mailto"],
            strip=True,
        )
    )

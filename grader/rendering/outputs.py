"""A cell's outputs for a page: text without terminal codes, images drawn anew, everything else left out or as text."""

from __future__ import annotations

import base64
import binascii
import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

from grader.rendering.markup import visible

TEXT_LIMIT = 6_000
IMAGE_BYTES = 4 << 20
IMAGE_PIXELS = 16_000_000
IMAGE_WIDTH = 900
MOST_IMAGES = 12
PAGE_IMAGE_BYTES = 240_000

_TERMINAL = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours, cursor, clearing
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles, links, clipboard
    r"|\x1b[PX^_].*?(?:\x1b\\|$)"  # device strings
    r"|\x1b[ -/]*[0-~]"
    r"|[\x90\x9b\x9d\x9e\x9f]",
    re.DOTALL,
)


@dataclass(frozen=True)
class Shown:
    """One output as a page shows it: ``text`` (unescaped still), or an image as a data URI with its description."""

    kind: str
    text: str = ""
    image: str = ""
    alternative: str = ""


@dataclass
class ImageBudget:
    """How much room images may still take on one page."""

    images: int = MOST_IMAGES
    bytes: int = PAGE_IMAGE_BYTES


def plain_text(text: str) -> str:
    """Text without terminal codes; a line that was overwritten by a carriage return shows its last state."""
    text = _TERMINAL.sub("", text)
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


def show_outputs(outputs: Sequence[Mapping[str, Any]], budget: ImageBudget) -> list[Shown]:
    """What a page shows of a cell's outputs (nbformat dictionaries)."""
    shown = []
    for output in outputs:
        match output.get("output_type"):
            case "stream":
                kind = "stderr" if output.get("name") == "stderr" else "stdout"
                shown.append(Shown(kind, _text(output.get("text"))))
            case "error":
                # the traceback names files of ours; the student's own lines are shown with the check
                shown.append(Shown("error", _text(f"{output.get('ename')}: {output.get('evalue')}")))
            case "execute_result" | "display_data":
                data = output.get("data")
                if isinstance(data, Mapping):
                    shown += _rich(data, budget)
    return [one for one in shown if one.text.strip() or one.image]


def _rich(data: Mapping[str, Any], budget: ImageBudget) -> list[Shown]:
    text = _text(data.get("text/plain"))
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            image = redraw(data[kind], budget)
            if image:
                return [Shown("image", image=image, alternative=text[:200] or "a figure of the notebook")]
            return [Shown("note", f"{text}\n(an image that could not be shown)".strip())]
    if not text and data:
        text = _text(f"(an output of type {', '.join(sorted(map(str, data)))[:200]}, which is not shown)")
    return [Shown("result", text)]


def redraw(encoded: object, budget: ImageBudget) -> str:
    """An image decoded under limits and encoded anew as a data URI; empty when it is none or there is no room left."""
    if not isinstance(encoded, str) or budget.images <= 0 or len(encoded) > 2 * IMAGE_BYTES:
        return ""
    try:
        raw = base64.b64decode("".join(encoded.split()), validate=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(raw), formats=("PNG", "JPEG")) as image:
                if image.width * image.height > IMAGE_PIXELS:
                    return ""
                image.load()
                drawn = image.convert("RGBA")
        page = Image.new("RGB", drawn.size, "white")
        page.paste(drawn, mask=drawn.getchannel("A"))
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, MemoryError):
        return ""
    if page.width > IMAGE_WIDTH:
        page = page.resize((IMAGE_WIDTH, max(1, page.height * IMAGE_WIDTH // page.width)))
    out = io.BytesIO()
    # an octree and no search for the best filter: a sixth of the time for a file a tenth larger
    page.quantize(96, Image.Quantize.FASTOCTREE).save(out, "PNG", compress_level=6)
    data = out.getvalue()
    if len(data) > budget.bytes:
        return ""
    budget.images -= 1
    budget.bytes -= len(data)
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def _text(value: object) -> str:
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return visible(plain_text(value), TEXT_LIMIT) if isinstance(value, str) else ""

"""Speaks to the API of a platform: one address, one token, no redirects, every refusal an expected fault."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import EnvironmentFault

FORGES = ("github", "gitlab", "gitea", "forgejo")
TIMEOUT = 20.0
MOST_BYTES = 8 << 20


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token along to wherever it points."""

    def redirect_request(self, *_arguments: Any, **_keywords: Any) -> None:
        return None


@dataclass(frozen=True)
class ForgeApi:
    """A platform's API; ``base`` is its address.

    ``token`` is held here and nowhere else. With ``token_file`` it is read before every request instead, so that
    something else can renew it: the tokens of a GitHub App live for an hour.
    """

    forge: str
    base: str
    token: str = field(default="", repr=False)
    token_file: Path | None = None

    def send(self, method: str, address: str, body: Mapping[str, Any] | None = None) -> Any:
        """Make one request; what came back, as plain data (None where nothing did).

        Raises:
            EnvironmentFault: when the platform refuses, cannot be reached, or answers with something else than JSON.
        """
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's own
            f"{self.base}{address}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "User-Agent": "grader", **self._headers()},
            method=method,
        )
        try:
            with urllib.request.build_opener(_NoRedirects).open(request, timeout=TIMEOUT) as answer:
                content = answer.read(MOST_BYTES)
            return json.loads(content) if content.strip() else None
        except urllib.error.HTTPError as error:
            error.close()
            wait = error.headers.get("Retry-After", "") if error.headers else ""
            later = f"; it asks to wait {wait[:20]} seconds" if wait else ""
            raise EnvironmentFault(
                f"{self.forge} refused {method} {address}: {error.code} {error.reason}{later}"
            ) from error
        except OSError as error:
            raise EnvironmentFault(f"{self.forge} cannot be reached: {error}") from error
        except ValueError as error:
            raise EnvironmentFault(f"{self.forge} answered {method} {address} with something else than JSON") from error

    def _headers(self) -> dict[str, str]:
        token = self.token
        if self.token_file is not None:
            try:
                token = self.token_file.read_text(encoding="ascii").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise EnvironmentFault(f"{self.token_file}: the token cannot be read: {error}") from error
        match self.forge:
            case "github":
                accept = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
                return {"Authorization": f"Bearer {token}", **accept}
            case "gitlab":
                return {"PRIVATE-TOKEN": token, "Accept": "application/json"}
            case _:
                return {"Authorization": f"token {token}", "Accept": "application/json"}

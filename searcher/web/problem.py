"""What goes wrong with a request, as RFC 9457 has it: a status, a sentence, and the parameter at fault."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any


class Problem(Exception):  # noqa: N818 - a problem is what the standard calls it
    """A request that cannot be answered.

    Attributes:
        status: The HTTP status.
        detail: One sentence that says what to do.
        parameter: The parameter at fault; None where none is.
        headers: Headers that the answer has beside.
    """

    def __init__(
        self, status: int, detail: str, parameter: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.parameter = parameter
        self.headers = headers or {}

    @property
    def title(self) -> str:
        """What the status means."""
        return HTTPStatus(self.status).phrase

    def to_record(self) -> dict[str, Any]:
        """Make the JSON record."""
        record: dict[str, Any] = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        return record | ({"parameter": self.parameter} if self.parameter else {})

    def to_json(self) -> bytes:
        """Make the body of an answer."""
        return json.dumps(self.to_record(), ensure_ascii=False).encode("utf-8", "replace")


def not_given_well(parameter: str, detail: str) -> Problem:
    """Make the problem of a parameter that cannot be understood."""
    return Problem(HTTPStatus.BAD_REQUEST, detail, parameter)

"""The headers that every answer has, and the answer that describes a problem.

The headers keep pages of other sites from reading, embedding or steering an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import Response

if TYPE_CHECKING:
    from searcher.web.problem import Problem

PROBLEM: Final = "application/problem+json"
_POLICY: Final = (
    "default-src 'none'; style-src {}; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def content_policy(styles: str = "'self'") -> str:
    """Write a ``Content-Security-Policy``.

    Args:
        styles: The sources from which a page takes its style.
    """
    return _POLICY.format(styles)


ALWAYS: Final = {
    "Content-Security-Policy": content_policy(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def problem_response(problem: Problem) -> Response:
    """Make the answer that describes a problem to a program."""
    headers = {**ALWAYS, "Cache-Control": "no-store", **problem.headers}
    return Response(problem.to_json(), problem.status, headers, PROBLEM)

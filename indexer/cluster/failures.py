"""What goes wrong between a client and a cluster, each in one line that says what to do."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from indexer.cluster.address import AUTHORITY, CREDENTIALS, PASSWORD, USER
from indexer.errors import ClusterError, ForbiddenError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

    from indexer.cluster.address import ClusterAddress

_BLOCKED_BY: Final = "blocked by:"  # in the reason why an index, or the cluster, is closed to writers
_LONGEST: Final = 300  # characters of a reason that are told
# What OpenSSL says of an answer that is not TLS; some versions of it the first, some the others.
_NOT_TLS: Final = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG")
_RIGHT: Final = re.compile(r"no permissions for \[([^\]]*)\]")


def unanswered(root: str, error: HTTPError) -> ClusterError:
    """Say in words why a host did not answer."""
    match error:
        case SSLError():
            return ClusterError(_tls(root, str(error)))
        case ProtocolError() if root.startswith("http://"):
            return ClusterError(f"{root} closed the connection; if it speaks TLS, write https://")
        case NameResolutionError():
            return ClusterError(f"there is no host of the name in {root}; is it written right?")
        case NewConnectionError():
            return ClusterError(f"nothing answers at {root}; is the cluster running, and the port right?")
        case ReadTimeoutError() | ConnectTimeoutError():
            return ClusterError(f"{root} did not answer in time; try again later")
    return ClusterError(f"{root} cannot be reached: {type(error).__name__}; try again later")


def _tls(root: str, reason: str) -> str:
    """Say what is wrong with a certificate, or with what is spoken."""
    if any(sign in reason for sign in _NOT_TLS):
        return f"{root} does not speak TLS; write the address with http://"
    if "CERTIFICATE_VERIFY_FAILED" not in reason:
        return f"{root} and this computer agree on no TLS: {' '.join(reason.split())[:_LONGEST]}"
    if "expired" in reason:
        return f"the certificate of {root} has expired; whoever runs the cluster has to renew it"
    if "not yet valid" in reason:
        return f"the certificate of {root} is not valid yet; is the clock of this computer right?"
    if "match" in reason:
        return f"the certificate of {root} is for another host; write the name that it was made for"
    return (
        f"the certificate of {root} is signed by nobody whom this computer trusts; "
        f"name the file of its authority with {AUTHORITY}"
    )


def no_cluster(root: str) -> ClusterError:
    """Say that something else answers."""
    return ClusterError(f"what answers at {root} is no OpenSearch cluster; are host and port right?")


def refused(
    address: ClusterAddress, root: str, answer: BaseHTTPResponse, *, path: str, known: bool
) -> ClusterError:
    """Say in words why a cluster refused a request.

    Args:
        address: The address of the index.
        root: The host that answered.
        answer: Its answer.
        path: What was asked for.
        known: Whether a user was named.
    """
    status, data = answer.status, answer.data
    try:
        kind, reason = cause(json.loads(data)["error"])
    except (ValueError, KeyError, TypeError):
        if status not in _TOLD_APART:
            return _strange(root, status, data)
        kind, reason = "error", "it gives no reason"
    if status == 401 and not known:
        kind = _ANONYMOUS
    return told(address, status, kind, reason, path)


def _strange(root: str, status: int, data: bytes) -> ClusterError:
    """Say what an answer is that no cluster gives."""
    if b"HTTPS port" in data:  # so some proxies say it
        return ClusterError(f"{root} speaks TLS; write the address with https://")
    if 300 <= status < 400:
        return ClusterError(f"{root} leads elsewhere ({status}), which is not followed; write that address")
    return no_cluster(root)


def is_blocked(reason: str) -> bool:
    """Tell whether an index takes nothing since it is closed to writers, not since there is much to do."""
    return _BLOCKED_BY in reason


def told(  # noqa: PLR0911 - a case an error
    address: ClusterAddress, status: int, kind: str, reason: str, path: str
) -> ClusterError:
    """Say in words what an error of a cluster means.

    Args:
        address: The address of the index.
        status: The status of the answer.
        kind: The type of the error.
        reason: Its reason.
        path: What was asked for.
    """
    if "maxClauseCount" in reason or "too_many" in kind:
        return ClusterError(
            f"the query has more parts than {address} takes; ask for fewer words, or raise "
            "indices.query.bool.max_clause_count of its nodes",
            kind,
        )
    match status:
        case 401 if kind == _ANONYMOUS:
            return ClusterError(f"{address} asks who you are; set {USER} and {PASSWORD}, or {CREDENTIALS}")
        case 401:
            return ClusterError(
                f"{address} does not know this user or password; see {USER} and {PASSWORD}, or {CREDENTIALS}"
            )
        case 403 | 429 if is_blocked(reason):
            return ClusterError(_blocked(address, reason), kind)
        case 403:
            lacking = _RIGHT.search(reason)
            right = f"the right {lacking[1]}" if lacking else f"a right ({reason})"
            return ForbiddenError(
                f"the user at {address} lacks {right}; docs/cluster.md lists what each command needs", kind
            )
        case 404 if kind == "index_not_found_exception":
            return ClusterError(
                f"there is no index “{address.name}” at {address.roots[0]}; build one with: "
                f"dragoman build SOURCE --index {address}",
                kind,
            )
        case 429:
            return ClusterError(f"{address} has too much to do ({kind}); try again later", kind)
        case 502 | 503 | 504:
            return ClusterError(
                f"a part of {address} cannot be reached ({kind}); no answer would be whole", kind
            )
    return ClusterError(
        f"{address} answered {status} to {path.split('?', maxsplit=1)[0]}: {kind}: {reason}", kind
    )


def _blocked(address: ClusterAddress, reason: str) -> str:
    """Say why an index takes nothing: mostly since a disk is full."""
    if any(sign in reason for sign in ("disk usage", "read-only-allow-delete", "create-index blocked")):
        return (
            f"{address} takes nothing more: a disk of its nodes is full; make room there, wait two minutes, "
            "and start again (what was there before still answers)"
        )
    return f"{address} is closed to writers: {reason}"


def cause(error: Any) -> tuple[str, str]:
    """Read the type and the reason of an error, on one line."""
    if not isinstance(error, dict):
        return "error", str(error)[:_LONGEST]
    causes = error.get("root_cause") or [error]
    first = causes[0] if isinstance(causes[0], dict) else error
    # What a script or a query runs into stands deeper.
    deeper = error.get("caused_by") or {}
    reasons = dict.fromkeys([str(first.get("reason", "")), str(deeper.get("reason", ""))])
    kind = str(first.get("type") or error.get("type") or "error")
    return kind, " ".join(": ".join(filter(None, reasons)).split())[:_LONGEST]


_ANONYMOUS: Final = "anonymous"
_TOLD_APART: Final = frozenset({401, 403, 429, 502, 503, 504})  # proxies give them as pages

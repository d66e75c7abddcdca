"""Send requests to any host of a cluster, with retries and clear errors.

Requests are JSON over HTTP. urllib3 keeps connections and verifies certificates. OpenSearch's official client
has the same features, but takes 131 ms to import instead of 51 ms, and depends on gRPC.
"""

from __future__ import annotations

import json
import re
import ssl
from time import sleep
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.address import AUTHORITY, CREDENTIALS, PASSWORD, USER, credentials
from indexer.errors import ClusterError, ForbiddenError, message, reason

try:
    from urllib3 import PoolManager, Timeout
    from urllib3.exceptions import (
        ConnectTimeoutError,
        HTTPError,
        NameResolutionError,
        NewConnectionError,
        ProtocolError,
        ReadTimeoutError,
        SSLError,
    )
except ModuleNotFoundError:
    from indexer.errors import install_message

    raise ClusterError(install_message(message("extras.cluster"), "opensearch")) from None

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from urllib3 import BaseHTTPResponse

    from indexer.cluster.address import ClusterAddress


_BLOCKED_BY: Final = "blocked by:"  # in the reason why an index, or the cluster, is read-only
_MAX_LENGTH: Final = 300  # characters of a reason in a message
# OpenSSL's errors for a response without TLS, by OpenSSL version.
_NOT_TLS: Final = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG")
_RIGHT: Final = re.compile(r"no permissions for \[([^\]]*)\]")


def no_response_error(root: str, error: HTTPError) -> ClusterError:
    """Return the error for a host that did not respond."""
    match error:
        case SSLError():
            return ClusterError(_tls(root, str(error)))
        case ProtocolError() if root.startswith("http://"):
            return ClusterError(message("cluster.closed_connection", root=root))
        case NameResolutionError():
            return ClusterError(message("cluster.unknown_host", root=root))
        case NewConnectionError():
            return ClusterError(message("cluster.no_answer", root=root))
        case ReadTimeoutError() | ConnectTimeoutError():
            return ClusterError(message("cluster.timeout", root=root))
    return ClusterError(message("cluster.unreachable", root=root, name=type(error).__name__))


def _tls(root: str, reason: str) -> str:
    """Return a message that explains why a TLS connection failed."""
    if any(sign in reason for sign in _NOT_TLS):
        return message("cluster.no_tls", root=root)
    if "CERTIFICATE_VERIFY_FAILED" not in reason:
        return message("cluster.tls_disagrees", root=root, reason=" ".join(reason.split())[:_MAX_LENGTH])
    if "expired" in reason:
        return message("cluster.expired", root=root)
    if "not yet valid" in reason:
        return message("cluster.not_yet_valid", root=root)
    if "match" in reason:
        return message("cluster.other_certificate", root=root)
    return message("cluster.untrusted", root=root, variable=AUTHORITY)


def not_a_cluster_error(root: str) -> ClusterError:
    """Return the error for a server that is not a cluster."""
    return ClusterError(message("cluster.not_opensearch", root=root))


def refusal_error(
    address: ClusterAddress, root: str, answer: BaseHTTPResponse, *, path: str, has_user: bool
) -> ClusterError:
    """Return the error for a request that the cluster refused.

    Args:
        address: The address of the index.
        root: The URL of the host that refused the request.
        answer: The response of the host.
        path: The path of the request.
        has_user: Whether the request had credentials.
    """
    status, data = answer.status, answer.data
    try:
        kind, reason = error_cause(json.loads(data)["error"])
    except (ValueError, KeyError, TypeError):
        if status not in _PROXY_STATUSES:
            return _invalid_response_error(root, status, data)
        kind, reason = "error", message("cluster.no_reason")
    if status == 401 and not has_user:
        kind = _ANONYMOUS
    return response_error(address, status, kind, reason, path)


def _invalid_response_error(root: str, status: int, data: bytes) -> ClusterError:
    """Return the error for a response that is not from a cluster."""
    if b"HTTPS port" in data:  # the text of some proxies
        return ClusterError(message("cluster.speaks_tls", root=root))
    if 300 <= status < 400:
        return ClusterError(message("cluster.redirects", root=root, status=status))
    return not_a_cluster_error(root)


def is_blocked(reason: str) -> bool:
    """Return whether a request was rejected because an index is read-only.

    ``reason`` is the reason in the response.
    """
    return _BLOCKED_BY in reason


def response_error(  # noqa: PLR0911 - one return per error
    address: ClusterAddress, status: int, kind: str, reason: str, path: str
) -> ClusterError:
    """Return the error for an error response of a cluster."""
    if "maxClauseCount" in reason or "too_many" in kind:
        return ClusterError(message("cluster.too_many_clauses", address=address), kind)
    match status:
        case 401:
            key = "cluster.no_user" if kind == _ANONYMOUS else "cluster.unknown_user"
            names = {"user": USER, "password": PASSWORD, "credentials": CREDENTIALS}
            return ClusterError(message(key, address=address, **names))
        case 403 | 429 if is_blocked(reason):
            return ClusterError(_describe_block(address, reason), kind)
        case 403:
            lacking = _RIGHT.search(reason)
            right = (
                message("cluster.right", right=lacking[1])
                if lacking
                else message("cluster.some_right", reason=reason)
            )
            return ForbiddenError(message("cluster.missing_right", address=address, right=right), kind)
        case 404 if kind == "index_not_found_exception":
            return ClusterError(
                message("cluster.no_index", name=address.name, roots=address.roots[0], address=address), kind
            )
        case 429:
            return ClusterError(message("cluster.overloaded", address=address, kind=kind), kind)
        case 502 | 503 | 504:
            return ClusterError(message("cluster.part_unreachable", address=address, kind=kind), kind)
    answered = {"status": status, "kind": kind, "reason": reason, "value": path.split("?", maxsplit=1)[0]}
    return ClusterError(message("cluster.answered", address=address, **answered), kind)


def _describe_block(address: ClusterAddress, reason: str) -> str:
    """Return an error message for a read-only index, given the reason that the server states."""
    if any(sign in reason for sign in ("disk usage", "read-only-allow-delete", "create-index blocked")):
        return message("cluster.full_disk", address=address)
    return message("cluster.closed", address=address, reason=reason)


def error_cause(error: Any) -> tuple[str, str]:
    """Return the type and the reason of an error as single lines."""
    if not isinstance(error, dict):
        return "error", str(error)[:_MAX_LENGTH]
    causes = error.get("root_cause") or [error]
    first = causes[0] if isinstance(causes[0], dict) else error
    # Errors in a script or a query are nested.
    deeper = error.get("caused_by") or {}
    reasons = dict.fromkeys([str(first.get("reason", "")), str(deeper.get("reason", ""))])
    kind = str(first.get("type") or error.get("type") or "error")
    return kind, " ".join(": ".join(filter(None, reasons)).split())[:_MAX_LENGTH]


def _is_reconnecting(answer: dict[str, Any]) -> bool:
    """Return whether a search failed because restarted nodes are not yet connected."""
    return "error" in answer and "not connected" in error_cause(answer["error"])[1]


_ANONYMOUS: Final = "anonymous"
_PROXY_STATUSES: Final = frozenset({401, 403, 429, 502, 503, 504})  # statuses that proxies send with pages


CONNECTING: Final = 5.0  # seconds
READING: Final = 30.0  # timeout of a request in seconds
TRIES: Final = 4  # attempts at a request that may be repeated
PAUSE: Final = 0.2  # seconds before the second attempt, doubled before each further one
BUSY: Final = frozenset({429, 502, 503, 504})  # statuses that are worth another attempt
_WHOLE: Final = {"allow_partial_search_results": "false"}
_LUCENE_OF_3: Final = 10  # the version of Lucene in OpenSearch 3
_CONNECTIONS: Final = 16  # per host


class Cluster:
    """A client of a cluster.

    Threads may share it.

    Raises:
        ClusterError: The credentials cannot be read.
    """

    def __init__(self, address: ClusterAddress) -> None:
        who = credentials()
        self.address = address
        self._has_user = who.user is not None
        self._first = 0  # the host that responded last
        headers = {"content-type": "application/json", "accept-encoding": "gzip"}
        if self._has_user:
            headers["authorization"] = who.authorization()
        self._pool = PoolManager(
            maxsize=_CONNECTIONS,
            headers=headers,
            timeout=Timeout(connect=CONNECTING, read=READING),
            retries=False,
            ssl_context=_tls_context(who.authority) if address.scheme == "https" else None,
        )

    def get(self, path: str, **params: str) -> Any:
        """Send a GET request, with the arguments of :meth:`request`."""
        return self.request("GET", path, params=params)

    def post(self, path: str, body: Any = None, **params: str) -> Any:
        """Send a POST request that may be sent twice, such as a search; see :meth:`request`."""
        return self.request("POST", path, body, params=params)

    def request(  # noqa: PLR0913 - the parameters of a request
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, str] | None = None,
        allowed: Iterable[int] = (),
        seconds: float | None = None,
    ) -> Any:
        """Send a request, again to another host if one does not respond or is busy.

        Args:
            method: The HTTP method.
            path: The path, with its leading slash.
            body: The body; an object that is not bytes is encoded as JSON. ``None`` to send no body.
            params: Query parameters.
            allowed: Status codes above 299 that are not errors.
            seconds: The timeout in seconds; None for the default. A host that exceeds it is not tried again.

        Returns:
            The decoded response.

        Raises:
            ClusterError: No host responds, or the response is an error.
        """
        data = body if isinstance(body, bytes) or body is None else encode(body)
        query = "&".join([f"{name}={value}" for name, value in (params or {}).items()])
        target = f"{path}?{query}" if query else path
        roots = self.address.roots
        first_cause: ClusterError | None = None
        hopeless = 0  # hosts that took too long, or are not trusted
        for attempt in range(max(TRIES, len(roots))):
            if attempt >= len(roots):
                sleep(PAUSE * 2 ** (attempt - len(roots)))
            host = (self._first + attempt) % len(roots)
            try:
                answer = self._pool.request(
                    method,
                    roots[host] + target,
                    body=data,
                    timeout=Timeout(connect=CONNECTING, read=seconds or READING),
                    redirect=False,  # the password is only for this host
                )
            except HTTPError as error:
                first_cause = first_cause or no_response_error(roots[host], error)
                hopeless += isinstance(error, (ReadTimeoutError, SSLError))
                if hopeless >= len(roots):
                    break
                continue
            if answer.status < 300 or answer.status in allowed:
                self._first = host
                return _decode_answer(answer, roots[host])
            reason = refusal_error(self.address, roots[host], answer, path=path, has_user=self._has_user)
            if answer.status not in BUSY:
                raise reason
            first_cause = first_cause or reason
        assert first_cause is not None
        raise first_cause

    def search(self, index: str, body: dict[str, Any], **params: str) -> dict[str, Any]:
        """Search an index, all shards of which must respond."""
        return _require_all_shards(self.post(f"/{index}/_search", body, **_WHOLE, **params), self.address)

    def search_in(self, pit: str, alive: str, body: dict[str, Any]) -> dict[str, Any]:
        """Search an index as of a point in time.

        ``pit`` is the id of the point in time, which stays open for the time ``alive``.
        """
        whole = body | {"pit": {"id": pit, "keep_alive": alive}}
        return _require_all_shards(self.post("/_search", whole, **_WHOLE), self.address)

    def multi_search(self, lines: bytes) -> list[dict[str, Any]]:
        """Run several searches in one request.

        Args:
            lines: For each search, a line with the index and a line with the body.

        Raises:
            ClusterError: The cluster does not respond, or a search or some shards fail.
        """
        answers: list[dict[str, Any]] = []
        for attempt in range(TRIES):
            answers = self.post("/_msearch", lines)["responses"]
            if not any(map(_is_reconnecting, answers)):
                break
            sleep(PAUSE * 2**attempt)
        for answer in answers:
            if "error" in answer:
                raise response_error(
                    self.address, answer["status"], *error_cause(answer["error"]), "/_msearch"
                )
        return [_require_all_shards(answer, self.address) for answer in answers]

    def version(self) -> str:
        """Return the version of OpenSearch.

        Raises:
            ClusterError: The server is not a cluster, or the user lacks permission.
        """
        answer = self.get("/")
        try:
            version, tagline = answer["version"], answer["tagline"]
            number, lucene = version["number"], int(version["lucene_version"].partition(".")[0])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise not_a_cluster_error(self.address.roots[0]) from None
        if "OpenSearch" not in str(tagline):
            raise not_a_cluster_error(self.address.roots[0])
        if "distribution" not in version:  # it is configured to report the version of an older product
            number = "3.0" if lucene >= _LUCENE_OF_3 else "2.0"
        return str(number)

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()


def _tls_context(authority: str | None) -> ssl.SSLContext:
    """Return a TLS context that trusts a certificate authority.

    If it is None, the authorities of the system are trusted.
    """
    try:
        return ssl.create_default_context(cafile=authority)
    except OSError as error:
        why = message("cluster.no_certificate") if isinstance(error, ssl.SSLError) else reason(error)
        raise ClusterError(
            message("cluster.unreadable_authority", path=authority, variable=AUTHORITY, reason=why)
        ) from None


def _require_all_shards(answer: dict[str, Any], address: ClusterAddress) -> dict[str, Any]:
    """Return a response, to which all shards must have contributed.

    A response that lacks a shard would look complete, so it raises ClusterError.
    """
    shards = answer["_shards"]
    if answer.get("timed_out") or shards["successful"] < shards["total"]:
        raise ClusterError(message("cluster.part_without_answer", address=address), "partial")
    return answer


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode(body: Any) -> bytes:
    """Encode the body of a request as JSON."""
    return _encode(body).encode("utf-8", "replace")


def _decode_answer(answer: BaseHTTPResponse, root: str) -> Any:
    try:
        decoded = json.loads(answer.data or b"null")
    except ValueError:
        raise not_a_cluster_error(root) from None
    if not isinstance(decoded, dict):
        raise not_a_cluster_error(root)
    return decoded

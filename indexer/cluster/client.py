"""A client of a cluster: JSON over HTTP to any of its hosts, with bounded retries and errors in words.

urllib3 does the HTTP: connections are kept, certificates verified. The official client of OpenSearch would do
as much of what is used here; it takes 131 ms to import, where urllib3 takes 51, and brings gRPC.
"""

from __future__ import annotations

import json
import re
import ssl
from time import sleep
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.address import AUTHORITY, CREDENTIALS, PASSWORD, USER, credentials
from indexer.errors import ClusterError, ForbiddenError

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
    from indexer.missing_extras import needs

    raise ClusterError(needs("an index on a cluster", "opensearch")) from None

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from urllib3 import BaseHTTPResponse

    from indexer.cluster.address import ClusterAddress


_BLOCKED_BY: Final = "blocked by:"  # in the reason why an index, or the cluster, is closed to writers
_MAX_LENGTH: Final = 300  # characters of a reason that are told
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
        return f"{root} and this computer agree on no TLS: {' '.join(reason.split())[:_MAX_LENGTH]}"
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
        if status not in _PROXY_STATUSES:
            return _strange(root, status, data)
        kind, reason = "error", "it gives no reason"
    if status == 401 and not known:
        kind = _ANONYMOUS
    return reported(address, status, kind, reason, path)


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


def reported(  # noqa: PLR0911 - a case an error
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
        return "error", str(error)[:_MAX_LENGTH]
    causes = error.get("root_cause") or [error]
    first = causes[0] if isinstance(causes[0], dict) else error
    # What a script or a query runs into stands deeper.
    deeper = error.get("caused_by") or {}
    reasons = dict.fromkeys([str(first.get("reason", "")), str(deeper.get("reason", ""))])
    kind = str(first.get("type") or error.get("type") or "error")
    return kind, " ".join(": ".join(filter(None, reasons)).split())[:_MAX_LENGTH]


_ANONYMOUS: Final = "anonymous"
_PROXY_STATUSES: Final = frozenset({401, 403, 429, 502, 503, 504})  # proxies give them as pages


CONNECTING: Final = 5.0  # seconds
READING: Final = 30.0  # seconds in which a request must be answered
TRIES: Final = 4  # of a request that may be sent again
PAUSE: Final = 0.2  # seconds before the second try, twice as long before each further one
BUSY: Final = frozenset({429, 502, 503, 504})  # answers that may be others a moment later
_WHOLE: Final = {"allow_partial_search_results": "false"}
_LUCENE_OF_3: Final = 10  # the version of Lucene in OpenSearch 3
_CONNECTIONS: Final = 16  # that are kept for each host


class Cluster:
    """A client of one cluster; threads may share it.

    Args:
        address: Where it is.

    Raises:
        ClusterError: The credentials cannot be read.
    """

    def __init__(self, address: ClusterAddress) -> None:
        who = credentials()
        self.address = address
        self._is_known = who.user is not None
        self._first = 0  # the host that answered last
        headers = {"content-type": "application/json", "accept-encoding": "gzip"}
        if self._is_known:
            headers["authorization"] = who.authorization()
        self._pool = PoolManager(
            maxsize=_CONNECTIONS,
            headers=headers,
            timeout=Timeout(connect=CONNECTING, read=READING),
            retries=False,
            ssl_context=_trusted(who.authority) if address.scheme == "https" else None,
        )

    def get(self, path: str, **params: str) -> Any:
        """Ask for a resource; see :meth:`request`."""
        return self.request("GET", path, params=params)

    def post(self, path: str, body: Any = None, **params: str) -> Any:
        """Send a body that may be sent twice, such as a search; see :meth:`request`."""
        return self.request("POST", path, body, params=params)

    def request(  # noqa: PLR0913 - what HTTP has
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, str] | None = None,
        allowed: Iterable[int] = (),
        seconds: float | None = None,
    ) -> Any:
        """Send a request, to another host and again where the cluster is busy or a host does not answer.

        Args:
            method: The method.
            path: The path, with its slash.
            body: What is sent as JSON; bytes as they are; None for nothing.
            params: Parameters of the address.
            allowed: Statuses beyond 299 that are no error.
            seconds: How long an answer may take; None for as long as most may. Who does not answer in that
                time is not asked again.

        Returns:
            The answer, decoded.

        Raises:
            ClusterError: No host answers, or the answer is an error.
        """
        data = body if isinstance(body, bytes) or body is None else encode(body)
        query = "&".join([f"{name}={value}" for name, value in (params or {}).items()])
        target = f"{path}?{query}" if query else path
        roots = self.address.roots
        first_cause: ClusterError | None = None
        hopeless = 0  # hosts that took too long, or whom we do not trust
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
                    redirect=False,  # the password is for this host alone
                )
            except HTTPError as error:
                first_cause = first_cause or unanswered(roots[host], error)
                hopeless += isinstance(error, (ReadTimeoutError, SSLError))
                if hopeless >= len(roots):
                    break
                continue
            if answer.status < 300 or answer.status in allowed:
                self._first = host
                return _decoded(answer, roots[host])
            reason = refused(self.address, roots[host], answer, path=path, known=self._is_known)
            if answer.status not in BUSY:
                raise reason
            first_cause = first_cause or reason
        assert first_cause is not None
        raise first_cause

    def search(self, index: str, body: dict[str, Any], **params: str) -> dict[str, Any]:
        """Search an index.

        Raises:
            ClusterError: The cluster does not answer, or not of all its parts.
        """
        return _whole(self.post(f"/{index}/_search", body, **_WHOLE, **params), self.address)

    def search_in(self, pit: str, alive: str, body: dict[str, Any]) -> dict[str, Any]:
        """Search one state of an index, which a point in time keeps.

        Raises:
            ClusterError: The cluster does not answer, or not of all its parts.
        """
        whole = body | {"pit": {"id": pit, "keep_alive": alive}}
        return _whole(self.post("/_search", whole, **_WHOLE), self.address)

    def multi_search(self, lines: bytes) -> list[dict[str, Any]]:
        """Run several searches in one request.

        Args:
            lines: For each search a line that names the index, and a line with the body.

        Raises:
            ClusterError: The cluster does not answer all of them, or not of all its parts.
        """
        answers = self.post("/_msearch", lines)["responses"]
        for answer in answers:
            if "error" in answer:
                raise reported(self.address, answer["status"], *cause(answer["error"]), "/_msearch")
        return [_whole(answer, self.address) for answer in answers]

    def version(self) -> str:
        """Ask which version of OpenSearch this is.

        Raises:
            ClusterError: It is something else, or the user may not ask.
        """
        answer = self.get("/")
        try:
            version, tagline = answer["version"], answer["tagline"]
            number, lucene = version["number"], int(version["lucene_version"].partition(".")[0])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise no_cluster(self.address.roots[0]) from None
        if "OpenSearch" not in str(tagline):
            raise no_cluster(self.address.roots[0])
        if "distribution" not in version:  # it is told to name the version of an older product
            number = "3.0" if lucene >= _LUCENE_OF_3 else "2.0"
        return str(number)

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()


def _trusted(authority: str | None) -> ssl.SSLContext:
    """Trust an authority, or those that the system trusts."""
    try:
        return ssl.create_default_context(cafile=authority)
    except OSError as error:
        reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        raise ClusterError(f"cannot read “{authority}” ({AUTHORITY}): {reason}") from None


def _whole(answer: dict[str, Any], address: ClusterAddress) -> dict[str, Any]:
    """Make sure that an answer is of all parts of an index: a part of an answer looks like a whole one."""
    shards = answer["_shards"]
    if answer.get("timed_out") or shards["successful"] < shards["total"]:
        raise ClusterError(f"a part of {address} did not answer; no answer would be whole", "partial")
    return answer


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode(body: Any) -> bytes:
    """Encode a body as JSON."""
    return _encode(body).encode("utf-8", "replace")


def _decoded(answer: BaseHTTPResponse, root: str) -> Any:
    try:
        decoded = json.loads(answer.data or b"null")
    except ValueError:
        raise no_cluster(root) from None
    if not isinstance(decoded, dict):
        raise no_cluster(root)
    return decoded

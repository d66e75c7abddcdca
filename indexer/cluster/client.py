"""A client of a cluster: JSON over HTTP to any of its hosts, with bounded retries and errors in words.

urllib3 does the HTTP: connections are kept, certificates verified. The official client of OpenSearch would do
as much of what is used here; it takes 131 ms to import, where urllib3 takes 51, and brings gRPC.
"""

from __future__ import annotations

import json
from time import sleep
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.address import AUTHORITY, PASSWORD, USER, credentials
from indexer.errors import ClusterError

try:
    from urllib3 import PoolManager, Timeout, make_headers
    from urllib3.exceptions import (
        HTTPError,
        NewConnectionError,
        ProtocolError,
        ReadTimeoutError,
        SSLError,
    )
except ModuleNotFoundError:
    raise ClusterError(
        "an index on a cluster needs another library; install it with: pip install 'dragoman[opensearch]'"
    ) from None

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from urllib3 import BaseHTTPResponse

    from indexer.cluster.address import ClusterAddress

CONNECTING: Final = 5.0  # seconds
READING: Final = 30.0  # seconds in which a request must be answered
TRIES: Final = 4  # of a request that may be sent again
PAUSE: Final = 0.2  # seconds before the second try, twice as long before each further one
BUSY: Final = frozenset({429, 502, 503, 504})  # answers that may be others a moment later
_WHOLE: Final = {"allow_partial_search_results": "false"}
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
        self._first = 0  # the host that answered last
        headers = {"content-type": "application/json", "accept-encoding": "gzip"}
        if who.user is not None:
            headers |= make_headers(basic_auth=f"{who.user}:{who.password}")
        try:
            self._pool = PoolManager(
                maxsize=_CONNECTIONS,
                headers=headers,
                timeout=Timeout(connect=CONNECTING, read=READING),
                retries=False,
                ca_certs=who.authority,
            )
        except (OSError, ValueError) as error:
            raise ClusterError(f"cannot read the certificate of {AUTHORITY}: {error}") from None

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
        silent = 0  # hosts that took too long
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
                )
            except HTTPError as error:
                first_cause = first_cause or self._unanswered(roots[host], error)
                silent += isinstance(error, ReadTimeoutError)
                if isinstance(error, SSLError) or silent >= len(roots):
                    break
                continue
            self._first = host
            if answer.status in BUSY and answer.status not in allowed:
                first_cause = first_cause or self._refused(answer, path)
                continue
            if answer.status >= 300 and answer.status not in allowed:
                raise self._refused(answer, path)
            return _decoded(answer, roots[host])
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
                raise self._error(answer["status"], *_cause(answer["error"]), "/_msearch")
        return [_whole(answer, self.address) for answer in answers]

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()

    def _unanswered(self, root: str, error: HTTPError) -> ClusterError:
        """Say in words why a host did not answer."""
        match error:
            case SSLError() if "CERTIFICATE_VERIFY_FAILED" in str(error):
                return ClusterError(
                    f"the certificate of {root} is signed by nobody whom this computer trusts, or "
                    f"for another host; name the file of its authority with {AUTHORITY}"
                )
            case SSLError():
                return ClusterError(f"{root} does not speak TLS; write the address with http://")
            case ReadTimeoutError():
                return ClusterError(f"{root} did not answer in time; try again later")
            case ProtocolError() if root.startswith("http://"):
                return ClusterError(f"{root} closed the connection; if it speaks TLS, write https://")
            case NewConnectionError():
                return ClusterError(f"nothing answers at {root}; is the cluster running, and the port right?")
        return ClusterError(f"{root} cannot be reached: {type(error).__name__}; try again later")

    def _refused(self, answer: BaseHTTPResponse, path: str) -> ClusterError:
        """Say in words why the cluster refused a request."""
        try:
            kind, reason = _cause(json.loads(answer.data)["error"])
        except (ValueError, KeyError, TypeError):
            kind, reason = "error", "it gives no reason"
        return self._error(answer.status, kind, reason, path)

    def _error(  # noqa: PLR0911 - a case an error
        self, status: int, kind: str, reason: str, path: str
    ) -> ClusterError:
        place = self.address
        if "maxClauseCount" in reason or "too_many" in kind:
            return ClusterError(
                f"the query has more parts than {place} takes; ask for fewer words, or raise "
                "indices.query.bool.max_clause_count of its nodes",
                kind,
            )
        match status:
            case 401:
                return ClusterError(f"{place} does not know this user or password; see {USER} and {PASSWORD}")
            case 403:
                return ClusterError(f"the user of {place} may not do this: {reason}", kind)
            case 404 if kind == "index_not_found_exception":
                return ClusterError(
                    f"there is no index “{place.name}” at {place.roots[0]}; build one with: "
                    f"dragoman build SOURCE --index {place}",
                    kind,
                )
            case 429:
                return ClusterError(f"{place} has too much to do ({kind}); try again later", kind)
            case 503:
                return ClusterError(
                    f"a part of {place} cannot be reached ({kind}); no answer would be whole", kind
                )
        return ClusterError(
            f"{place} answered {status} to {path.split('?', maxsplit=1)[0]}: {kind}: {reason}", kind
        )


def _whole(answer: dict[str, Any], address: ClusterAddress) -> dict[str, Any]:
    """Make sure that an answer is of all parts of an index: a part of an answer looks like a whole one."""
    shards = answer["_shards"]
    if answer.get("timed_out") or shards["successful"] < shards["total"]:
        raise ClusterError(f"a part of {address} did not answer; no answer would be whole", "partial")
    return answer


def encode(body: Any) -> bytes:
    """Encode a body as JSON."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _decoded(answer: BaseHTTPResponse, root: str) -> Any:
    if not answer.data:
        return None
    try:
        return json.loads(answer.data)
    except ValueError:
        raise ClusterError(f"what answers at {root} is no OpenSearch cluster") from None


def _cause(error: Any) -> tuple[str, str]:
    """Read the type and the reason of an error, on one line."""
    if not isinstance(error, dict):
        return "error", str(error)
    causes = error.get("root_cause") or [error]
    cause = causes[0] if isinstance(causes[0], dict) else error
    # What a script or a query runs into stands deeper.
    deeper = error.get("caused_by") or {}
    reasons = dict.fromkeys([str(cause.get("reason", "")), str(deeper.get("reason", ""))])
    kind = str(cause.get("type") or error.get("type") or "error")
    return kind, " ".join(": ".join(filter(None, reasons)).split())[:300]

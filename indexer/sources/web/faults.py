"""What goes wrong between here and a server, in words for people, each with what to do."""

from __future__ import annotations

import ssl
from http.client import IncompleteRead
from typing import Final

from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.exceptions import IncompleteRead as PartOfBody

TOO_SLOW: Final = "took longer than {:g} seconds; try again later, or save it as a file and give that"
_STATUS: Final = {
    401: "asks for a password; put it before the host (https://name:password@...), or save it as a file",
    403: "may not be read; save it as a file with a browser, and give that",
    404: "is not there; check the address",
    407: "lies behind a proxy that asks for a password; put it into the proxy's address",
    410: "is not there any more; check the address",
    429: "is asked for too often; try again later",
}
_UNTRUSTED: Final = (
    "has a certificate that is not trusted ({}); check the address, or let SSL_CERT_FILE name the "
    "certificate of its authority"
)
_NO_TLS: Final = "does not speak TLS as it should ({}); check its scheme and its port"
_ENDED: Final = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
_FAULTS: Final[tuple[tuple[tuple[type[Exception], ...], str], ...]] = (
    ((ConnectTimeoutError,), "is not reached in time; try again later"),
    ((ReadTimeoutError, TimeoutError), "says nothing for too long; try again later"),
    ((DecodeError,), "is damaged: what it sends cannot be unpacked; try again later"),
    ((PartOfBody, IncompleteRead), "ends before it is whole; try again"),
)


def status_in_words(status: int) -> str:
    """Tell why a server sends no page, and what to do."""
    if words := _STATUS.get(status):
        return f"{words} (HTTP {status})"
    if status >= 500:
        return f"cannot be served now (HTTP {status}); try again later"
    return f"is answered with HTTP {status}, which is no page; check the address"


def fault_in_words(error: Exception) -> str:
    """Tell why a page cannot be fetched, and what to do.

    Args:
        error: What connecting to its server, asking it or reading its answer ended in.
    """
    causes = _causes(error)
    said = [cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror]
    why = said[-1] if said else "no reason is given"
    if isinstance(error, NewConnectionError):
        return f"is not reached ({why}); check its host and its port"
    told = next((words for cause in causes if (words := _known_fault(cause))), None)
    if told is not None:
        return told
    if isinstance(error, OSError):
        return f"breaks off ({why}); try again"
    if isinstance(error, ProtocolError):
        return "breaks off, or does not speak HTTP as it should; try again"
    return "does not answer as HTTP servers do; check its scheme and its port"


def _known_fault(error: BaseException) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _UNTRUSTED.format(error.verify_message)
    if isinstance(error, ssl.SSLError) and not isinstance(error, _ENDED):
        return _NO_TLS.format(error.reason or "no common protocol")
    return next((words for types, words in _FAULTS if isinstance(error, types)), None)


def _causes(error: BaseException | None) -> list[BaseException]:
    """List an error, and those that it was raised for."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found

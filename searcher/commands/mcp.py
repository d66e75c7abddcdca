"""Define the command ``mcp``: a server of the Model Context Protocol.

Messages are JSON-RPC 2.0, one per line. Specification:
https://modelcontextprotocol.io/specification/2025-06-18
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from indexer.errors import DragomanError, message_of
from searcher import __version__
from searcher.commands import options
from searcher.commands.output import FOUND, echo_error
from searcher.present.catalogue import say
from searcher.safe_text import escape_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import BinaryIO

    from searcher.searcher import Searcher

VERSIONS: Final = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")  # of the protocol, newest first
MAX_LINE: Final = 1 << 20  # maximum bytes of a message
PARSE_ERROR, INVALID_REQUEST, NO_METHOD, INVALID_PARAMS, INTERNAL = -32700, -32600, -32601, -32602, -32603


class _RequestError(Exception):
    """An error to return to the client, with its JSON-RPC code and message."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@click.command()
@options.index
def mcp(index: str) -> int:
    """Serve an index to AI assistants on standard input and output."""
    from searcher import Searcher

    with Searcher(index, notes=False) as searcher:
        echo_error(say("assistant.ready", index=index))
        if sys.stdin:  # None if it is closed
            serve(Server(searcher), sys.stdin.buffer, sys.stdout.buffer)
    return FOUND


def serve(server: Server, read: BinaryIO, write: BinaryIO) -> None:
    """Answer messages, one per line, until the stream ends."""
    while line := read.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = read.readline(MAX_LINE)
            answer: dict[str, Any] | None = _error(
                None, PARSE_ERROR, f"the message exceeds the limit of {MAX_LINE:,} bytes"
            )
        else:
            answer = server.answer(line) if line.strip() else None
        if answer is not None:
            text = escape_json(json.dumps(answer, ensure_ascii=False))
            write.write(text.encode("utf-8", "replace") + b"\n")
            write.flush()


def _error(number: Any, code: int, text: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": text}}


class Server:
    """Answers the messages of an MCP client."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._methods: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "initialize": self._initialize,
            "ping": lambda _: {},
            "tools/list": self._list,
            "tools/call": self._call,
        }

    def answer(self, line: bytes) -> dict[str, Any] | None:
        """Return the response to a message, or None for a notification."""
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            return _error(None, PARSE_ERROR, "the message must be JSON")
        if not isinstance(request, dict) or request.get("jsonrpc") != "2.0":
            return _error(None, INVALID_REQUEST, "the message must be a JSON-RPC 2.0 request")
        if "id" not in request or "method" not in request:  # a notification, or a response
            return None
        number = request["id"] if type(request["id"]) in {str, int} else None
        try:
            return {"jsonrpc": "2.0", "id": number, "result": self._result(request)}
        except _RequestError as error:
            return _error(number, error.code, str(error))
        except Exception as error:  # noqa: BLE001 - report it in one line, and continue
            echo_error(f"{type(error).__name__}: {error}")
            return _error(number, INTERNAL, "internal error")

    def _result(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the result of a request, or raise an error if the request is invalid."""
        method, params = request["method"], request.get("params", {})
        if type(request["id"]) not in {str, int} or not isinstance(method, str):
            raise _RequestError(INVALID_REQUEST, "method must be a string, and id a string or an integer")
        if method not in self._methods:
            raise _RequestError(NO_METHOD, f"method must be one of {', '.join(self._methods)}, not {method}")
        if not isinstance(params, dict):
            raise _RequestError(INVALID_PARAMS, "params must be an object")
        return self._methods[method](params)

    @staticmethod
    def _initialize(params: Mapping[str, Any]) -> dict[str, Any]:
        from searcher.commands.assistant_tools import INSTRUCTIONS

        wanted = params.get("protocolVersion")
        return {
            "protocolVersion": wanted if wanted in VERSIONS else VERSIONS[0],
            "capabilities": {"tools": {"listChanged": False}},
            "serverInfo": {"name": "dragoman", "version": __version__},
            "instructions": INSTRUCTIONS,
        }

    @staticmethod
    def _list(_: Mapping[str, Any]) -> dict[str, Any]:
        from searcher.commands.assistant_tools import TOOLS

        tools = []
        for name, tool in TOOLS.items():
            schema: dict[str, Any] = {
                "type": "object",
                "properties": tool.properties,
                "additionalProperties": False,
            }
            if tool.required:
                schema["required"] = tool.required
            hints = {"readOnlyHint": True, "idempotentHint": True, "openWorldHint": False}
            tools.append(
                {"name": name, "description": tool.about, "inputSchema": schema, "annotations": hints}
            )
        return {"tools": tools}

    def _call(self, params: Mapping[str, Any]) -> dict[str, Any]:
        from searcher.commands.assistant_tools import TOOLS, call

        name, given = params.get("name"), params.get("arguments", {})
        if not isinstance(name, str) or name not in TOOLS:
            raise _RequestError(INVALID_PARAMS, f"name must be one of {', '.join(TOOLS)}, not {name}")
        if not isinstance(given, dict):
            raise _RequestError(INVALID_PARAMS, "arguments must be an object")
        try:
            found = call(self._searcher, name, given)
        except (DragomanError, TypeError) as error:
            return {"content": [{"type": "text", "text": str(message_of(error))}], "isError": True}
        text = json.dumps(found, ensure_ascii=False, default=str)
        return {
            "content": [{"type": "text", "text": text}],
            "structuredContent": json.loads(text),
            "isError": False,
        }

"""A Messages API on loopback that plays a coding agent's model: one shell command a turn, then a word; it keeps what came back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Model:
    """What the model says, in order, and what it was told of each command."""

    def __init__(self, commands: Sequence[str]) -> None:
        self.commands = list(commands)
        self.results: dict[str, str] = {}

    def turn(self, request: dict[str, Any]) -> dict[str, Any]:
        """Give the next block: a command while there are any, and only to requests that offer tools."""
        for message in request.get("messages", []):
            content = message.get("content")
            for block in content if isinstance(content, list) else []:
                if block.get("type") == "tool_result":
                    self.results[block["tool_use_id"]] = json.dumps(block.get("content"))
        at = len(self.results)
        if not request.get("tools") or at >= len(self.commands):
            return {"type": "text", "text": "done"}
        told = {"command": self.commands[at], "description": "run"}
        return {"type": "tool_use", "id": f"toolu_{at}", "name": "Bash", "input": told}

    def told(self, at: int) -> str:
        """Give what the agent's program answered to one command."""
        return self.results.get(f"toolu_{at}", "")


def _events(block: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Write one answer as server-sent events."""
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "stop_reason": None,
    }
    yield "message_start", {"message": {**message, "usage": {"input_tokens": 1, "output_tokens": 1}}}
    if block["type"] == "text":
        yield "content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}
        yield "content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": block["text"]}}
    else:
        yield "content_block_start", {"index": 0, "content_block": {**block, "input": {}}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        yield "content_block_delta", {"index": 0, "delta": delta}
    yield "content_block_stop", {"index": 0}
    why = "end_turn" if block["type"] == "text" else "tool_use"
    yield "message_delta", {"delta": {"stop_reason": why, "stop_sequence": None}, "usage": {"output_tokens": 1}}
    yield "message_stop", {}


@contextmanager
def serving(model: Model) -> Iterator[str]:
    """Serve a model on loopback for the time of a block; give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))) or b"{}")
            if self.path.partition("?")[0].endswith("/v1/messages"):
                self._say(model.turn(request), stream=bool(request.get("stream")))
            else:
                self._send(b'{"input_tokens": 10}', "application/json")

        def do_GET(self) -> None:
            self._send(b"{}", "application/json")

        do_HEAD = do_GET  # noqa: N815 - likewise

        def _say(self, block: dict[str, Any], *, stream: bool) -> None:
            if not stream:
                usage = {"input_tokens": 1, "output_tokens": 1}
                whole = {
                    "id": "m",
                    "type": "message",
                    "role": "assistant",
                    "model": "m",
                    "content": [block],
                    "usage": usage,
                }
                self._send(json.dumps({**whole, "stop_reason": "end_turn"}).encode(), "application/json")
                return
            lines = (f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n" for kind, data in _events(block))
            self._send("".join(lines).encode(), "text/event-stream")

        def _send(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""A stand-in for a ClickHouse server: chDB behind ClickHouse's HTTP interface, so that several processes share a store.

`python tests/doubles/clickhouse_server.py --port 8123 --path DIR`; SIGTERM ends it. It keeps what it was given in DIR
and goes on from there when it is started again.
"""

import asyncio
import email.parser
import email.policy
import gzip
import json
import re
import tempfile
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, LifoQueue
from urllib.parse import parse_qsl

import chdb
import click
import lz4.frame
import uvicorn

THREADS = 8
NOT_SETTINGS = {
    "buffer_size",
    "client_protocol_version",
    "compress",
    "database",
    "decompress",
    "default_format",
    "enable_http_compression",
    "http_headers_progress_interval_ms",
    "password",
    "query",
    "query_id",
    "quota_key",
    "readonly",  # of one question; here it would stay with the handle that answers
    "role",
    "send_progress_in_http_headers",
    "session_check",
    "session_id",
    "session_timeout",
    "user",
    "wait_end_of_query",
}
INSERT = re.compile(rb"\s*(INSERT\s+INTO\s.+?)\sFORMAT\s+(\w+)\s*?\n", re.IGNORECASE | re.DOTALL)
CODE = re.compile(r"Code: (\d+)")
WRAP = {"gzip": gzip.compress, "deflate": zlib.compress, "lz4": lz4.frame.compress}
UNWRAP = {"": bytes, "gzip": gzip.decompress, "deflate": zlib.decompress, "lz4": lz4.frame.decompress}


@dataclass(frozen=True)
class Question:
    """A request as it came."""

    given: Mapping[str, str]
    statement: bytes
    block: bytes | None = None
    block_format: str = ""


@dataclass
class Handle:
    """One connection to the engine; it answers one question at a time and remembers what was set on it."""

    connection: "chdb.Connection"
    settings: dict[str, str] = field(default_factory=dict)

    def answer(self, question: Question) -> bytes:
        self._set({name: value for name, value in question.given.items() if _is_setting(name)})
        if database := question.given.get("database"):
            self.connection.query(f"USE `{database}`")
        if question.block is not None:
            return self._insert(question)
        values = {name[6:]: value for name, value in question.given.items() if name.startswith("param_")}
        wanted = question.given.get("default_format", "TabSeparated")
        return bytes(self.connection.query(question.statement, wanted, params=values).bytes())

    def _insert(self, question: Question) -> bytes:
        with tempfile.NamedTemporaryFile(suffix=".block") as file:
            file.write(question.block)
            file.flush()
            self.connection.query(
                b"%s FROM INFILE '%s' FORMAT %s"
                % (question.statement, file.name.encode(), question.block_format.encode())
            )
        return b""

    def _set(self, wanted: dict[str, str]) -> None:
        for name in self.settings.keys() - wanted.keys():
            self.connection.query(f"SET {name} = DEFAULT")
            del self.settings[name]
        for name, value in wanted.items():
            if self.settings.get(name) != value:
                self.settings[name] = value
                quoted = value.replace("\\", "\\\\").replace("'", "\\'")
                self.connection.query(f"SET {name} = '{quoted}'")


class Server:
    """An ASGI application: `GET /ping`, and everything else is a question."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.free: LifoQueue[Handle] = LifoQueue()
        self.threads = ThreadPoolExecutor(THREADS)
        self.free.put(self._open())

    async def __call__(self, scope, receive, send) -> None:
        body = await _body(receive)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        if scope["path"] == "/ping":
            await _respond(send, 200, b"Ok.\n")
            return
        given = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self.threads, self._answer, given, headers, body)
        except RuntimeError as error:
            text = str(error)
            code = CODE.search(text)
            await _respond(send, 500, text.encode(), {"x-clickhouse-exception-code": code[1] if code else "1002"})
            return
        extra = {"x-clickhouse-summary": json.dumps({"read_rows": "0", "written_rows": "0"})}
        if answer:
            extra["x-clickhouse-format"] = "TabSeparated"
        coding = _coding(given, headers)
        if coding and answer:
            answer = WRAP[coding](answer)
            extra["content-encoding"] = coding
        await _respond(send, 200, answer, extra)

    def close(self) -> None:
        self.threads.shutdown()
        while not self.free.empty():
            self.free.get_nowait().connection.close()

    def _answer(self, given: dict[str, str], headers: dict[str, str], body: bytes) -> bytes:
        question = _question(given, headers, UNWRAP[headers.get("content-encoding", "")](body))
        handle = self._borrow()
        try:
            return handle.answer(question)
        finally:
            self.free.put(handle)

    def _borrow(self) -> Handle:
        try:
            return self.free.get_nowait()
        except Empty:
            return self._open()

    def _open(self) -> Handle:
        return Handle(chdb.connect(str(self.path)))


def _question(given: dict[str, str], headers: dict[str, str], body: bytes) -> Question:
    """The statement from the query string, the body or a form; what follows `INSERT … FORMAT …` is its data."""
    kind = headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        form = _form(kind, body)
        given, body = {**given, **form}, b""
    text = b"\n".join(part for part in (given.get("query", "").encode(), body) if part)
    if found := INSERT.match(text):
        return Question(given, found[1], text[found.end() :], found[2].decode())
    return Question(given, text)


def _form(kind: str, body: bytes) -> dict[str, str]:
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    message = parser.parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    fields = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        fields[str(name)] = part.get_payload(decode=True).decode()
    return fields


def _is_setting(name: str) -> bool:
    return name not in NOT_SETTINGS and not name.startswith("param_")


def _coding(given: Mapping[str, str], headers: Mapping[str, str]) -> str:
    if given.get("enable_http_compression") != "1":
        return ""
    wanted = [part.split(";")[0].strip() for part in headers.get("accept-encoding", "").split(",")]
    return next((coding for coding in wanted if coding in WRAP), "")


async def _body(receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _respond(send, status: int, body: bytes, extra: Mapping[str, str] | None = None) -> None:
    headers = [(name.encode(), value.encode()) for name, value in (extra or {}).items()]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--path", type=click.Path(path_type=Path), required=True)
def main(port: int, path: Path) -> None:
    server = Server(path)
    try:
        uvicorn.run(server, host="127.0.0.1", port=port, lifespan="off", log_level="warning")
    finally:
        server.close()


if __name__ == "__main__":
    main()

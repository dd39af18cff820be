"""Answer a witness's HTTP interface, `POST add-checkpoint`, as a WSGI application without any framework (C2SP tlog-witness)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from enforcement.log.exchange import Witness
from enforcement.log.note import MAX_NOTE_BYTES
from enforcement.log.policy import read_policy
from enforcement.log.witness import Answer, add_checkpoint

PATH = "/add-checkpoint"
LARGEST_REQUEST = 2 * MAX_NOTE_BYTES

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def application(witness: Witness, now: Callable[[], int]) -> Wsgi:
    """Return the application of one witness; `now` gives the time in seconds since 1970."""
    logs = read_policy(witness.policy).logs

    def answer(environ: dict[str, Any]) -> Answer:
        if environ.get("PATH_INFO") != PATH:
            return Answer(404, "这里只有 /add-checkpoint。\n".encode())
        if environ.get("REQUEST_METHOD") != "POST":
            return Answer(405, "请用 POST。\n".encode())
        data = environ["wsgi.input"].read(LARGEST_REQUEST + 1)
        if len(data) > LARGEST_REQUEST:
            return Answer(413, "请求太大。\n".encode())
        return add_checkpoint(data, logs, witness.state, witness.key, now())

    def respond(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        given = answer(environ)
        headers = [("Content-Type", given.content_type), ("Content-Length", str(len(given.body)))]
        headers += [("Allow", "POST")] if given.status == 405 else []
        start_response(f"{given.status} {HTTPStatus(given.status).phrase}", headers)
        return [given.body]

    return respond

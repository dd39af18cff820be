"""The server serves from its own process, logs no personal data and stops cleanly at SIGTERM."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

PROGRAM = """
from web.app import create_app
from web.config import load_config
from web.server import serve
from web.store import operations
config = load_config()
app = create_app(config, features=())
operations.upgrade(app.extensions["huice_store"])
serve(app, config, lambda: None)
"""


def status_of(address):
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@pytest.fixture
def server(tmp_path):
    """Run the server in production, as an installation would; give its address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HUICE_")}
    environ |= {
        "HUICE_ENV": "production",
        "HUICE_HOME": str(tmp_path),
        "HUICE_PORT": str(port),
        "HUICE_SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "HUICE_BASE_URL": "https://huice.example.gov.cn",
    }
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM], env=environ, stderr=file, cwd=Path(__file__).parents[2]
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            if process.poll() is not None:
                pytest.fail(log.read_text(encoding="utf-8"))
            if status_of(f"{address}/readyz") == 200:
                break
            time.sleep(0.1)
        yield address, process, log
    finally:
        process.kill()
        process.wait()


def test_the_server_answers_logs_without_personal_data_and_stops_at_sigterm(server):
    address, process, log = server
    assert status_of(f"{address}/lang/zz?secret=abc123") == 404

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) == 0

    text = log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert "abc123" not in text
    assert "Traceback" not in text
    assert {"event": "request", "route": "/lang/<code>", "status": 404}.items() <= next(
        line for line in lines if line.get("route") == "/lang/<code>"
    ).items()
    assert lines[-1]["event"] == "stopped"

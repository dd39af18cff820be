from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("huice")
Huice = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def huice(tmp_path: Path) -> Huice:
    """Run the real program in a process of its own, with an instance folder of its own."""

    def run(*words: object, stdin: str | bytes = b"", **environ: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HUICE_")}
        env = {**kept, "HUICE_HOME": str(tmp_path / "instance"), "COLUMNS": "120", **environ}
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [PROGRAM, *map(str, words)], input=data, capture_output=True, env=env, cwd=tmp_path, timeout=60, check=False
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run

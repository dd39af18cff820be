"""Run `huice` in processes of their own that have its modules and the corpus in memory already: most of a command is reading them."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_SECONDS = 60
_MODULES = ["tests.support.preloaded"]


def run_forked(words: Sequence[str], data: bytes, environ: Mapping[str, str], folder: Path) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error of one command, given its standard input.

    Raises:
        TimeoutExpired: it did not end in time.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_MODULES)
    streams = [folder / f".huice-{name}" for name in ("in", "out", "err")]
    streams[0].write_bytes(data)
    process = context.Process(target=_main, args=(list(words), dict(environ), folder, streams))
    process.start()
    process.join(_SECONDS)
    if process.exitcode is None:
        process.kill()
        raise subprocess.TimeoutExpired(list(words), _SECONDS)
    out, err = (path.read_text(encoding="utf-8") for path in streams[1:])
    for path in streams:
        path.unlink()
    return process.exitcode, out, err


def _main(words: list[str], environ: dict[str, str], folder: Path, streams: list[Path]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    for number, path in enumerate(streams):
        os.dup2(os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  it lasts as long as the process
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    sys.argv = ["huice", *words]
    from web.cli import main  # noqa: PLC0415  only the process that runs it imports it

    try:
        main(prog_name="huice")
    finally:
        atexit._run_exitfuncs()  # a forked process ends without them

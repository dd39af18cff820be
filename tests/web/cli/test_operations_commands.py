from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.web.cli.conftest import PROGRAM
from web.cli import doctor


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_database_goes_up_and_down_and_tells_where_it_is(huice):
    assert huice("db", "current").stdout == "空\n"
    assert huice("db", "check").returncode == 1
    up = huice("db", "upgrade")
    assert (up.returncode, up.stdout) == (0, "")
    assert "数据库已从 空 升级到" in up.stderr
    assert "数据库已是版本" in huice("db", "upgrade").stderr
    assert huice("db", "current").stdout.strip() in up.stderr
    checked = huice("db", "check")
    assert (checked.returncode, checked.stdout) == (0, "")
    down = huice("db", "downgrade", "base")
    assert (down.returncode, down.stderr) == (0, "数据库已降级到 空\n")


@pytest.mark.parametrize(
    ("environ", "code", "said"),
    [
        ({"HUICE_DATABASE_URL": "mysql://x/y"}, 2, "只支持 sqlite"),
        ({"HUICE_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"}, 1, "数据库出错"),
        ({"HUICE_PORT": "99999"}, 2, "HUICE_PORT"),
        ({"HUICE_COLOUR": "red"}, 2, "不认识的设置 HUICE_COLOUR"),
    ],
)
def test_a_bad_setting_is_one_clear_message(huice, environ, code, said):
    done = huice("db", "current", **environ)

    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


def test_an_unknown_revision_is_one_clear_message(huice):
    done = huice("db", "upgrade", "nonsense")

    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1


def test_the_doctor_looks_at_everything_and_writes_json(huice):
    huice("db", "upgrade")

    done = huice("doctor", "--format", "json")

    checks = {one["name"]: one for one in json.loads(done.stdout)}
    assert {
        "Python",
        "软件包",
        "规则网络",
        "包名",
        "中文字体",
        "浏览器",
        "设置",
        "SQLite",
        "数据库",
        "数据库结构",
        "规则文件",
        "时钟",
        "磁盘",
    } == set(checks)
    for name in ("Python", "包名", "设置", "SQLite", "数据库", "数据库结构"):
        assert checks[name]["state"] == "正常", checks[name]


def test_the_doctor_tells_a_fault_by_its_exit_code(huice):
    done = huice("doctor", HUICE_DATABASE_URL="mysql://x/y")

    assert done.returncode == 1
    assert "故障" in done.stdout
    assert "只支持 sqlite" in done.stdout.replace("\n", "")


def test_the_doctor_says_when_the_network_cannot_run(monkeypatch):
    monkeypatch.setattr(doctor, "find_spec", lambda _: None)

    state, text = doctor._network()

    assert state == doctor.WARNING
    assert "测算不受影响" in text


def test_the_doctor_finds_a_package_that_takes_our_name(tmp_path):
    stranger = tmp_path / "rules"
    stranger.mkdir()
    (stranger / "__init__.py").write_text("", encoding="utf-8")
    code = "import sys; sys.path.insert(0, sys.argv[1])\nfrom web.cli.doctor import _names\nprint(_names()[0])"

    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)

    assert done.stdout == "故障\n"


def test_seeding_succeeds(huice):
    huice("db", "upgrade")

    assert huice("seed").returncode == 0


def test_a_port_that_is_taken_is_one_clear_message(huice):
    huice("db", "upgrade")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = huice("serve", "--port", port)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"无法在 127.0.0.1:{port} 启动：端口已被占用"


def test_the_service_starts_and_ends_on_sigterm(huice, tmp_path):
    huice("db", "upgrade")
    port = free_port()
    env = {**os.environ, "HUICE_HOME": str(tmp_path / "instance")}
    with subprocess.Popen([PROGRAM, "serve", "--port", str(port)], env=env, stderr=subprocess.PIPE) as process:
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                        assert answer.status == 200
                    break
                except OSError:
                    assert time.monotonic() < deadline
                    assert process.poll() is None
                    time.sleep(0.1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()


def test_who_reads_only_the_beginning_gets_no_complaint(tmp_path):
    with subprocess.Popen([PROGRAM, "rules", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()

        assert process.stderr.read() == b""
        assert process.wait(timeout=20) == 0


def test_the_program_can_be_called_from_anywhere(huice, tmp_path):
    assert Path(PROGRAM).is_file()
    assert huice("--help").returncode == 0

"""`huice draw`, `log`, `witness` and `discretion` from the outside: the worked examples byte for byte, the whole way by files."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from enforcement.verifier import page, page_hash
from tests.enforcement.draw import test_d1_worked_example as d1
from tests.enforcement.draw.cases import SIGNED, case, opened, written
from tests.web.cli.conftest import PROGRAM
from web.cli import main

WAY = [SIGNED.made_at, SIGNED.by, SIGNED.second]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run a command in this process, which saves the time of loading the program for each."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess(words, ended.value.code, out, err)

    return run


@pytest.fixture
def at(tmp_path: Path):
    """Write a file and return its path."""

    def write(name: str, data: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write


def test_d1_the_worked_example_comes_out_byte_for_byte(huice, tmp_path):
    done = huice("draw", "example", tmp_path / "example")

    commitment, commit, seed, *drawn = done.stdout.splitlines()
    assert (done.returncode, commitment.encode()) == (0, d1.DOCUMENT)
    assert (commit, seed) == (f"commit={d1.HASH}", f"seed={d1.SEED}")
    assert [line.split()[2] for line in drawn] == ["91110000600037341L", "91310112087994932F", "91310116052958608G"]
    assert all(line.split()[3].startswith(d1.TICKETS[line.split()[2]]) for line in drawn)
    assert (tmp_path / "example" / "seed.txt").read_text() == d1.SEED_TEXT


def test_d1_the_steps_give_the_files_of_the_example(here, tmp_path):
    here("draw", "example", tmp_path)
    steps = {
        "commitment.json": ("commit", "case.json", "--practice"),
        "seed.txt": ("seed", "commitment.json", "opened.json"),
        "transcript.json": ("run", "commitment.json", "case.json", "opened.json", "--practice", "--signed", *WAY),
        "disclosure.json": ("disclose", "commitment.json", "case.json", "transcript.json"),
    }
    for name, step in steps.items():
        assert here("draw", *step).stdout == (tmp_path / name).read_text(), name
    checked = here("draw", "verify", "disclosure.json", "--practice", "--unit", "91310116052958608G")
    assert checked.returncode == 0
    assert "✓ 真\t5\tseed\t种子 9b2e8a41" in checked.stdout
    assert "已抽中（层 B）" in checked.stdout


def test_example_leaves_existing_files_alone(here, tmp_path):
    assert here("draw", "example", tmp_path).returncode == 0

    again = here("draw", "example", tmp_path)
    assert again.returncode == 2
    assert "已有这个文件" in again.stderr


def test_a_real_commitment_names_the_page_that_verifies_it(here, at, tmp_path):
    at("case.json", written(case()))
    at("opened.json", written(opened()))
    here("draw", "commit", "case.json", "--out", "c.json")
    here("draw", "run", "c.json", "case.json", "opened.json", "--signed", *WAY, "--out", "t.json")
    here("draw", "disclose", "c.json", "case.json", "t.json", "--out", "d.json")
    got = here("draw", "page", "--out", "page.html")

    assert json.loads((tmp_path / "c.json").read_text())["verifier"] == page_hash()
    assert (tmp_path / "page.html").read_bytes() == page()
    assert f"verifier={page_hash()}" in got.stderr
    checked = here("draw", "verify", "d.json", "--format", "json", "--witnessed-at", "2026-12-01T10:00:00+08:00")
    assert json.loads(checked.stdout)["valid"] is True
    forged = json.loads((tmp_path / "d.json").read_text())
    forged["transcript"]["seed"] = "00" * 32
    at("f.json", json.dumps(forged))
    found = here("draw", "verify", "f.json")
    assert (found.returncode, "无效：第 5 步 seed" in found.stderr) == (1, True)


def test_a_salt_is_its_holders_alone(here, tmp_path):
    from enforcement.draw.seed import salt_commitment  # noqa: PLC0415

    done = here("draw", "salt", "SSJ-1", "supervision", "salt.txt")

    salt = (tmp_path / "salt.txt").read_text().strip()
    assert done.stdout.strip() == salt_commitment("SSJ-1", "supervision", salt)
    assert (tmp_path / "salt.txt").stat().st_mode & 0o777 == 0o600
    assert salt not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("draw", "commit", "no.json"), "没有这个文件"),
        (("draw", "commit", "bad.json"), "文件不是 JSON"),
        (("draw", "run", "bad.json", "bad.json", "bad.json", "--signed", "now", "a", "b"), "时间要带时区"),
        (("draw", "run", "bad.json", "bad.json", "bad.json", "--signed", WAY[0], "张三", "b"), "编号只能用"),
        (("draw", "run", "bad.json", "bad.json", "bad.json", "--signed", *WAY), "文件不是 JSON"),
        (("draw", "salt", "a b", "p", "x"), "只能用数字"),
        (("draw", "disclose", "bad.json", "bad.json", "bad.json", "--depth", "own"), "要一起写"),
        (("draw", "verify", "bad.json", "--receipt", "bad.json"), "要一起写"),
        (("draw", "verify", "bad.json", "--receipt", "bad.json", "--policy", "bad.json"), "回执：文件不是 JSON"),
        (("log", "check", "bad.json", "--policy", "bad.json"), "信任设置第 1 行"),
        (("log", "verify", "nowhere", "--policy", "bad.json"), "没有这个文件夹"),
        (("log", "publish", "nowhere", "out", "--key", "bad.json"), "私钥读不懂"),
        (("log", "append", "log", "a.b", "--by", "U", "--body", "[1]"), "JSON 对象"),
        (("log", "append", "log", "A", "--by", "U"), "事件种类"),
        (("log", "new-key", "a b", "key"), "密钥名"),
        (("witness", "cosign", "nowhere", "out", "--key", "k", "--logs", "l", "--state", "s"), "没有这个文件夹"),
        (("witness", "serve", "--key", "bad.json", "--logs", "bad.json", "--state", "s"), "私钥读不懂"),
        (("discretion", "assess", "x.y", "--on", "2012-03-01"), "没有“x.y”"),
        (("discretion", "assess", "catering-unlicensed-2011.no-licence", "x", "--on", "2012-03-01"), "事实=值"),
        (("discretion", "assess", "catering-unlicensed-2011.no-licence", "x=1", "--on", "2012-03-01"), "没有“x”"),
        (
            ("discretion", "assess", "catering-unlicensed-2011.no-licence", "--case", "bad.json", "--on", "2012-03-01"),
            "JSON",
        ),
        (("discretion", "check", "nowhere"), "没有这个文件或文件夹"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(here, at, words, said):
    at("bad.json", "{")

    done = here(*words)

    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


@pytest.fixture
def published(here, tmp_path):
    """Keep a log of two events, published and witnessed, with the policy that trusts it."""
    log = here("log", "new-key", "log.example.cn/x", "key").stdout.strip()
    witness = here("witness", "new-key", "w.example.cn", "wkey").stdout.strip()
    (tmp_path / "policy").write_text(f"log {log}\nwitness w {witness}\nquorum w\n")
    body = json.dumps({"commit": d1.HASH})
    assert (
        here("log", "append", "log", "draw.commit", "--by", "U-1", "--ref", d1_draw(), "--body", body).stdout == "0\n"
    )
    assert here("log", "append", "log", "visit.recorded", "--by", "U-1").stdout == "1\n"
    assert here("log", "publish", "log", "public", "--key", "key").returncode == 0
    return tmp_path


def d1_draw() -> str:
    return json.loads(d1.DOCUMENT)["draw"]


FILES = ("--key", "wkey", "--logs", "policy", "--state", "state")


def test_d3_a_log_is_witnessed_by_files_proven_and_checked(here, published):
    (published / "in").mkdir()
    here("log", "request", "public", "--out", "in/1.add-checkpoint")
    assert here("log", "verify", "public", "--policy", "policy").returncode == 1
    assert here("witness", "cosign", "in", "out", *FILES).stdout == "1.add-checkpoint：已签名\n"
    here("log", "cosigned", "public", "out/1.cosignature", "--policy", "policy")
    here("log", "prove", "public", "0", "--receipt", "--out", "receipt")
    short = here("log", "prove", "public", "1", "--short").stdout
    (published / "short").write_text(short)

    assert here("log", "check", "receipt", "--policy", "policy").returncode == 0
    assert "前 2 条里" in here("log", "check", "short", "--policy", "policy").stdout
    whole = here("log", "verify", "public", "--policy", "policy", "--kept", "receipt", "--format", "json")
    assert (whole.returncode, json.loads(whole.stdout)["size"]) == (0, 2)
    assert here("log", "prove", "public", "1").stdout.startswith("c2sp.org/tlog-proof@v1\nindex 1\n")
    assert here("log", "prove", "public", "2").returncode == 2
    here("draw", "example", "example")
    with_receipt = ("--practice", "--receipt", "receipt", "--policy", "policy")
    checked = here("draw", "verify", "example/disclosure.json", *with_receipt)
    assert checked.returncode == 0
    assert "✓ 真\t1\twitness\t见证时间" in checked.stdout


def test_d3_what_was_changed_is_found(here, published):
    (published / "in").mkdir()
    here("log", "request", "public", "--out", "in/1.add-checkpoint")
    here("witness", "cosign", "in", "out", *FILES)
    here("log", "cosigned", "public", "out/1.cosignature", "--policy", "policy")
    here("log", "prove", "public", "0", "--receipt", "--out", "receipt")
    entries = published / "public" / "tile" / "entries" / "000.p" / "2"
    entries.write_bytes(entries.read_bytes().replace(b"U-1", b"U-2", 1))
    receipt = (published / "receipt").read_text()
    (published / "forged").write_text(receipt.replace("index 0", "index 1"))

    found = here("log", "verify", "public", "--policy", "policy", "--kept", "receipt")
    assert found.returncode == 1
    assert "✗ 不符\tstored-hash" in found.stdout
    forged = here("log", "check", "forged", "--policy", "policy")
    assert (forged.returncode, forged.stdout[:3]) == (1, "不属实")
    again = here("witness", "cosign", "in", "out", *FILES)
    assert (again.returncode, "未签名（409）" in again.stdout) == (1, True)


def test_a_log_key_does_not_witness(here, published):
    done = here("witness", "cosign", "public", "out", "--key", "key", *FILES[2:])

    assert (done.returncode, "不是见证方的私钥" in done.stderr) == (2, True)


def ask(address: str, data: bytes, method: str = "POST", path: str = "/add-checkpoint") -> tuple[int, str, bytes]:
    """Send a request to a server on this machine and return status, type and body."""
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.request(method, path, data)
    answer = connection.getresponse()
    found = answer.status, answer.headers["Content-Type"], answer.read()
    connection.close()
    return found


def announce(address: str, length: int) -> int:
    """Say that a body of this length will come, and return what the server says to that."""
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.putrequest("POST", "/add-checkpoint")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


def test_d3_a_witness_answers_over_http_and_does_not_forget(here, published):
    request = here("log", "request", "public").stdout.encode()
    env = {**os.environ, "HUICE_HOME": str(published / "instance")}
    process = subprocess.Popen(
        [PROGRAM, "witness", "serve", *FILES, "--port", "0"], cwd=published, env=env, stderr=subprocess.PIPE, text=True
    )
    guard = threading.Timer(60, process.kill)
    guard.start()
    try:
        address = process.stderr.readline().partition("http://")[2].partition("/")[0]
        assert address.startswith("127.0.0.1:")
        first = ask(address, request)
        assert first[0] == 200 and first[2].decode().startswith("— w.example.cn ")
        assert ask(address, request) == (409, "text/x.tlog.size", b"2\n")
        assert ask(address, b"nonsense")[0] == 400
        assert ask(address, request, path="/other")[0] == 404
        assert ask(address, b"", "GET")[0] == 405
        assert announce(address, 3_000_000) == 413
    finally:
        guard.cancel()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        process.stderr.close()
    assert process.returncode == 0
    (published / "answer").write_bytes(first[2])
    here("log", "cosigned", "public", "answer", "--policy", "policy")
    here("log", "prove", "public", "0", "--receipt", "--out", "receipt")
    assert here("log", "check", "receipt", "--policy", "policy").returncode == 0


def test_the_range_of_a_fine_with_its_clauses(here, at):
    act, on = "catering-unlicensed-2011.no-licence", ("--on", "2012-03-01")

    done = here("discretion", "assess", act, "goods_value=1999.99元", *on)
    assert done.returncode == 0
    assert "罚款\t2,000元至9,999.99元\n" in done.stdout
    assert "第八十四条" in done.stdout
    at("case.json", '{"goods_value": "1999.99元"}')
    found = json.loads(here("discretion", "assess", act, "--case", "case.json", *on, "--format", "json").stdout)
    assert found["fine"] == {"low": 200_000, "high": 999_999}
    open_case = json.loads(here("discretion", "assess", act, *on, "--format", "json").stdout)
    assert open_case["status"] == "待补充" and open_case["missing"]
    twice = here("discretion", "assess", act, "--case", "case.json", "goods_value=1元", *on)
    assert (twice.returncode, "写了两次" in twice.stderr) == (2, True)


def test_the_tables_are_listed_and_checked(here, at):
    from enforcement.discretion.library import TABLES  # noqa: PLC0415

    listed = here("discretion", "list")
    assert "catering-unlicensed-2011.no-licence\t" in listed.stdout
    assert (here("discretion", "check").returncode, here("discretion", "check", "--format", "json").stdout) == (
        0,
        "[]\n",
    )
    text = (TABLES / "catering-unlicensed-2011.yaml").read_text()
    wrong = at("wrong.yaml", text.replace("below: 2000元", "below: 1999元", 1))
    found = here("discretion", "check", wrong, TABLES / "penalty-law-2021.yaml")
    assert found.returncode == 1
    assert "wrong.yaml" in found.stdout

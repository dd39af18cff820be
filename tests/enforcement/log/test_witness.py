"""D3: a witness cosigns what grows and refuses a fork."""

from __future__ import annotations

import runpy
import stat
import sys

import pytest

from enforcement.log.checkpoint import Checkpoint
from enforcement.log.exchange import main
from enforcement.log.keys import Kind, SigningKey, read_signing_key, read_verifier_key
from enforcement.log.log import add_checkpoint_request, add_cosignatures, sign_head
from enforcement.log.merkle import EMPTY_ROOT
from enforcement.log.note import read_note, read_signatures, sign_note, signed_by
from enforcement.log.store import MemoryStore
from enforcement.log.witness import FolderState, MemoryState, add_checkpoint

NOW = 1_796_000_000


@pytest.fixture(params=["memory", "folder"])
def state(request, tmp_path):
    return MemoryState() if request.param == "memory" else FolderState(tmp_path / "state")


@pytest.fixture
def ask(log_key, witness_keys):
    def answer(state, data, key=None):
        return add_checkpoint(data, [log_key.verifier], state, key or witness_keys["a"], NOW)

    return answer


def fork(store, number, event):
    """Return the log with one leaf another one."""
    leaves = list(store.leaves(0, store.size()))
    leaves[number] = event(99).leaf
    return MemoryStore(leaves)


def test_d3_a_witness_cosigns_a_log_that_grows(filled, signed, state, ask, witness_keys):
    store, old = MemoryStore(), 0

    for size in (0, 1, 2, 2, 3, 50, 300):
        checkpoint = signed(filled(size, store))
        answer = ask(state, add_checkpoint_request(store, old, checkpoint))
        assert (answer.status, answer.evidence) == (200, b"")
        (signature,) = read_signatures(answer.body.decode())
        assert (signature.name, signature.blob[:8]) == ("a.example.cn", NOW.to_bytes(8, "big"))
        cosigned = read_note(add_cosignatures(checkpoint, answer.body, [witness_keys["a"].verifier]))
        assert list(signed_by(cosigned, [witness_keys["a"].verifier])) == [witness_keys["a"].verifier]
        old = size


def test_d3_a_witness_refuses_a_fork_and_keeps_the_evidence(filled, signed, state, ask, event, log_key, origin):
    store = filled(20)
    first = signed(store)
    assert ask(state, add_checkpoint_request(store, 0, first)).status == 200
    other = fork(store, 3, event)
    forked = signed(other)

    same_size = ask(state, add_checkpoint_request(other, 20, forked))
    longer = ask(state, add_checkpoint_request(filled(30, other), 20, signed(other)))

    assert (same_size.status, longer.status) == (409, 422)
    assert "分叉" in same_size.body.decode()
    assert same_size.evidence == first + b"\n" + forked
    assert longer.evidence == first + b"\n" + signed(other)
    assert state.load(origin) == first
    heads = [part + b"\n" for part in same_size.evidence.split(b"=\n\n") if part]
    assert len(heads) == 4, "two notes, each a text and its signatures"


def test_d3_a_witness_refuses_a_rollback(filled, signed, state, ask, origin):
    store = filled(20)
    last = signed(store)
    ask(state, add_checkpoint_request(store, 0, last))

    shorter = filled(10)
    answers = [ask(state, add_checkpoint_request(shorter, old, signed(shorter))) for old in (0, 10)]

    assert [(answer.status, answer.body, answer.content_type) for answer in answers] == [
        (409, b"20\n", "text/x.tlog.size")
    ] * 2
    assert state.load(origin) == last


def test_a_witness_says_what_size_it_saw_last(filled, signed, state, ask):
    store = filled(20)

    assert ask(state, add_checkpoint_request(store, 7, signed(store))).body == b"0\n"
    ask(state, add_checkpoint_request(store, 0, signed(store)))

    assert ask(state, add_checkpoint_request(store, 7, signed(store))).body == b"20\n"


def test_a_proof_for_other_sizes_is_no_proof(filled, signed, state, ask):
    store = filled(20)
    ask(state, add_checkpoint_request(store, 0, signed(store)))
    request = add_checkpoint_request(filled(30, store), 20, signed(store))

    assert ask(state, request.replace(b"old 20\n", b"old 20\n" + b"A" * 43 + b"=\n")).status == 422
    assert ask(state, request).status == 200


def test_a_proof_where_none_is_due_is_refused(filled, signed, state, ask):
    store = filled(20)
    request = add_checkpoint_request(store, 0, signed(store))

    answer = ask(state, request.replace(b"old 0\n", b"old 0\n" + b"A" * 43 + b"=\n"))

    assert (answer.status, answer.evidence) == (422, b"")


def test_an_empty_log_has_one_root_only(state, ask, log_key, origin):
    empty, false = (sign_note(Checkpoint(origin, 0, root).text, log_key).data for root in (EMPTY_ROOT, bytes(32)))

    assert ask(state, b"old 0\n\n" + false).status == 409
    assert ask(state, b"old 0\n\n" + empty).status == 200


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 0\n",
        b"old 0\n\nno note",
        b"old 01\n\n%s",
        b"older 0\n\n%s",
        b"old 0\nAAAA\n\n%s",
        b"old 0\n%s",
        b"\xff\n\n%s",
        b"old 0\n" + (b"A" * 43 + b"=\n") * 64 + b"\n%s",
        b"old 21\n\n%s",
    ],
)
def test_a_malformed_request_is_a_bad_request(filled, signed, state, ask, data):
    answer = ask(state, data.replace(b"%s", signed(filled(20))))

    assert answer.status == 400
    assert answer.body.endswith(b"\n")


def test_a_note_that_is_no_checkpoint_is_a_bad_request(state, ask, log_key):
    assert ask(state, b"old 0\n\n" + sign_note("hello\n", log_key).data).status == 400


def test_an_unknown_log_and_an_unsigned_head_are_told_apart(filled, state, ask, log_key, origin):
    store = filled(20)
    stranger = SigningKey("other.example.cn", Kind.LOG, bytes(32))
    impostor = SigningKey(origin, Kind.LOG, bytes(32))
    good = sign_head(store, origin, [log_key], None)
    false = good.data.replace(b"\n20\n", b"\n21\n")

    statuses = [
        ask(state, b"old 0\n\n" + data).status
        for data in (
            sign_head(store, "other.example.cn", [stranger], None).data,
            sign_head(store, origin, [impostor], None).data,
            false,
        )
    ]

    assert statuses == [404, 403, 403]
    assert state.load(origin) is None


def test_signatures_that_nobody_checked_are_not_kept(filled, signed, state, ask, witness_keys, origin, log_key):
    store = filled(20)
    note = read_note(signed(store))
    spoiled = note.adding(sign_note(note.text, SigningKey("stranger", Kind.LOG, bytes(32))).signatures)

    assert ask(state, b"old 0\n\n" + spoiled.data).status == 200

    assert state.load(origin) == note.data


class Hurried(MemoryState):
    """A memory in which another request always comes first between reading and writing."""

    def __init__(self, first):
        super().__init__()
        self.first = first

    def replace(self, origin, old, new):
        first, self.first = self.first, None
        if first:
            super().replace(origin, old, first)
        return super().replace(origin, old, new)


def test_d3_of_two_requests_at_once_only_one_moves_the_witness(filled, signed, ask, event, origin):
    store = filled(20)
    longer = signed(filled(30))
    state = Hurried(longer)

    answer = ask(state, add_checkpoint_request(store, 0, signed(store)))

    assert (answer.status, answer.body) == (409, b"30\n")
    assert state.load(origin) == longer


def test_a_folder_remembers_each_log_across_processes(tmp_path):
    one = FolderState(tmp_path)
    assert one.replace("a/b", None, b"head a")
    assert one.replace("..", None, b"head b")

    two = FolderState(tmp_path)

    assert (two.load("a/b"), two.load(".."), two.load("c")) == (b"head a", b"head b", None)
    assert not two.replace("a/b", None, b"other")
    assert two.replace("a/b", b"head a", b"other")


@pytest.fixture
def office(tmp_path, log_key):
    """Lay out a witness's folders as the program wants them."""
    assert main(["new-key", "w.example.cn", str(tmp_path / "key")]) == 0
    (tmp_path / "logs").write_text(f"log {log_key.verifier.text}\nquorum none\n", encoding="utf-8")
    (tmp_path / "in").mkdir()
    return tmp_path


def run(office):
    options = {name: str(office / name) for name in ("key", "logs", "state")}
    return main(
        [
            "cosign",
            *(part for name, path in options.items() for part in (f"--{name}", path)),
            str(office / "in"),
            str(office / "out"),
        ]
    )


def test_a_witness_works_by_files_alone(office, filled, signed, capsys):
    public = read_signing_key((office / "key").read_text().strip()).verifier
    store = filled(20)
    checkpoint = signed(store)
    (office / "in" / "1.add-checkpoint").write_bytes(add_checkpoint_request(store, 0, checkpoint))
    filled(30, store)
    (office / "in" / "2.add-checkpoint").write_bytes(add_checkpoint_request(store, 20, signed(store)))
    (office / "in" / "notes.txt").write_text("not a request")

    assert run(office) == 0

    assert sorted(path.name for path in (office / "out").iterdir()) == ["1.cosignature", "2.cosignature"]
    cosigned = read_note(add_cosignatures(checkpoint, (office / "out" / "1.cosignature").read_bytes(), [public]))
    assert list(signed_by(cosigned, [public])) == [public]
    assert capsys.readouterr().out == "1.add-checkpoint：已签名\n2.add-checkpoint：已签名\n"


def test_d3_a_witness_by_files_refuses_a_fork(office, filled, signed, event, capsys):
    store = filled(20)
    (office / "in" / "1.add-checkpoint").write_bytes(add_checkpoint_request(store, 0, signed(store)))
    assert run(office) == 0
    other = fork(store, 3, event)
    (office / "in" / "1.add-checkpoint").write_bytes(add_checkpoint_request(other, 20, signed(other)))
    (office / "in" / "2.add-checkpoint").write_bytes(add_checkpoint_request(other, 0, signed(other)))
    capsys.readouterr()

    assert run(office) == 1

    assert (office / "out" / "1.refused").read_text(encoding="utf-8").startswith("409\n")
    assert (office / "out" / "2.refused").read_bytes() == b"409\n20\n"
    assert (office / "out" / "1.evidence").exists()
    assert not (office / "out" / "2.evidence").exists()
    assert "未签名（409）：同样的条数却有不同的树根" in capsys.readouterr().out


def test_a_new_key_is_kept_from_others_and_its_public_half_printed(tmp_path, capsys):
    assert main(["new-key", "w.example.cn", str(tmp_path / "key")]) == 0

    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    private = read_signing_key((tmp_path / "key").read_text().strip())
    assert read_verifier_key(capsys.readouterr().out.strip()) == private.verifier


def test_a_key_is_never_overwritten(office, capsys):
    before = (office / "key").read_bytes()

    assert main(["new-key", "w.example.cn", str(office / "key")]) == 2

    assert (office / "key").read_bytes() == before
    assert "File exists" in capsys.readouterr().err


def test_what_the_program_cannot_read_is_told(office, capsys):
    (office / "logs").write_text("nonsense\n")

    assert run(office) == 2

    assert "信任设置第 1 行" in capsys.readouterr().err


def test_the_witness_is_a_program_of_its_own(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["witness", "--help"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_module("enforcement.log", run_name="__main__")

    assert ended.value.code == 0
    assert "以文件往来为日志做见证" in capsys.readouterr().out

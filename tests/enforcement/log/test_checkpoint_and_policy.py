from __future__ import annotations

import pytest

from enforcement.complaints import Refused
from enforcement.log.checkpoint import Checkpoint, read_checkpoint
from enforcement.log.keys import Kind, SigningKey
from enforcement.log.note import Note, cosign, sign_note
from enforcement.log.policy import Group, Policy, read_policy

HEAD = Checkpoint("log.example.cn/luohu", 20852163, bytes(range(32)))


def test_the_specifications_example_is_read_and_written_byte_for_byte():
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    checkpoint = read_checkpoint(text)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex() == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"
    assert checkpoint.text == text


def test_extension_lines_are_kept():
    text = HEAD.text + "one\ntwo\n"

    assert read_checkpoint(text).extensions == ("one", "two")
    assert read_checkpoint(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n1\n",
        "log\n1\nAAAA\n",
        HEAD.text[:-1],
        HEAD.text.replace("\n20852163", "\n020852163"),
        HEAD.text.replace("\n20852163", "\n-1"),
        HEAD.text.replace("\n20852163", "\n" + "9" * 19),
        HEAD.text.replace("\n20852163", "\n２"),
        HEAD.text.replace("=", ""),
        HEAD.text.replace("log.example.cn/luohu", ""),
        HEAD.text + "\n",
        HEAD.text + "\nlate\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(Refused, match="格式不对"):
        read_checkpoint(text)


def test_a_checkpoint_is_trusted_when_the_log_and_enough_witnesses_signed(policy, log_key, witness_keys):
    note = sign_note(HEAD.text, log_key).adding(
        [cosign(HEAD.text, witness_keys["a"], 1000), cosign(HEAD.text, witness_keys["c"], 2000)]
    )

    trusted = policy.check(note.data)

    assert trusted.checkpoint == HEAD
    assert trusted.seen == {"a": 1000, "c": 2000}


def test_a_checkpoint_without_enough_witnesses_is_refused_and_says_who_signed(policy, log_key, witness_keys):
    one = sign_note(HEAD.text, log_key).adding([cosign(HEAD.text, witness_keys["a"], 1000)])
    twice = Note(HEAD.text, (*one.signatures, cosign(HEAD.text, witness_keys["a"], 2000)))

    with pytest.raises(Refused, match="已签的有a"):
        policy.check(twice.data)
    with pytest.raises(Refused, match="已签的有没有人"):
        policy.check(sign_note(HEAD.text, log_key).data)


def test_a_false_cosignature_of_a_known_witness_spoils_the_whole_checkpoint(policy, log_key, witness_keys):
    others = [cosign(HEAD.text, witness_keys[name], 1) for name in "ab"]
    false = cosign("other\n", witness_keys["c"], 1)

    with pytest.raises(Refused, match=r"c\.example\.cn"):
        policy.check(sign_note(HEAD.text, log_key).adding([*others, false]).data)


def test_a_checkpoint_of_an_unknown_log_or_without_its_signature_is_refused(lenient, log_key, witness_keys):
    other = SigningKey("other.example.cn", Kind.LOG, bytes(32))

    with pytest.raises(Refused, match="不认识日志"):
        lenient.check(sign_note(Checkpoint("other.example.cn", 0, bytes(32)).text, other).data)
    with pytest.raises(Refused, match="没有日志"):
        lenient.check(sign_note(HEAD.text, other).data)
    with pytest.raises(Refused, match="没有日志"):
        lenient.check(Note(HEAD.text, (cosign(HEAD.text, witness_keys["a"], 1),)).data)


def test_a_quorum_that_the_policy_does_not_define_is_never_met(log_key):
    policy = Policy((log_key.verifier,), quorum="ghost")

    with pytest.raises(Refused, match="ghost"):
        policy.check(sign_note(HEAD.text, log_key).data)


def vkey(name, kind=Kind.WITNESS, seed=0):
    return SigningKey(name, kind, bytes([seed]) * 32).verifier.text


POLICY = f"""\
# 谁的签名可信
log {vkey("log.example.cn", Kind.LOG)} https://log.example.cn/

witness X1 {vkey("x1", seed=1)}
witness X2 {vkey("x2", seed=2)} https://x2.example.cn
\twitness X3 {vkey("x3", seed=3)}
witness Y1 {vkey("y1", seed=4)}
group X 2 X1 X2 X3
group Y any Y1
group X-and-Y all X Y
quorum X-and-Y
"""


def test_the_specifications_policy_is_read_with_its_groups_in_groups():
    policy = read_policy(POLICY)

    assert [key.name for key in policy.logs] == ["log.example.cn"]
    assert list(policy.witnesses) == ["X1", "X2", "X3", "Y1"]
    assert policy.groups["X"] == Group(2, ("X1", "X2", "X3"))
    assert policy.groups["X-and-Y"] == Group(2, ("X", "Y"))
    assert policy.quorum == "X-and-Y"


@pytest.mark.parametrize(
    ("signers", "enough"), [("X1 X2 Y1", True), ("X1 X3 Y1", True), ("X1 X2 X3", False), ("X1 Y1", False)]
)
def test_a_quorum_of_groups_counts_each_group(signers, enough):
    policy = read_policy(POLICY)
    text = Checkpoint("log.example.cn", 0, bytes(32)).text
    keys = {
        name: SigningKey(key.name, Kind.WITNESS, bytes([seed]) * 32)
        for seed, (name, key) in enumerate(policy.witnesses.items(), 1)
    }
    note = sign_note(text, SigningKey("log.example.cn", Kind.LOG, bytes(32)))
    note = note.adding(cosign(text, keys[name], 1) for name in signers.split())

    if enough:
        assert set(policy.check(note.data).seen) == set(signers.split())
    else:
        with pytest.raises(Refused, match="X-and-Y"):
            policy.check(note.data)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("quorum X-and-Y\n", "", "缺少 quorum"),
        ("quorum X-and-Y", "quorum ghost", "第 11 行：上文没有“ghost”"),
        ("quorum X-and-Y", "quorum X\nquorum Y", "第 12 行：quorum 写了两次"),
        ("quorum X-and-Y", "quorum", "读不懂"),
        ("quorum X-and-Y", "qorum X", "读不懂"),
        ("group X 2", "group X 4", "1 到 3 之间"),
        ("group X 2", "group X 0", "1 到 3 之间"),
        ("group X 2", "group X most", "1 到 3 之间"),
        ("group Y any Y1", "group Y any", "读不懂"),
        ("group Y any Y1", "group Y any X1", "已经在别的组里"),
        ("group Y any Y1", "group Y any Y1 Y1", "已经在别的组里"),
        ("group Y any Y1", "group X any Y1", "已经用过"),
        ("witness X2", "witness X1", "已经用过"),
        ("witness X2", "witness none", "保留字"),
        (vkey("x2", seed=2), vkey("x9", seed=1), "写了两次"),
        (vkey("x2", seed=2), vkey("x2", Kind.LOG, 2), "种类不对"),
        (vkey("log.example.cn", Kind.LOG), vkey("log.example.cn"), "种类不对"),
        (vkey("x2", seed=2), "x2", "读不懂"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused_with_its_line(old, new, sentence):
    assert old in POLICY

    with pytest.raises(Refused, match=sentence):
        read_policy(POLICY.replace(old, new))


def test_a_policy_may_ask_for_no_witness_or_for_a_single_one():
    assert read_policy("quorum none\n").quorum == "none"
    assert read_policy(f"witness w {vkey('w')}\nquorum w\n").quorum == "w"

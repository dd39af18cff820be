"""Whatever a slip of the hand, a bad merge or malice makes of a file, the answer is findings and never a crash."""

import random
import re
from pathlib import Path

import pytest

from rules.language.bundle import read_sources
from rules.language.load import SourceText

GOLDEN = Path(__file__).parents[2] / "golden"
TEXTS = {file: file.read_text(encoding="utf-8") for file in sorted(GOLDEN.rglob("*.yaml"))}
VOCABULARY = GOLDEN / "good" / "language" / "vocabulary.yaml"
LANGUAGE = [file for file in TEXTS if file.is_relative_to(GOLDEN / "good" / "language")]
TOKEN = re.compile(r"[\w.$%-]+|[^\w\s]|\s+")
STRANGERS = [
    "null",
    "true",
    "[]",
    "{}",
    "''",
    "~",
    "0",
    "-1",
    "$as_of",
    "1元",
    "all",
    "9999-12-31",
    "1" * 30,
    "\n",
    "  ",
]


def mutilated(text: str, chance: random.Random) -> str:
    tokens = TOKEN.findall(text)
    for _ in range(chance.choice([1, 1, 2, 5])):
        place, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        match chance.choice(["drop", "replace", "insert", "swap", "stranger"]):
            case "drop":
                tokens[place] = ""
            case "replace":
                tokens[place] = tokens[other]
            case "insert":
                tokens[place] += tokens[other]
            case "swap":
                tokens[place], tokens[other] = tokens[other], tokens[place]
            case _:
                tokens[place] = chance.choice(STRANGERS)
    return "".join(tokens)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_mutilated_file_gives_findings_with_a_place_and_never_a_crash(seed):
    chance = random.Random(seed)
    for _ in range(30):
        victim = chance.choice(list(TEXTS))
        others = [SourceText(str(file), TEXTS[file].encode()) for file in LANGUAGE if file != victim]
        broken = SourceText(str(victim), mutilated(TEXTS[victim], chance).encode())

        _, findings = read_sources([*chance.choice([others, []]), broken], vocabulary=[VOCABULARY])

        assert all(finding.position.line >= 1 and finding.position.column >= 1 for finding in findings)
        assert all(finding.message and finding.advice for finding in findings)

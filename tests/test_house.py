"""Hold the house rules that no linter states."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("rules", "matcher", "enforcement", "web", "seed_data")
LINES_AT_MOST = 400

# Files that may be longer than the limit, each with the reason why cutting it would make it worse.
LONGER_FOR_A_REASON: dict[str, str] = {
    "rules/language/model.py": "the whole frozen tree in one place: it is the contract that every engine reads",
}


def _tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def _modules(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py") if "versions" not in path.parts)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imported_roots(path: Path) -> set[str]:
    """Return the top-level packages a module imports anywhere, inside functions too."""
    roots = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            roots.add(node.module.partition(".")[0])
    return roots


def test_the_rooms_are_there():
    assert all(len(_modules(room)) >= 1 for room in ROOMS)


@pytest.mark.parametrize(
    ("folder", "own"),
    [("rules", {"rules"}), ("matcher/interpret", {"rules", "matcher"})],
)
def test_the_core_imports_the_standard_library_and_yaml_alone(folder, own):
    allowed = sys.stdlib_module_names | own | {"yaml"}

    foreign = {
        _name(path): _imported_roots(path) - allowed - ({"z3"} if _is_prover(path) else set())
        for path in _modules(folder)
    }

    assert {name: roots for name, roots in foreign.items() if roots} == {}


def _is_prover(path: Path) -> bool:
    """Tell whether a module is of the one room of the core that stands on a library: the proofs, on their solver."""
    return path.is_relative_to(ROOT / "rules" / "check" / "prove")


def test_nothing_waits_for_the_solver_but_the_proofs():
    used = "import sys, web.cli.match, matcher.match, rules.check; sys.exit('z3' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", used], cwd=ROOT, check=False).returncode == 0


def test_every_module_begins_with_one_sentence_that_says_its_duty():
    silent = []
    for path in _modules(*ROOMS):
        duty = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]
        if not re.fullmatch(r"[A-Z\d].+[.]", duty):
            silent.append(_name(path))

    assert silent == []


def test_no_module_is_too_long_to_read():
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _modules(*ROOMS)}
    too_long = {name: length for name, length in lengths.items() if length > LINES_AT_MOST}

    assert {name: length for name, length in too_long.items() if name not in LONGER_FOR_A_REASON} == {}
    assert set(LONGER_FOR_A_REASON) <= set(too_long), "an exception that is no longer needed"


def test_nothing_is_called_utils():
    vague = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"}

    assert [_name(path) for path in _modules(*ROOMS) if path.stem in vague or path.parent.name in vague] == []


def test_tracked_files_name_no_machine_path_and_no_package_index():
    # Put together from parts, so that this file does not name them either.
    machines = ["wor" + "k", "roo" + "t", "hom" + "e"]
    indexes = ["py" + r"pi\.", "python" + r"hosted\.", r"deb\.deb" + "ian"]
    forbidden = re.compile(rf"(?<![\w.-])/({'|'.join(machines)})/|{'|'.join(indexes)}")
    found = []
    for path in _tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{_name(path)}:{n}" for n, line in enumerate(text.splitlines(), 1) if forbidden.search(line)]

    assert found == []


def test_set_up_installs_what_setup_cfg_pins():
    settings = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    installed = re.sub(
        r"^bench =\n(    .*\n)+", "", settings, flags=re.MULTILINE
    )  # other engines, in an environment of their own
    pinned = re.findall(r"^    ([\w.\[\]-]+==[\w.]+)$", installed, re.MULTILINE)
    locked = {line.split()[0] for line in (ROOT / "requirements-dev.lock").read_text().splitlines() if "==" in line}

    assert len(pinned) > 30
    assert {re.sub(r"\[.*\]", "", pin).lower() for pin in pinned} <= {pin.lower() for pin in locked}


def test_the_service_runs_on_the_versions_that_the_tests_saw():
    def pins(name):
        return {line.split()[0] for line in (ROOT / name).read_text().splitlines() if "==" in line}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")

"""What the process that forks `huice` has in memory: the modules of its commands, and the corpus of this district."""

from importlib import import_module

from rules.language.bundle import load_corpus
from web.cli import COMMANDS

for place, _ in COMMANDS.values():
    import_module(place.partition(":")[0])
load_corpus(("罗湖区",))

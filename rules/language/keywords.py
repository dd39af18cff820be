"""The closed set of keys: for each construct of the language what it may hold.

The loader's checks and suggestions and the editor's JSON Schema are both read off this one table.
"""

from __future__ import annotations

from collections.abc import Mapping

from rules.language.file_keywords import FILE_CONSTRUCTS
from rules.language.kinds import Construct
from rules.language.rule_keywords import RULE_CONSTRUCTS

CONSTRUCTS: Mapping[str, Construct] = {**RULE_CONSTRUCTS, **FILE_CONSTRUCTS}

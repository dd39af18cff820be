"""The bundle compiled to columns: what every program says of a whole population, as the interpreter would say it.

Numbers are exact: int64 where there is room and Python integers where not. What is rare is asked of the interpreter once for
each way it can be, so that there is one meaning of the language.
"""

from matcher.vector.engine import Compiled, compile_bundle
from matcher.vector.population import Coded, Facts, ListFacts, Points, Population, of_profiles
from matcher.vector.programs import STATUSES, UNBOUNDED, Answers, Program

__all__ = [
    "STATUSES",
    "UNBOUNDED",
    "Answers",
    "Coded",
    "Compiled",
    "Facts",
    "ListFacts",
    "Points",
    "Population",
    "Program",
    "compile_bundle",
    "of_profiles",
]

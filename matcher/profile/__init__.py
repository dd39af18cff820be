"""The facts of an applicant: known, a range, known not to exist, or unknown; each with its source."""

from matcher.profile.facts import (
    EMPLOYER,
    Absent,
    Between,
    Exact,
    Item,
    Items,
    OneOf,
    Profile,
    Source,
    State,
    fact_key,
)
from matcher.profile.reader import ProfileErrors, ProfileProblem, read_profile, read_profile_text

__all__ = [
    "EMPLOYER",
    "Absent",
    "Between",
    "Exact",
    "Item",
    "Items",
    "OneOf",
    "Profile",
    "ProfileErrors",
    "ProfileProblem",
    "Source",
    "State",
    "fact_key",
    "read_profile",
    "read_profile_text",
]

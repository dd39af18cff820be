"""What to tell an applicant beyond the verdict: gaps, changes that would do, which question next, where results jump."""

from matcher.advise.near_miss import near_miss_of, shortfalls_of
from matcher.advise.questions import next_questions
from matcher.advise.several import changes_needed
from matcher.advise.thresholds import thresholds_of

__all__ = ["changes_needed", "near_miss_of", "next_questions", "shortfalls_of", "thresholds_of"]

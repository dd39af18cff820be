"""Two editions of the rules over one population: who gains, who loses, what it costs, how long a budget lasts."""

from matcher.impact.model import Impact
from matcher.impact.simulate import Batch, batches_of, simulate

__all__ = ["Batch", "Impact", "batches_of", "simulate"]

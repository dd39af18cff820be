"""Prove with an SMT solver what no applicant, or some applicant, can run into: logic faults, each with a witness."""

from rules.check.prove.prover import Proofs, ProvenProgram, prove

__all__ = ["Proofs", "ProvenProgram", "prove"]

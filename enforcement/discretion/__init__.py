"""Discretion in penalties: published benchmarks as tables that prove themselves, and the powers behind them."""

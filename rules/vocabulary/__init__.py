"""Name the facts that rules may ask for and the code tables behind them."""

"""Find what is wrong in rules before anybody relies on them."""

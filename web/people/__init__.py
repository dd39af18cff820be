"""Know who is there and what they may do: accounts, sessions, roles, operations, separation of duties."""

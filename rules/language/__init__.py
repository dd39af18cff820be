"""Turn a YAML rule file into a frozen tree whose every node knows its place."""

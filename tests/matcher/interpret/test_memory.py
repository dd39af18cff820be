"""What was made of a node is made once, and kept as long as there is room."""

from matcher.interpret.memory import Memory


class Node:
    """Something that is known by its identity."""


def test_what_was_made_is_remembered_for_its_node_and_key():
    memory, node, made = Memory(), Node(), []

    def make():
        made.append(1)
        return len(made)

    assert [memory.recall(node, "a", make), memory.recall(node, "a", make)] == [1, 1]
    assert memory.recall(node, "b", make) == 2
    assert memory.recall(Node(), "a", make) == 3


def test_a_full_memory_is_emptied():
    memory, first, second = Memory(most=1), Node(), Node()

    memory.recall(first, None, lambda: "old")
    memory.recall(second, None, lambda: "other")

    assert memory.recall(first, None, lambda: "new") == "new"

from __future__ import annotations

from types import MappingProxyType

from rules.language.model import AllOf, Leaf, Literal, Position
from rules.language.rewrite import DROPPED, replaced, rewritten, shape
from rules.language.walk import walk
from tests.support.rule_texts import bundle_of, policy_text

LEAVES = "all: [{id: x, if: staff, from: 5人, CITE}, {id: y, if: is_listed, is: true, CITE}]"


def leaf(bundle, name):
    return next(node for node in walk(dict(bundle.policies)) if isinstance(node, Leaf) and node.id == name)


def test_a_tree_without_changes_is_the_same_object():
    bundle = bundle_of(policy_text("a", LEAVES))

    assert rewritten(bundle, lambda node: node) is bundle


def test_only_the_way_to_a_changed_node_is_new():
    bundle = bundle_of(policy_text("a", LEAVES))
    bound = leaf(bundle, "x").tests[0].bounds[0]
    assert isinstance(bound, Literal)

    changed = replaced(bundle, bound, Literal(bound.value + 1, bound.dimension, "6人", bound.position))

    assert leaf(changed, "x").tests[0].bounds[0].value == 6
    assert leaf(changed, "y") is leaf(bundle, "y")
    assert changed.vocabulary is bundle.vocabulary


def test_a_dropped_node_leaves_its_tuple():
    bundle = bundle_of(policy_text("a", LEAVES))

    changed = replaced(bundle, leaf(bundle, "x"), DROPPED)

    eligibility = changed.policies["a"].versions[0].eligibility
    assert isinstance(eligibility, AllOf)
    assert [child.id for child in eligibility.of] == ["y"]


def test_read_only_mappings_are_rewritten_too():
    tree = MappingProxyType({"a": (Literal(1, None, "1", Position("f", 1, 1)),)})

    assert rewritten(tree, lambda _: DROPPED) == {"a": ()}


def test_trees_that_mean_the_same_have_one_shape():
    one = bundle_of(policy_text("a", LEAVES))
    other = bundle_of(policy_text("a", LEAVES.replace("id: x", "id: z").replace("[{id", "[ {label: 人数, id")))
    third = bundle_of(policy_text("a", LEAVES.replace("5人", "6人")))

    shapes = [shape(bundle.policies["a"].versions[0].eligibility) for bundle in (one, other, third)]

    assert shapes[0] == shapes[1] != shapes[2]
    assert hash(shapes[0]) == hash(shapes[1])

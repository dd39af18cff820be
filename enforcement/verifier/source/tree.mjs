// The tree of RFC 6962: roots, audit paths.
import { concat, equalBytes, hex, utf8 } from "./bytes.mjs";
import { sha256 } from "./sha256.mjs";

const LEAF = Uint8Array.of(0);
const node = new Uint8Array(65);
node[0] = 1;

export function leafHash(bytes) {
  return sha256(concat(LEAF, bytes));
}

function nodeHash(left, right) {
  node.set(left, 1);
  node.set(right, 33);
  return sha256(node);
}

/** Return the root over leaves given as texts, in hex. */
export function treeRoot(leaves) {
  if (!leaves.length) return hex(sha256(new Uint8Array()));
  let level = leaves.map((leaf) => leafHash(utf8(leaf)));
  while (level.length > 1) {
    const next = [];
    for (let at = 0; at + 1 < level.length; at += 2) next.push(nodeHash(level[at], level[at + 1]));
    if (level.length % 2) next.push(level.at(-1));
    level = next;
  }
  return hex(level[0]);
}

/** Tell whether the audit path leads from the hash of leaf `index` of `size` to `root`; all hashes are bytes. */
export function pathLeads(hashed, index, size, path, root) {
  if (!(index >= 0 && index < size)) return false;
  const turns = [];
  for (let start = 0, end = size; end - start > 1; ) {
    let half = 1;
    while (half * 2 < end - start) half *= 2;
    const isLeft = index < start + half;
    turns.push(isLeft);
    if (isLeft) end = start + half;
    else start += half;
  }
  if (turns.length !== path.length || path.some((part) => part.length !== 32)) return false;
  let found = hashed;
  for (const part of path) found = turns.pop() ? nodeHash(found, part) : nodeHash(part, found);
  return equalBytes(found, root);
}

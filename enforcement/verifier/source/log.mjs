// The log's side (huice-log/1): keys, signed notes, policies, receipts, and when witnesses saw a commitment.
import { Malformed, concat, equalBytes, hex, textOf, unbase64, utf8 } from "./bytes.mjs";
import { verifyEd25519 } from "./ed25519.mjs";
import { jcs, parse } from "./json.mjs";
import { sha256, sha256hex } from "./sha256.mjs";
import { leafHash, pathLeads } from "./tree.mjs";
import { get, opt } from "./values.mjs";

const LOG = 1;
const WITNESS = 4;
const MOST_SIGNATURES = 100;
const MOST_HASHES = 63;

function refuse(what) {
  return new Malformed(what);
}

function readDecimal(text) {
  if (!/^(0|[1-9]\d*)$/.test(text) || BigInt(text) >= 1n << 63n) return null;
  // Beyond 2^53 no log of ours will ever be.
  return BigInt(text) <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(text) : null;
}

/** Return a public key `name+id+base64`: `{name, id, kind, material}`. A national key (SM2) is read and cannot be checked here. */
export function readKey(text) {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text);
  const data = found && unbase64(found[3]);
  if (!data || !data.length) throw refuse(`公钥“${text.slice(0, 60)}”读不懂`);
  const id = sha256(concat(utf8(`${found[1]}\n`), data)).subarray(0, 4);
  if (hex(id) !== found[2]) throw refuse(`公钥“${found[1]}”的编号与内容不符，应为 ${hex(id)}`);
  const isEd25519 = (data[0] === LOG || data[0] === WITNESS) && data.length === 33;
  if (!isEd25519 && data[0] !== 255) throw refuse(`公钥“${found[1]}”的种类或长度不对`);
  return { name: found[1], id, kind: data[0], material: data.subarray(1) };
}

/** Return a signed note as its text and its signature lines; nothing is verified here. */
export function readNote(bytes) {
  const whole = textOf(bytes);
  const at = whole.lastIndexOf("\n\n");
  const lines = whole.slice(at + 2);
  if (at < 0 || !lines || !whole.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(whole)) {
    throw refuse("签名文本的格式不对：正文之后应有一个空行，再是逐行的签名");
  }
  const rows = lines.split("\n").slice(0, -1);
  if (rows.length > MOST_SIGNATURES) throw refuse("签名太多");
  const signatures = rows.map((line) => {
    const found = /^— ([^\s+]+) (\S+)$/.exec(line);
    const data = found && unbase64(found[2]);
    if (!data || data.length <= 4) throw refuse(`签名行“${line.slice(0, 60)}”读不懂`);
    return { name: found[1], id: data.subarray(0, 4), blob: data.subarray(4) };
  });
  return { text: whole.slice(0, at + 1), signatures };
}

/** Return the first signature of `key`, verified; null when it has not signed. A false one spoils the whole note. */
function signedBy(note, key) {
  const found = note.signatures.find((line) => line.name === key.name && equalBytes(line.id, key.id));
  if (!found || key.kind === 255) return null;
  const isTimed = key.kind === WITNESS;
  const at = isTimed ? found.blob.subarray(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) : 0n;
  const message = isTimed ? `cosignature/v1\ntime ${at}\n${note.text}` : note.text;
  if (at >= 1n << 63n || !verifyEd25519(key.material, utf8(message), found.blob.subarray(isTimed ? 8 : 0))) {
    throw refuse(`“${key.name}”的签名与正文不符：正文或签名被改动过`);
  }
  return { at: Number(at) };
}

function readCheckpoint(text) {
  const lines = text.split("\n").slice(0, -1);
  const size = lines.length >= 3 ? readDecimal(lines[1]) : null;
  const root = lines.length >= 3 ? unbase64(lines[2]) : null;
  if (!lines.every(Boolean) || size === null || !root || root.length !== 32) {
    throw refuse("检查点的格式不对：应有日志名、条数、树根三行");
  }
  return { origin: lines[0], size, root };
}

/** Return a policy: lines `log`, `witness`, `group` and one `quorum`; each names only what stands above it. */
export function readPolicy(text) {
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: null };
  const placed = new Set();
  const isKnown = (name) => policy.witnesses.has(name) || policy.groups.has(name);
  const fresh = (name) => {
    if (name === "none" || isKnown(name)) throw refuse(`信任设置里的名字“${name}”用了两次，或是保留字`);
    return name;
  };
  const keyed = (words, at, kinds) => {
    const key = readKey(words[at] ?? "");
    if (!kinds.includes(key.kind)) throw refuse(`公钥“${key.name}”的种类不对`);
    const others = [...policy.logs, ...policy.witnesses.values()];
    if (others.some((other) => other.kind === key.kind && equalBytes(other.material, key.material))) {
      throw refuse(`公钥“${key.name}”写了两次`);
    }
    return key;
  };
  for (const line of text.split("\n")) {
    const words = line.trim().split(/[ \t]+/);
    if (!words[0] || words[0].startsWith("#")) continue;
    if (words[0] === "log") policy.logs.push(keyed(words, 1, [LOG, 255]));
    else if (words[0] === "witness") policy.witnesses.set(fresh(words[1] ?? "none"), keyed(words, 2, [WITNESS]));
    else if (words[0] === "group") {
      const members = words.slice(3);
      const least = { all: members.length, any: 1 }[words[2]] ?? readDecimal(words[2] ?? "");
      if (least === null || least < 1 || least > members.length) throw refuse(`信任设置里的“${line}”读不懂`);
      for (const member of members) {
        if (!isKnown(member) || placed.has(member)) throw refuse(`信任设置的组里“${member}”不认识，或已在别的组里`);
        placed.add(member);
      }
      policy.groups.set(fresh(words[1]), { least, members });
    } else if (words[0] === "quorum" && policy.quorum === null && (words[1] === "none" || isKnown(words[1]))) {
      policy.quorum = words[1];
    } else throw refuse(`信任设置里的“${line.slice(0, 60)}”读不懂`);
  }
  if (policy.quorum === null) throw refuse("信任设置缺少 quorum 一行");
  return policy;
}

function isEnough(policy, name, seen) {
  if (name === "none" || seen.has(name)) return true;
  const group = policy.groups.get(name);
  return !!group && group.members.filter((member) => isEnough(policy, member, seen)).length >= group.least;
}

/** Return what a signed checkpoint says and when each known witness saw it; throw unless the policy trusts it. */
function trusted(note, policy) {
  const checkpoint = readCheckpoint(note.text);
  const keys = policy.logs.filter((key) => key.name === checkpoint.origin);
  if (!keys.length) throw refuse(`不认识日志“${checkpoint.origin}”`);
  if (!keys.map((key) => signedBy(note, key)).some(Boolean)) throw refuse("检查点没有日志自己的、本页能核的签名");
  const seen = new Map();
  for (const [name, key] of policy.witnesses) {
    const signature = signedBy(note, key);
    if (signature) seen.set(name, signature.at);
  }
  if (!isEnough(policy, policy.quorum, seen)) {
    throw refuse(`见证签名不够：已签的有${[...seen.keys()].join("、") || "没有人"}`);
  }
  return { checkpoint, seen };
}

/** Return the first time at which enough witnesses had signed, in seconds; null when none are asked for. */
function metAt(policy, seen) {
  if (policy.quorum === "none") return null;
  const times = [...new Set(seen.values())].sort((one, other) => one - other);
  return times.find((time) => isEnough(policy, policy.quorum, new Map([...seen].filter(([, at]) => at <= time))));
}

/** Return `{event, index, checkpoint, seen}` of a receipt file; throw Malformed when anything in it is false. */
export function checkReceipt(bytes, policy) {
  const whole = textOf(bytes);
  const at = whole.indexOf("\n\n");
  const [title, ...rows] = whole.slice(0, Math.max(at, 0)).split("\n");
  const extra = rows[0]?.startsWith("extra ") ? unbase64(rows.shift().slice(6)) : null;
  const index = rows[0]?.startsWith("index ") ? readDecimal(rows.shift().slice(6)) : null;
  const path = rows.map(unbase64);
  const isWhole = index !== null && path.length <= MOST_HASHES && path.every((part) => part?.length === 32);
  if (title !== "c2sp.org/tlog-proof@v1" || !extra || !isWhole) throw refuse("回执的格式不对，请取回原文件");
  const { checkpoint, seen } = trusted(readNote(utf8(whole.slice(at + 2))), policy);
  if (!pathLeads(leafHash(extra), index, checkpoint.size, path, checkpoint.root)) {
    throw refuse(`回执不成立：第 ${index} 条不是给出的内容`);
  }
  const event = parse(extra);
  if (get(event, "type") !== "huice-log/1" || jcs(event) !== textOf(extra)) throw refuse("回执里的不是规范写法的事件");
  return { event, index, checkpoint, seen };
}

/** Return `{witnessedAt, line}`: when witnesses saw the commitment of a disclosure, and a line that says so. */
export function witnessing(disclosure, receipt, policyText) {
  const line = (mark, text) => ({ step: 1, code: "receipt", mark, text: `${text}。` });
  try {
    const commit = get(parse(disclosure), "commit");
    const policy = readPolicy(policyText);
    const { event, index, checkpoint, seen } = checkReceipt(receipt, policy);
    const isOurs =
      get(event, "kind") === "draw.commit" &&
      opt(event, "ref") === get(commit, "draw") &&
      opt(opt(event, "body", Object.create(null)), "commit") === sha256hex(jcs(commit));
    if (!isOurs) throw refuse("回执记的不是这一份承诺");
    const seconds = metAt(policy, seen);
    const who = [...seen.keys()].join("、") || "没有见证方";
    const said = `承诺是日志“${checkpoint.origin}”的第 ${index} 条，检查点 ${checkpoint.size} 条，由${who}见证`;
    const witnessedAt = seconds === null ? null : new Date(seconds * 1000).toISOString().replace(".000Z", "+00:00");
    return { witnessedAt, line: line("true", said) };
  } catch (error) {
    return { witnessedAt: null, line: line("false", error instanceof Malformed ? error.message : String(error)) };
  }
}

// The formulas of ssj-draw/1: tickets, lots, the pivotal walk, the forms of sources, the names of units.
import { Malformed, utf8 } from "./bytes.mjs";
import { sha256, sha256hex } from "./sha256.mjs";
import { text } from "./values.mjs";

/** Return a function that gives the ticket of a unit under a seed, each computed once. */
export function ticketsOf(seed) {
  const prefix = sha256hex(`${text(seed)}/targets`);
  const known = new Map();
  return (unit) => {
    if (!known.has(unit)) {
      const digits = BigInt(`0x${sha256hex(prefix + text(unit))}`).toString();
      known.set(unit, `0.${[...digits.padStart(64, "0")].reverse().join("")}`);
    }
    return known.get(unit);
  };
}

/** Return both halves of the lot of a pair: the one that decides, and the one that decides among equals. */
export function lotOf(seed, unit, person) {
  const bytes = sha256(utf8(`${seed}/team/${unit}/${person}`));
  return [five(bytes, 0), five(bytes, 5)];
}

function five(bytes, at) {
  let number = 0;
  for (let end = at + 5; at < end; at++) number = number * 256 + bytes[at];
  return number;
}

const SPACE = 1n << 256n;

/** Return the units that the pivotal walk draws from [unit, weight] in ticket order. */
export function pivotalSample(seed, label, ordered, places) {
  let used = 0;
  const below = (k) => {
    for (;;) {
      const number = BigInt(`0x${sha256hex(`${seed}/pivotal/${label},${++used}`)}`);
      if (number < SPACE - (SPACE % k)) return number % k;
    }
  };
  const drawn = new Set();
  let pool = ordered.map(([unit, weight]) => [unit, BigInt(weight)]);
  const sum = () => pool.reduce((total, [, weight]) => total + weight, 0n);
  while (places > drawn.size) {
    const left = BigInt(places - drawn.size);
    const total = sum();
    const certain = pool.filter(([, weight]) => left * weight >= total);
    if (!certain.length) break;
    for (const [unit] of certain) drawn.add(unit);
    pool = pool.filter(([unit]) => !drawn.has(unit));
  }
  const left = BigInt(Math.max(places - drawn.size, 0));
  const total = sum();
  let current = "";
  let held = 0n;
  for (const [unit, weight] of left ? pool : []) {
    const mass = left * weight;
    const both = held + mass;
    if (!held) {
      [current, held] = [unit, mass];
    } else if (both < total) {
      if (below(both) >= held) current = unit;
      held = both;
    } else {
      const drawsCurrent = below(2n * total - both) < total - mass;
      drawn.add(drawsCurrent ? current : unit);
      if (drawsCurrent) current = unit;
      held = both - total;
    }
  }
  return drawn;
}

const USUAL = [
  [/^ssq\.\d{7}$/, "rr,rr,rr,rr,rr,rr+bb"],
  [/^dlt\.\d{7}$/, "rr,rr,rr,rr,rr+bb,bb"],
  [/^pl5\.\d{7}$/, "00000"],
  [/^fc3d\.\d{7}$/, "000"],
  [/^(sse\.000001|szse\.399001)\.close\.\d{8}$/, "n.0000"],
  [/^drand\.quicknet\.[1-9]\d{0,9}$/, "h".repeat(64)],
  [/^dice\.[0-9A-Za-z-]+$/, "0".repeat(20)],
];
const HIGHEST = { ssq: { r: 33n, b: 16n }, dlt: { r: 35n, b: 12n } };

/** Return the usual form of a well-known source; empty for others. */
export function usualForm(name) {
  text(name);
  return USUAL.find(([pattern]) => pattern.test(name))?.[1] ?? "";
}

/** Tell whether a value has the form, with lottery numbers ascending and within their range. */
export function fitsSource(name, value, form) {
  const signs = { n: "(?:0|[1-9][0-9]{0,8})", 0: "[0-9]", h: "[0-9a-f]" };
  const letters = [];
  let pattern = "";
  for (const sign of text(form).match(/r+|b+|[^\n]/gu) ?? []) {
    const isNumber = sign[0] === "r" || sign[0] === "b";
    if (isNumber) letters.push(sign[0]);
    pattern += isNumber
      ? `([0-9]{${sign.length}})`
      : (signs[sign] ?? sign.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&"));
  }
  const found = new RegExp(`^${pattern}$`, "u").exec(text(value));
  if (!found) return false;
  const highest = HIGHEST[text(name).split(".")[0]];
  return ["r", "b"].every((letter) => {
    const numbers = letters.flatMap((of, at) => (of === letter ? [BigInt(found[at + 1])] : []));
    const isAscending = numbers.every((number, at) => !at || numbers[at - 1] < number);
    return isAscending && (!highest || numbers.every((number) => number >= 1n && number <= highest[letter]));
  });
}

/** Tell whether `instead` can be the next issue, or a later trading day, of the cancelled source `name`. */
export function mayStandIn(name, instead) {
  const [at, to] = [text(name).lastIndexOf("."), text(instead).lastIndexOf(".")];
  const [kind, number, later] = [name.slice(0, Math.max(at, 0)), name.slice(at + 1), instead.slice(to + 1)];
  if (kind !== instead.slice(0, Math.max(to, 0)) || !usualForm(name) || !usualForm(instead)) return false;
  if (kind.endsWith(".close")) return number < later;
  const isIssue = ["ssq", "dlt", "pl5", "fc3d"].includes(kind);
  return isIssue && [String(Number(number) + 1), `${Number(number.slice(0, 4)) + 1}001`].includes(later);
}

const SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY";

export function isName(value) {
  return typeof value === "string" && /^[0-9A-Za-z._-]{1,64}$/.test(value);
}

/** Tell whether `unit` is a credit code with a right check digit (GB 32100), or an internal id. */
export function isUnit(unit) {
  if (!isName(unit)) return false;
  if (new RegExp(`^[${SIGNS}]{2}[0-9]{6}[${SIGNS}]{10}$`).test(unit)) {
    let sum = 0;
    for (let place = 0, factor = 1; place < 17; place++, factor = (factor * 3) % 31) {
      sum += SIGNS.indexOf(unit[place]) * factor;
    }
    return SIGNS[(31 - (sum % 31)) % 31] === unit[17];
  }
  return /^[a-z][0-9a-z]*([._-][0-9A-Za-z]+)+$/.test(unit);
}

/** Return a point in time as milliseconds since 1970; throw Malformed for anything but RFC 3339 to the second. */
export function moment(value) {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/.exec(text(value));
  const [year, month, day, hour, minute, second] = (found ?? []).slice(1, 7).map(Number);
  const point = new Date(0);
  point.setUTCFullYear(year, month - 1, day);
  const exists = found && year && point.getUTCMonth() === month - 1 && point.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 59) throw new Malformed(`${value} 没有时区，或不是时间`);
  point.setUTCHours(hour, minute, second);
  const offset = found[7] ? Number(`${found[7]}1`) * (Number(found[8]) * 60 + Number(found[9])) : 0;
  return point.getTime() - offset * 60000;
}

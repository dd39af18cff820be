// Published lists against their committed roots, and the drawn units against tickets, weights and cut-offs.
import { Malformed, before, concat, hex, inOrder, unhex, utf8 } from "./bytes.mjs";
import { jcs } from "./json.mjs";
import { isName, isUnit, pivotalSample } from "./rules.mjs";
import { sha256 } from "./sha256.mjs";
import { treeRoot } from "./tree.mjs";
import { each, get, has, isTrue, key, less, opt, same, shown, size, text, whole } from "./values.mjs";

export function rootOf(records) {
  return treeRoot(each(records).map(jcs));
}

export function salted(salt, value) {
  return hex(sha256(concat(unhex(salt), utf8(jcs(value)))));
}

export function frameFault(head, records) {
  const units = each(records).map((record) => get(record, "unit"));
  for (const unit of units) if (!isUnit(unit)) return `单位编号 ${shown(unit)} 无效`;
  for (let at = 1; at < units.length; at++) {
    if (!(units[at - 1] < units[at])) return `单位 ${units[at]} 重复，或没有按编号排列`;
  }
  if (units.length !== get(head, "size")) return `名单有 ${units.length} 个单位，承诺的是 ${shown(head.size)} 个`;
  return rootOf(records) === get(head, "root") ? "" : "名单的树根与承诺不同";
}

export function registerFault(head, register, exclusions, units) {
  if (size(register) !== get(head, "register_size") || size(exclusions) !== get(head, "exclusions_size")) {
    return "登记名册或排除清单的条数与承诺不同";
  }
  if (treeRoot(each(register).map((unit) => jcs({ unit }))) !== get(head, "register_snapshot")) {
    return "登记名册的树根与承诺不同";
  }
  if (rootOf(exclusions) !== get(head, "exclusions_root")) return "排除清单的树根与承诺不同";
  for (const gone of each(exclusions)) {
    if (!isTrue(get(gone, "reason")) || same(get(gone, "by"), get(gone, "second"))) {
      return `单位 ${shown(get(gone, "unit"))} 的排除没有理由，或没有第二人复核`;
    }
  }
  const expected = inOrder([...units, ...each(exclusions).map((gone) => get(gone, "unit"))].map(text));
  const given = each(register);
  for (let at = 0; at < Math.min(expected.length, given.length); at++) {
    if (expected[at] !== given[at]) {
      const first = before(expected[at], text(given[at])) ? expected[at] : given[at];
      return `从单位 ${first} 起，名册不等于名单加排除`;
    }
  }
  return expected.length === given.length ? "" : "名册不等于名单加排除";
}

/** Return the tiers that are public or opened, by unit; throw Malformed for an opening that does not fit its leaf. */
export function tiersOf(records, openings) {
  const found = new Map();
  const sealed = new Map();
  for (const record of each(records)) {
    if (has(record, "c")) sealed.set(get(record, "unit"), record.c);
    else found.set(get(record, "unit"), { stratum: get(record, "stratum"), w: get(record, "w") });
  }
  for (const opening of each(openings)) {
    const tier = { stratum: get(opening, "stratum"), w: get(opening, "w") };
    const unit = key(get(opening, "unit"));
    if (salted(get(opening, "salt"), tier) !== sealed.get(unit)) {
      throw new Unopened(`单位 ${unit} 的层和权重打不开名单里的那一项`);
    }
    found.set(unit, tier);
  }
  return found;
}

/** A leaf that its opening does not open: a false line, not an unreadable file. */
export class Unopened extends Malformed {}

export function strataFault(committed, published, total) {
  const names = each(committed).map((stratum) => get(stratum, "id"));
  if (!same(published.map((stratum) => get(stratum, "id")), names) || !names.every(isName)) {
    return "公布的层与承诺的层不同";
  }
  const sum = published.map((stratum) => whole(get(stratum, "N"))).reduce((all, one) => all + one, 0);
  if (sum !== total) return `各层合计 ${sum} 个单位，名单有 ${total} 个`;
  const drawn = published.flatMap((stratum) => each(get(stratum, "selected")).map((entry) => key(get(entry, "unit"))));
  const seen = new Set();
  const twice = drawn.filter((unit) => seen.has(unit) || !seen.add(unit));
  return twice.length ? `单位 ${inOrder(twice.map(text))[0]} 在两层里都抽中` : "";
}

/** Return the units as they are drawn: by ticket, lowest or highest first; equal tickets by unit. */
function drawnOrder(draw, units) {
  const listed = units.map((unit) => [draw.ticket(unit), unit]);
  const sign = draw.isHighFirst ? -1 : 1;
  listed.sort(([t, u], [s, v]) => (t === s ? (before(u, v) ? -1 : 1) : t < s ? -sign : sign));
  return listed.map(([, unit]) => unit);
}

/** Say what is wrong with one stratum, as deep as the known tiers allow. */
export function* stratumFaults(draw, committed, published) {
  const name = get(committed, "id");
  const n = get(committed, "n");
  const entries = each(get(published, "selected"));
  const selected = entries.map((entry) => get(entry, "unit"));
  const method = get(draw.methods, key(name));
  if (!same(get(published, "n"), n) || !same(get(published, "method"), method)) {
    yield `层 ${name} 的抽取数或方法与承诺不同`;
  }
  if (new Set(selected.map(key)).size !== n || selected.length !== n) {
    yield `层 ${name} 应抽 ${shown(n)} 个，名单有 ${selected.length} 个`;
  }
  const reserve = each(opt(published, "reserve", []));
  yield* ticketFaults(draw, name, entries);
  yield* ticketFaults(draw, name, reserve);
  const cutoff = opt(published, "cutoff");
  const last = method === "ticket" && entries.length ? get(entries.at(-1), "ticket") : undefined;
  if (!same(cutoff, last)) yield `层 ${name} 的分界号不是最后一个抽中者的签号`;
  yield* tierFaults(draw, name, new Set(selected), cutoff);
  if (draw.tiers.size < draw.units.length) return;
  const members = draw.units.filter((unit) => draw.tiers.get(unit)?.stratum === name);
  if (members.length !== get(published, "N")) {
    yield `层 ${name} 有 ${members.length} 个单位，公布的是 ${shown(published.N)} 个`;
  }
  const ordered = drawnOrder(draw, members);
  const due = dueUnits(draw, name, method, ordered, n);
  if (!same(ordered.filter((unit) => due.has(unit)), selected)) yield `层 ${name} 应抽中的单位与公布的不同`;
  const following = ordered.filter((unit) => !due.has(unit)).slice(0, whole(opt(committed, "reserve", 0)));
  if (!same(reserve.map((entry) => get(entry, "unit")), following)) yield `层 ${name} 的候补次序与应有的不同`;
}

function dueUnits(draw, name, method, ordered, n) {
  if (method === "ticket") return new Set(ordered.slice(0, whole(n)));
  const label = draw.programme ? `${draw.programme}:${name}` : name;
  return pivotalSample(draw.seed, label, ordered.map((unit) => [unit, whole(draw.tiers.get(unit).w)]), n);
}

function* ticketFaults(draw, name, entries) {
  for (const [at, entry] of entries.entries()) {
    const unit = key(get(entry, "unit"));
    if (!draw.listed.has(unit)) yield `层 ${name} 的单位 ${unit} 不在承诺的名单里`;
    else if (get(entry, "ticket") !== draw.ticket(unit) || get(entry, "rank") !== at + 1) {
      yield `单位 ${unit} 的签号或名次不对`;
    }
  }
  const units = entries.map((entry) => entry.unit);
  if (!same(units, drawnOrder(draw, units))) yield `层 ${name} 没有按签号次序排列`;
}

/** Check the units whose tier is known one by one: in the right stratum, and drawn exactly as the cut-off says. */
function* tierFaults(draw, name, selected, cutoff) {
  for (const [unit, tier] of draw.tiers) {
    const isHere = same(tier.stratum, name);
    if (selected.has(unit) && !isHere) yield `单位 ${unit} 属于层 ${shown(tier.stratum)}，却在层 ${name} 抽中`;
    if (isHere && isTrue(cutoff) && !selected.has(unit)) {
      const ticket = draw.ticket(unit);
      if (draw.isHighFirst ? less(cutoff, ticket) : less(ticket, cutoff)) {
        yield `单位 ${unit} 的签号应当抽中，名单里没有`;
      }
    }
  }
}

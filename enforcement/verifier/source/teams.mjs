// Published teams: conflicts complete, every visit lawful, and the certificate that no other choice was due.
import { Malformed, inOrder, unhex, utf8 } from "./bytes.mjs";
import { jcs } from "./json.mjs";
import { salted } from "./lists.mjs";
import { lotOf } from "./rules.mjs";
import { leafHash, pathLeads } from "./tree.mjs";
import { each, get, isTrue, key, less, opt, pairs, same, size, text, whole } from "./values.mjs";

/** A conflict that is not proven, complete and opened: a false line, not an unreadable file. */
export class Unproven extends Malformed {}

/** Return the key of a pair in maps and sets. */
export function pairOf(unit, other) {
  return jcs([key(unit), key(other)]);
}

/** Return the pairs in conflict; throw Unproven unless they are proven and complete for `units`. */
export function openedConflicts(openings, head, units) {
  if (!same(each(openings).map((opening) => get(opening, "unit")), units)) {
    throw new Unproven("回避打开项与被检查单位不是一一对应");
  }
  const found = new Set();
  for (const opening of openings) {
    for (const person of open(opening, get(head, "root"), get(head, "size"))) found.add(pairOf(opening.unit, person));
  }
  return found;
}

function open(opening, root, total) {
  const unit = text(get(opening, "unit"));
  const first = whole(get(opening, "first"));
  const leaves = each(get(opening, "leaves"));
  const opened = get(opening, "opened");
  if (leaves.length !== size(get(opening, "proofs"))) throw new Unproven(`单位 ${unit} 的回避证明个数不符`);
  for (const [at, [leaf, path]] of [...pairs(leaves, opening.proofs)].entries()) {
    const hashed = leafHash(utf8(jcs(leaf)));
    const nodes = each(path).map(unhex);
    if (!pathLeads(hashed, first + at, whole(total), nodes, rootBytes(root))) {
      throw new Unproven(`单位 ${unit} 的第 ${first + at} 条回避记录不在承诺的名单里`);
    }
  }
  const sides = leaves.map((leaf) => {
    const other = get(leaf, "unit");
    return other === unit ? 0 : less(other, unit) ? -1 : 1;
  });
  const count = (side) => sides.filter((found) => found === side).length;
  const begins = count(-1) === 1 || (count(-1) === 0 && first === 0);
  const ends = count(1) === 1 || (count(1) === 0 && first + leaves.length === total);
  const isSorted = sides.every((side, at) => !at || sides[at - 1] <= side);
  if (!isSorted || !begins || !ends) throw new Unproven(`单位 ${unit} 的回避记录缺少相邻项，不能证明完整`);
  const own = leaves.filter((_, at) => sides[at] === 0);
  if (size(opened) !== own.length) {
    throw new Unproven(`单位 ${unit} 有 ${own.length} 条回避记录，只打开了 ${size(opened)} 条`);
  }
  for (const [leaf, given] of pairs(own, opened)) {
    if (salted(get(given, "salt"), { insp: get(given, "insp") }) !== get(leaf, "who")) {
      throw new Unproven(`单位 ${unit} 的一条回避记录打不开`);
    }
  }
  return each(opened).map((given) => key(given.insp));
}

function rootBytes(root) {
  return typeof root === "string" && /^[0-9a-f]{64}$/.test(root) ? unhex(root) : new Uint8Array();
}

/** Return who may make a visit `{unit, dept, items}` in the window. */
export function lawfulPersons(visit, persons, window, conflicts) {
  const lawful = each(persons).filter(
    (person) =>
      same(get(person, "dept"), visit.dept) &&
      !less(get(person, "valid_until"), get(window, "to")) &&
      each(get(person, "available")).some((period) => covers(period, window)) &&
      isWithin(visit.items, get(person, "skills")) &&
      !conflicts.has(pairOf(visit.unit, get(person, "insp"))),
  );
  return new Set(lawful.map((person) => key(get(person, "insp"))));
}

function covers(period, window) {
  const days = each(period);
  if (days.length !== 2) throw new Malformed("可用日期应是首尾两天");
  return !less(get(window, "from"), days[0]) && !less(days[1], get(window, "to"));
}

function isWithin(items, skills) {
  const known = new Set(each(skills).map(key));
  return items.every((item) => known.has(item));
}

function countLeads(team, leads) {
  return [...team].filter((person) => leads.has(person)).length;
}

export function* teamFaults(places, leads) {
  for (const { unit, dept, k, lead, lawful, team } of places) {
    const where = `单位 ${unit}、部门 ${dept}`;
    const outside = team.filter((person) => !lawful.has(person));
    if (outside.length) yield `${where}：${inOrder(outside.map(text))[0]} 不能依法参加`;
    if (team.length !== k || !same(team, inOrder(new Set(team.map(text))))) {
      yield `${where}：应派 ${k} 人并按证号排列，名单有 ${team.length} 人`;
    }
    if (less(countLeads(new Set(team), leads), lead)) yield `${where}：带队人不足 ${lead} 名`;
  }
}

export function visitsOf(places) {
  const visits = new Map();
  for (const person of places.flatMap((place) => place.team)) visits.set(person, (visits.get(person) ?? 0) + 1);
  return visits;
}

/** Return who carries more than `limit`, of those who have a visit. */
export function overloaded(places, carried, limit) {
  const above = [...visitsOf(places)].filter(([person, count]) => whole(carried.get(person)) + count > whole(limit));
  return inOrder(above.map(([person]) => person));
}

/** Give each visit that `person` could hand on, with each person who could lawfully take it. */
function* exchanges(places, teams, leads, person) {
  for (const [number, place] of places.entries()) {
    const team = teams[number];
    if (!team.has(person)) continue;
    const needsLead = leads.has(person) && countLeads(team, leads) <= place.lead;
    for (const comes of place.lawful) {
      if (!team.has(comes) && (leads.has(comes) || !needsLead)) yield [number, comes];
    }
  }
}

/** Tell whether a lawful assignment exists with every load at most `limit` - 1, by moving visits one at a time. */
export function limitCanBeLower(places, leads, carried, limit) {
  const teams = places.map((place) => new Set(place.team));
  const load = visitsOf(places);
  const spare = new Map();
  for (const person of places.flatMap((place) => [...place.lawful])) {
    spare.set(person, limit - 1 - whole(carried.get(person)) - (load.get(person) ?? 0));
  }
  for (const person of [...spare.keys()]) {
    while (spare.get(person) < 0 && load.get(person)) {
      const chain = relief(places, teams, leads, spare, person);
      if (!chain) return false;
      for (const [number, leaves, comes] of chain) {
        teams[number].delete(leaves);
        teams[number].add(comes);
      }
      const last = chain.at(-1)[2];
      spare.set(person, spare.get(person) + 1);
      load.set(person, load.get(person) - 1);
      spare.set(last, spare.get(last) - 1);
      load.set(last, (load.get(last) ?? 0) + 1);
    }
  }
  return true;
}

/** Return the shortest chain of exchanges [visit, leaves, comes] from `start` to somebody with room, or null. */
function relief(places, teams, leads, spare, start) {
  const came = new Map([[start, null]]);
  const queue = [start];
  for (const person of queue) {
    for (const [number, comes] of exchanges(places, teams, leads, person)) {
      if (came.has(comes)) continue;
      came.set(comes, [number, person]);
      queue.push(comes);
      if (spare.get(comes) <= 0) continue;
      const chain = [];
      for (let at = comes; came.get(at); at = came.get(at)[1]) chain.unshift([came.get(at)[0], came.get(at)[1], at]);
      return chain;
    }
  }
  return null;
}

/** Tell whether some round of exchanges within the limit lowers the sum of lots: a negative cycle.
 *
 * Nodes are the persons and the free room. The halves of a lot add up apart, each below 2^53. Bellman-Ford from zero.
 */
export function canBeImproved(seed, places, leads, carried, limit) {
  const teams = places.map((place) => new Set(place.team));
  const visits = visitsOf(places);
  const lots = places.map(
    (place) => new Map([...place.lawful].map((person) => [person, lotOf(seed, place.unit, person)])),
  );
  const room = Symbol("room");
  const arcs = new Map();
  const add = (start, end, first, second) => {
    if (!arcs.has(start)) arcs.set(start, new Map());
    const known = arcs.get(start).get(end);
    if (!known || isLower(first, second, ...known)) arcs.get(start).set(end, [first, second]);
  };
  for (const person of visits.keys()) {
    add(room, person, 0, 0);
    for (const [number, comes] of exchanges(places, teams, leads, person)) {
      const [gained, lost] = [lots[number].get(comes), lots[number].get(person)];
      add(person, comes, gained[0] - lost[0], gained[1] - lost[1]);
    }
  }
  for (const person of new Set(places.flatMap((place) => [...place.lawful]))) {
    if (carried.get(person) + (visits.get(person) ?? 0) < limit) add(person, room, 0, 0);
  }
  return hasNegativeCycle(arcs, carried.size + 1);
}

function isLower(first, second, otherFirst, otherSecond) {
  return first < otherFirst || (first === otherFirst && second < otherSecond);
}

function hasNegativeCycle(arcs, rounds) {
  let reached = new Map();
  const at = (node) => reached.get(node) ?? [0, 0];
  for (let round = 0; round < rounds; round++) {
    const next = new Map(reached);
    let isChanged = false;
    for (const [start, ends] of arcs) {
      const [first, second] = at(start);
      for (const [end, cost] of ends) {
        const found = [first + cost[0], second + cost[1]];
        if (isLower(...found, ...(next.get(end) ?? [0, 0]))) {
          next.set(end, found);
          isChanged = true;
        }
      }
    }
    if (!isChanged) return false;
    reached = next;
  }
  return true;
}

/** Return the visits that are due: for each drawn unit and department how many persons, how many leads, which items. */
export function wantedVisits(programmes, strataOf) {
  const wanted = new Map();
  for (const programme of programmes) {
    const drawn = strataOf(programme).flatMap((found) => each(get(found, "selected")).map((entry) => get(entry, "unit")));
    for (const demand of each(opt(programme.commit, "team", []))) {
      for (const unit of drawn) {
        const place = pairOf(unit, get(demand, "dept"));
        const known = wanted.get(place) ?? { unit, dept: demand.dept, k: 0, lead: 0, items: [] };
        known.k = Math.max(known.k, whole(get(demand, "k")));
        known.lead = Math.max(known.lead, whole(opt(demand, "lead", 0)));
        known.items = [...new Set([...known.items, ...each(opt(demand, "items", []))])];
        wanted.set(place, known);
      }
    }
  }
  return [...wanted.values()];
}

/** Return visits by unit, then by department. */
export function sortedVisits(visits) {
  return [...visits].sort((one, other) =>
    one.unit === other.unit ? (less(one.dept, other.dept) ? -1 : 1) : less(one.unit, other.unit) ? -1 : 1,
  );
}

/** Return who must take a vacated place (section 10), or null when nobody lawful is left. */
export function replacement(seed, place, leaves, leads, carried, visits, limit, unfit = new Set()) {
  const remaining = place.team.filter((person) => person !== leaves);
  const needsLead = countLeads(remaining, leads) < place.lead;
  const free = [...place.lawful].filter(
    (person) =>
      !place.team.includes(person) && !unfit.has(pairOf(place.unit, person)) && (leads.has(person) || !needsLead),
  );
  const keys = free.map((person) => {
    const after = carried.get(person) + (visits.get(person) ?? 0) + 1;
    return { person, lot: [Math.max(after, limit + 1), ...lotOf(seed, place.unit, person)] };
  });
  keys.sort((one, other) => {
    const at = one.lot.findIndex((part, index) => part !== other.lot[index]);
    return at < 0 ? (less(one.person, other.person) ? -1 : 1) : one.lot[at] - other.lot[at];
  });
  return keys.length ? keys[0].person : null;
}

// The verification of a disclosure: the lines of section 12 in their order, each true, false or open.
import { Malformed, inOrder } from "./bytes.mjs";
import { bindingFaults, historyFaults } from "./binding.mjs";
import { jcs, parse } from "./json.mjs";
import { Unopened, frameFault, registerFault, rootOf, strataFault, stratumFaults, tiersOf } from "./lists.mjs";
import { fitsSource, mayStandIn, moment, ticketsOf, usualForm } from "./rules.mjs";
import { sha256hex } from "./sha256.mjs";
import {
  Unproven,
  canBeImproved,
  lawfulPersons,
  limitCanBeLower,
  openedConflicts,
  overloaded,
  pairOf,
  replacement,
  sortedVisits,
  teamFaults,
  visitsOf,
  wantedVisits,
} from "./teams.mjs";
import { each, get, has, isTrue, key, opt, pairs, same, shown, size, text, whole } from "./values.mjs";

/** Give all lines of a disclosure, or those up to the place that cannot be read.
 *
 * `witnessedAt` is when witnesses saw the commitment in the log (without it that line stays open), `unit` adds a line for
 * one enterprise, `practice` leaves open what only a real draw needs.
 */
export function* verifyLines(bytes, { witnessedAt = null, unit = null, practice = false } = {}) {
  let step = 1;
  try {
    const lines = linesOf(takeApart(parse(bytes)), { witnessedAt, unit, practice });
    for (const line of lines) {
      step = line.step;
      yield line;
    }
  } catch (error) {
    // Whatever stops the reading makes the draw invalid: nothing unread may pass.
    yield { step, code: "malformed", mark: "false", text: `${error instanceof Malformed ? error.message : `文件读不下去（${error}）`}。` };
  }
}

export function verify(bytes, options) {
  const lines = [...verifyLines(bytes, options)];
  return { valid: lines.every((line) => line.mark !== "false"), lines };
}

function* linesOf(draw, { witnessedAt, unit, practice }) {
  yield* commitmentLines(draw, witnessedAt);
  yield* attemptLines(draw, practice);
  yield* listLines(draw);
  yield* sourceLines(draw);
  for (const programme of draw.programmes) yield* drawLines(draw, programme);
  yield* teamLines(draw);
  if (unit !== null) yield* draw.programmes.map((programme) => ownLine(draw, programme, unit));
}

/** Return a disclosure taken apart: commitment, transcript, programmes with their lists, persons, history. */
export function takeApart(document) {
  if (get(document, "type") !== "ssj-draw/1 disclosure") throw new Malformed("这不是 ssj-draw/1 的公开文件");
  const commit = get(document, "commit");
  const transcript = get(document, "transcript");
  if (get(commit, "type") !== "ssj-draw/1 commit" || get(transcript, "type") !== "ssj-draw/1 transcript") {
    throw new Malformed("承诺或结果书的类型不对");
  }
  const parts = [["", commit], ...each(opt(commit, "joint", [])).map((joint) => [get(joint, "id"), joint])];
  const lists = each(get(document, "lists"));
  const names = lists.map((listed) => opt(listed, "programme", ""));
  if (!same(names, parts.map(([name]) => name))) throw new Malformed("公开的名单与承诺的计划不是一一对应");
  for (const found of each(get(transcript, "strata"))) {
    if (!names.includes(key(opt(found, "programme", "")))) throw new Malformed("结果书里有承诺以外的计划");
  }
  const programmes = parts.map(([name, part], at) => ({
    name,
    title: name ? `联合计划 ${name} 的` : "",
    commit: part,
    listed: lists[at],
    units: each(get(lists[at], "frame")).map((record) => get(record, "unit")),
  }));
  return {
    commit,
    transcript,
    programmes,
    persons: opt(document, "inspectors"),
    history: opt(document, "history"),
    commitHash: sha256hex(jcs(commit)),
    ticket: lazily(() => ticketsOf(get(transcript, "seed"))),
  };
}

function lazily(make) {
  let made;
  return (value) => (made ??= make())(value);
}

/** Return a false line with the first fault, or a true one. */
function lineOf(step, code, faults, right) {
  for (const fault of faults) if (fault) return { step, code, mark: "false", text: `${fault}。` };
  return { step, code, mark: "true", text: `${right}。` };
}

function openLine(step, code, said) {
  return { step, code, mark: "open", text: said };
}

function* commitmentLines({ commit, transcript, commitHash }, witnessedAt) {
  const isSame = ["draw", "attempt"].every((name) => same(get(transcript, name), get(commit, name)));
  const fits = isSame && get(transcript, "commit") === commitHash;
  const other = `结果书引用的承诺不是这一份，这一份的摘要是 ${commitHash}`;
  yield lineOf(1, "commit", [fits ? "" : other], `承诺摘要 ${commitHash}，结果书引用的就是它`);
  const alone = same(get(transcript, "by"), get(transcript, "second")) ? "抽取只有一人签名" : "";
  const signed = `${shown(get(transcript, "made_at"))} 抽取，${shown(transcript.by)} 与 ${shown(transcript.second)} 双签`;
  yield lineOf(1, "signed", [alone], signed);
  const notBefore = get(commit, "not_before");
  if (witnessedAt === null) {
    yield openLine(1, "witness", `没有给出见证时间。请在日志里核对承诺早于 ${notBefore}。`);
  } else {
    const isLate = moment(witnessedAt) >= moment(notBefore);
    const late = isLate ? `见证时间 ${witnessedAt} 不早于 ${notBefore}` : "";
    yield lineOf(1, "witness", [late], `见证时间 ${witnessedAt}，早于 ${notBefore}`);
  }
}

function* attemptLines({ commit, history, commitHash }, practice) {
  const lacking = [...bindingFaults(commit)].join("；");
  if (lacking && practice) yield openLine(2, "binding", `演练：${lacking}。`);
  else yield lineOf(2, "binding", [lacking], "承诺的来源、持盐方、时间和名单齐全");
  if (history === undefined) {
    yield openLine(2, "attempts", "没有附各次承诺的记录。请在日志里核对只有这一次有效。");
    return;
  }
  const faults = [...historyFaults(history, commit, commitHash)];
  const right = `共 ${size(history)} 次承诺，编号连续，这是第 ${shown(get(commit, "attempt"))} 次`;
  yield lineOf(2, "attempts", faults, right);
}

function* listLines({ programmes, commit, persons }) {
  for (const { commit: part, listed, title, units } of programmes) {
    const head = get(part, "frame");
    const fault = frameFault(head, get(listed, "frame"));
    yield lineOf(3, "frame", [fault], `${title}名单 ${shown(get(head, "size"))} 个单位，树根与承诺一致`);
    if (has(head, "register_snapshot")) {
      const [register, exclusions] = [get(listed, "register"), get(listed, "exclusions")];
      const wrong = registerFault(head, register, exclusions, units);
      const counts = `名册 ${size(register)} 个，减去有理由的排除 ${size(exclusions)} 个，正是名单`;
      yield lineOf(3, "register", [wrong], `${title}${counts}`);
    }
  }
  if (has(commit, "inspectors")) {
    const head = commit.inspectors;
    const isSame = get(head, "size") === size(persons) && rootOf(persons) === get(head, "root");
    yield lineOf(3, "inspectors", [isSame ? "" : "执法人员名单与承诺不同"], `执法人员 ${shown(head.size)} 名，树根与承诺一致`);
  }
}

function* sourceLines({ commit, transcript }) {
  const values = get(transcript, "sources");
  const said = each(values).map((value) => `${shown(opt(value, "instead", get(value, "name")))} = ${shown(get(value, "value"))}`);
  const right = `来源格式无误，请对照官方公布：${said.join("；")}`;
  yield lineOf(4, "sources", sourceFaults(get(commit, "sources"), values), right);
  const seals = opt(commit, "salts", []);
  const salts = get(transcript, "salts");
  const closed = [...pairs(seals, salts)].flatMap(([seal, salt]) => {
    const fits =
      same(get(seal, "party"), get(salt, "party")) &&
      sha256hex(`ssj-draw/1 salt\n${shown(get(commit, "draw"))}\n${shown(salt.party)}\n${shown(get(salt, "value"))}\n`) === get(seal, "commit");
    return fits ? [] : [`${shown(seal.party)} 的盐打不开它的承诺`];
  });
  yield lineOf(4, "salts", closed, `${size(seals)} 方的盐都与承诺相符`);
  const made = [
    "ssj-draw/1 seed",
    `commit=${shown(get(transcript, "commit"))}`,
    ...each(values).map((value) => `source=${shown(get(value, "name"))}=${shown(get(value, "value"))}`),
    ...each(salts).map((salt) => `salt=${shown(get(salt, "party"))}=${shown(get(salt, "value"))}`),
  ];
  const seed = sha256hex(made.map((line) => `${line}\n`).join(""));
  const given = get(transcript, "seed");
  yield lineOf(5, "seed", [seed === given ? "" : `种子应为 ${seed}，公布的是 ${shown(given)}`], `种子 ${given}`);
}

function* sourceFaults(committed, given) {
  const names = (list) => each(list).map((source) => get(source, "name"));
  if (!same(names(committed), names(given))) yield "来源的项目或次序与承诺不同";
  for (let at = 0; at < Math.min(committed.length, given.length); at++) {
    const [source, value] = [committed[at], given[at]];
    const written = opt(source, "format");
    const form = isTrue(written) ? written : usualForm(get(source, "name"));
    if (!fitsSource(source.name, get(value, "value"), form)) {
      yield `来源 ${source.name} 的值 ${value.value} 不合格式 ${form}`;
    }
    if (has(value, "instead") && !(has(value, "notice") && mayStandIn(source.name, value.instead))) {
      yield `来源 ${source.name} 不能改用 ${value.instead}，或没有附官方取消公告`;
    }
  }
}

export function strataOf({ transcript }, programme) {
  return each(get(transcript, "strata")).filter((found) => opt(found, "programme", "") === programme.name);
}

function* drawLines(draw, programme) {
  const { title, units, listed, commit } = programme;
  let tiers;
  try {
    tiers = tiersOf(get(listed, "frame"), opt(listed, "openings", []));
    programme.tiers = tiers; // for the line on one enterprise
  } catch (error) {
    if (!(error instanceof Unopened)) throw error;
    yield { step: 5, code: "openings", mark: "false", text: `${error.message}。` };
    return;
  }
  if (tiers.size < units.length) {
    const said = `层和权重已封存，打开了 ${tiers.size} 个，共 ${units.length} 个；其余由监督机关全数核验。`;
    yield openLine(5, "openings", title + said);
  } else {
    yield lineOf(5, "openings", [], `${title}全部 ${units.length} 个单位的层和权重可核验`);
  }
  const [committed, published] = [get(commit, "strata"), strataOf(draw, programme)];
  yield lineOf(5, "strata", [strataFault(committed, published, units.length)], `${title}各层合计 ${units.length} 个单位`);
  const checked = {
    seed: get(draw.transcript, "seed"),
    programme: programme.name,
    isHighFirst: opt(commit, "order", "low") === "high",
    units,
    listed: new Set(units),
    tiers,
    methods: get(commit, "method"),
    ticket: draw.ticket,
  };
  for (const [stratum, found] of pairs(committed, published)) {
    const cutoff = has(found, "cutoff") ? `，分界号 ${each(found.cutoff).slice(0, 12).join("")}…` : "";
    const said = `${title}层 ${get(stratum, "id")}：${shown(get(found, "N"))} 个中抽 ${shown(get(found, "n"))} 个${cutoff}`;
    yield lineOf(5, "selection", stratumFaults(checked, stratum, found), said);
  }
}

function visitsDue(draw) {
  return wantedVisits(draw.programmes, (programme) => strataOf(draw, programme));
}

function conflictsOf(draw, wanted) {
  const visited = inOrder(new Set(wanted.map((visit) => text(visit.unit))));
  return openedConflicts(get(draw.transcript, "conflict_openings"), get(draw.commit, "conflicts"), visited);
}

/** Return the visits due with who may make each and who does; null unless the teams are one for one. */
function placesOf(draw, wanted, conflicts) {
  const published = each(get(draw.transcript, "teams"));
  const teams = new Map();
  for (const team of published) {
    teams.set(pairOf(get(team, "unit"), get(team, "dept")), each(get(team, "insp")).map(key));
  }
  const visits = sortedVisits(wanted);
  const names = visits.map((visit) => pairOf(visit.unit, visit.dept));
  if (!same([...teams.keys()], names) || teams.size !== published.length) return null;
  return visits.map((visit, at) => ({
    ...visit,
    lawful: lawfulPersons(visit, draw.persons, get(draw.commit, "window"), conflicts),
    team: teams.get(names[at]),
  }));
}

/** Return who may lead, and the load that each person carries over. */
function staffOf({ persons }) {
  const leads = each(persons).flatMap((person) => (isTrue(get(person, "lead")) ? [get(person, "insp")] : []));
  const carried = each(persons).map((person) => [key(get(person, "insp")), get(person, "load")]);
  return { leads: new Set(leads), carried: new Map(carried) };
}

function* teamLines(draw) {
  const { transcript } = draw;
  const wanted = visitsDue(draw);
  if (!wanted.length) {
    const fault = isTrue(opt(transcript, "teams")) ? "承诺没有要求派人，结果书里却有检查小组" : "";
    yield lineOf(6, "teams", [fault], "承诺没有要求派人");
    return;
  }
  let conflicts;
  try {
    conflicts = conflictsOf(draw, wanted);
  } catch (error) {
    if (!(error instanceof Unproven)) throw error;
    yield { step: 6, code: "conflicts", mark: "false", text: `${error.message}。` };
    return;
  }
  yield lineOf(6, "conflicts", [], `被检查单位的回避关系 ${conflicts.size} 条已打开，相邻项证明没有遗漏`);
  const places = placesOf(draw, wanted, conflicts);
  if (!places) {
    yield lineOf(6, "teams", ["检查小组与应有的检查不是一一对应"]);
    return;
  }
  const { leads, carried } = staffOf(draw);
  const limit = get(transcript, "L");
  const teams = lineOf(6, "teams", teamFaults(places, leads), `${places.length} 个小组人数足够，每人都可依法参加`);
  yield teams;
  if (teams.mark === "false") return;
  const above = overloaded(places, carried, limit);
  yield lineOf(6, "load", above.map((person) => `${person} 的检查数超过 ${limit}`), `每人的检查数不超过 ${limit}`);
  if (above.length) return;
  const lower = limitCanBeLower(places, leads, carried, limit) ? `最大检查数可以小于 ${limit}` : "";
  yield lineOf(6, "least-load", [lower], `最大检查数不能小于 ${limit}`);
  const better = canBeImproved(get(transcript, "seed"), places, leads, carried, limit);
  const fault = better ? "换人可以使签号之和更小，这不是应有的分派" : "";
  yield lineOf(6, "certificate", [fault], "没有任何换人办法能使签号之和更小");
}

/** Tell one enterprise where it stands; the frame is whole, so that absence needs no proof of its own. */
function ownLine(draw, programme, unit) {
  const { title, listed, units } = programme;
  const say = (said) => ({ step: 7, code: "own", mark: "true", text: `${said}。` });
  const gone = each(opt(listed, "exclusions", [])).filter((entry) => get(entry, "unit") === unit);
  if (gone.length) return say(`单位 ${unit} 被排除在${title}名单外，理由 ${shown(get(gone[0], "reason"))}`);
  if (!units.includes(unit)) return say(`单位 ${unit} 不在${title}名单里`);
  const published = strataOf(draw, programme);
  const hits = published.flatMap((found) =>
    each(get(found, "selected")).flatMap((entry) => (get(entry, "unit") === unit ? [get(found, "id")] : [])),
  );
  const state = hits.length ? `已抽中（层 ${hits[0]}）` : "未抽中";
  const tier = (programme.tiers ?? tiersOf(get(listed, "frame"), opt(listed, "openings", []))).get(unit);
  let chance = "";
  for (const found of published) {
    if (!tier || !same(get(found, "id"), tier.stratum) || get(found, "method") !== "ticket") continue;
    const tenths = Math.floor((1000 * whole(get(found, "n"))) / whole(get(found, "N")));
    chance = `；本轮你被抽中的概率 ${found.n}/${found.N}，约 ${Math.floor(tenths / 10)}.${tenths % 10} %`;
    chance += `，分界号 ${opt(found, "cutoff", "无")}`;
  }
  return say(`单位 ${unit} 在${title}名单里，签号 ${draw.ticket(unit)}，${state}${chance}`);
}

/** Check replacements of inspectors in the order they were made: each `{unit, dept, leaves, comes, cause}` gives a line. */
export function substitutionLines(bytes, changes) {
  const draw = takeApart(parse(bytes));
  const wanted = visitsDue(draw);
  const places = placesOf(draw, wanted, conflictsOf(draw, wanted)) ?? [];
  const { leads, carried } = staffOf(draw);
  const [seed, limit] = [text(get(draw.transcript, "seed")), whole(get(draw.transcript, "L"))];
  const unfit = new Set();
  return changes.map(({ unit, dept, leaves, comes, cause }) => {
    const place = places.find((found) => found.unit === unit && found.dept === dept);
    if (!place?.team.includes(leaves)) {
      return lineOf(0, "substitution", [`${leaves} 不在部门 ${dept} 检查单位 ${unit} 的小组里`]);
    }
    // Who was recused from a unit does not come back to it.
    if (cause === "recusal") unfit.add(pairOf(unit, leaves));
    const due = replacement(seed, place, leaves, leads, carried, visitsOf(places), limit, unfit);
    const who = due ?? "没有人可以依次递补";
    if (due) place.team = inOrder([...place.team.filter((person) => person !== leaves), due]);
    const right = `单位 ${unit}、部门 ${dept}：${leaves} 离开，依次由 ${who} 接替`;
    return lineOf(0, "substitution", [due === comes ? "" : `${right}，记录的是 ${comes}`], right);
  });
}

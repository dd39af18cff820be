// What a commitment must have to bind a real draw, and that it was the one attempt open when its numbers came out.
import { moment, usualForm } from "./rules.mjs";
import { each, get, has, isTrue, key, opt, same, size, text, whole } from "./values.mjs";

const TENTHS = { ssq: 241, dlt: 244, pl5: 166, fc3d: 99, sse: 130, szse: 130, drand: 2560, dice: 664 };

export function* bindingFaults(commit) {
  for (const name of ["plan", "items", "fallback", "spec", "code"]) {
    if (!has(commit, name)) yield `没有写“${name}”`;
  }
  const salts = size(opt(commit, "salts", []));
  const isSealed = get(commit, "secrecy") === "sealed";
  if (isSealed && salts < 2) yield `封存方式只有 ${salts} 方持盐，应有两方以上`;
  if (isSealed && !has(commit, "reveal_by")) yield "没有写最迟揭示日期";
  if (!isSealed && salts) yield "公开方式不应有盐";
  yield* sourceFaults(get(commit, "sources"), get(commit, "not_before"), isSealed ? 240 : 640);
  for (const programme of [commit, ...each(opt(commit, "joint", []))]) yield* programmeFaults(commit, programme);
}

function* sourceFaults(sources, notBefore, least) {
  let tenths = 0;
  for (const source of each(sources)) {
    const name = text(get(source, "name"));
    const at = due(source);
    if (at === null || at < moment(notBefore)) yield `来源 ${name} 没有写公布时间，或公布早于 ${notBefore}`;
    else if (has(source, "at") && at !== moment(source.at)) yield `来源 ${name} 的公布时间写错了`;
    if (!isUsual(source)) yield `来源 ${name} 不在来源表里，或格式不是通行的格式`;
    tenths += usualForm(name) ? TENTHS[name.split(".")[0]] : 0;
  }
  if (tenths < least) yield `各来源合计只有 ${Math.floor(tenths / 10)} 比特`;
}

function isUsual(source) {
  const usual = usualForm(source.name);
  if (!usual) return false;
  const allowed = [usual, ...(usual[0] === "n" ? ["0000.0000", "00000.0000"] : [])];
  return allowed.includes(key(opt(source, "format", usual)));
}

function* programmeFaults(commit, programme) {
  const team = each(opt(programme, "team", []));
  if (!has(get(programme, "frame"), "register_snapshot")) yield "名单没有登记名册作根据";
  const persons = team.map((demand) => whole(get(demand, "k"))).reduce((sum, k) => sum + k, 0);
  if (team.length && persons < 2) yield "每户检查不足两人";
  if (team.length && !["inspectors", "conflicts", "window"].every((name) => has(commit, name))) {
    yield "没有写执法人员名单、回避名单或检查期间";
  }
}

/** Say why the commitment was not the one that bound: `history` are all attempts of the draw as the log has them. */
export function* historyFaults(history, commit, commitHash) {
  const attempts = each(history);
  if (attempts.some((attempt, at) => get(attempt, "attempt") !== at + 1)) {
    yield "各次承诺的编号有缺";
    return;
  }
  const own = attempts.filter((attempt) => get(attempt, "commit") === commitHash);
  if (own.length !== 1 || own[0].attempt !== get(commit, "attempt")) {
    yield "日志里没有这一次承诺";
    return;
  }
  if (moment(get(own[0], "committed_at")) >= moment(get(commit, "not_before"))) {
    yield `承诺在 ${own[0].committed_at} 才入日志，不早于 ${commit.not_before}`;
  }
  const committed = each(opt(commit, "salts", [])).map((salt) => get(salt, "commit"));
  if (!same(opt(own[0], "salts", []), committed)) yield "日志里的盐承诺与承诺文件不同";
  const seen = new Set();
  for (const attempt of attempts) {
    const salts = each(opt(attempt, "salts", [])).map(key);
    if (salts.some((salt) => seen.has(salt))) yield `第 ${attempt.attempt} 次承诺用了以前用过的盐`;
    for (const salt of salts) seen.add(salt);
    const voided = opt(attempt, "voided");
    if (!isTrue(voided)) continue;
    const isLate = moment(get(voided, "at")) >= moment(get(attempt, "known_from"));
    if (isLate && !isTrue(opt(voided, "approver"))) {
      yield `第 ${attempt.attempt} 次在随机源公布后作废，却没有外部机关同意`;
    }
    if (same(get(voided, "by"), get(voided, "second"))) yield `第 ${attempt.attempt} 次作废只有一人签名`;
  }
  for (let at = 1; at < attempts.length; at++) {
    const [earlier, later] = [attempts[at - 1], attempts[at]];
    if (!has(earlier, "voided") || moment(get(later, "committed_at")) < moment(get(earlier.voided, "at"))) {
      const [no, before] = [later.attempt, earlier.attempt];
      yield `第 ${no} 次承诺时第 ${before} 次还没有作废，应以第 ${before} 次为准`;
    }
  }
}

/** Return when a source becomes public, by its name where that tells, else as committed; null where nothing tells. */
function due(source) {
  const name = text(get(source, "name"));
  const drand = /^drand\.quicknet\.(\d{1,10})$/.exec(name);
  if (drand) return (1692803367 + 3 * (Number(drand[1]) - 1)) * 1000;
  const close = /^(?:sse\.000001|szse\.399001)\.close\.(\d{4})(\d\d)(\d\d)$/.exec(name);
  if (close) return moment(`${close[1]}-${close[2]}-${close[3]}T15:00:00+08:00`);
  return has(source, "at") ? moment(source.at) : null;
}

// The page: read the chosen files, show the lines as they come, and let one enterprise look for itself alone.
import { textOf } from "./bytes.mjs";
import { parse } from "./json.mjs";
import { witnessing } from "./log.mjs";
import { isUnit, lotOf, pivotalSample, ticketsOf } from "./rules.mjs";
import { sha256hex } from "./sha256.mjs";
import { canBeImproved, limitCanBeLower, overloaded, teamFaults } from "./teams.mjs";
import { substitutionLines, verify, verifyLines } from "./verify.mjs";

const STEPS = ["", "承诺与签名", "约束力与历次承诺", "名单", "随机源与盐", "种子与抽取", "检查小组", "你的企业"];
const OWN = 7;
const MARKS = { true: "✓ 正确", false: "✗ 错误", open: "○ 待核" };
const CAUSES = ["recusal", "illness", "left", "emergency"];
const byId = (id) => document.getElementById(id);
const breath = () => new Promise((go) => setTimeout(go));

async function bytesOf(input) {
  return input.files.length ? new Uint8Array(await input.files[0].arrayBuffer()) : null;
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function say(text, kind) {
  byId("verdict").textContent = text;
  byId("verdict").className = kind;
  byId("result-title").hidden = false;
}

function show(line) {
  const id = `step-${line.step}`;
  if (!byId(id)) {
    const part = element("section");
    const list = element("ul", "", "lines");
    list.id = id;
    part.append(element("h3", line.step ? `第 ${line.step} 步　${STEPS[line.step]}` : "替换"), list);
    // What somebody asked about the own enterprise comes first.
    if (line.step === OWN) byId("lines").prepend(part);
    else byId("lines").append(part);
  }
  byId(id).append(row(line));
}

function row(line) {
  const item = element("li", "", line.mark);
  item.append(element("strong", MARKS[line.mark], "mark"), element("code", line.code), element("span", line.text));
  return item;
}

async function check(event) {
  event.preventDefault();
  const typed = byId("unit").value.trim();
  // People type codes in small letters; an internal id stays as it is.
  const unit = isUnit(typed.toUpperCase()) ? typed.toUpperCase() : typed || null;
  byId("lines").replaceChildren();
  byId("drawn").replaceChildren();
  const disclosure = await bytesOf(byId("disclosure"));
  if (!disclosure) return say("请先选择公开文件。", "wait");
  if (unit && !isUnit(unit)) return say(`“${unit}”不是统一社会信用代码：请核对 18 位代码，末位是校验位。`, "wait");
  say("正在核验…", "wait");
  byId("go").disabled = true;
  try {
    await run(disclosure, unit);
  } finally {
    byId("go").disabled = false;
    byId("verdict").focus();
  }
}

async function run(disclosure, unit) {
  await breath();
  const lines = [];
  const [receipt, policy] = [await bytesOf(byId("receipt")), await bytesOf(byId("policy"))];
  let witnessedAt = byId("seen").value.trim() || null;
  if (receipt || policy) {
    if (!receipt || !policy) return say("回执和信任设置要一起选择。", "wait");
    const log = witnessing(disclosure, receipt, readable(policy));
    witnessedAt = log.witnessedAt;
    lines.push(log.line);
  }
  const start = performance.now();
  for (const line of lines) show(line);
  for (const line of verifyLines(disclosure, { witnessedAt, unit, practice: byId("practice").checked })) {
    lines.push(line);
    show(line);
    await breath();
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const wrong = lines.find((line) => line.mark === "false");
  const left = lines.filter((line) => line.mark === "open").length;
  if (wrong) say(`✗ 无效：第 ${wrong.step} 步 ${wrong.code}，${wrong.text}`, "false");
  else say(`✓ 没有发现错误，共 ${lines.length} 行${left ? `，其中 ${left} 行待核` : ""}（用时 ${seconds} 秒）。`, "true");
  if (unit === null && !lines.some((line) => line.code === "malformed")) showDrawn(parse(disclosure));
}

function readable(bytes) {
  try {
    return textOf(bytes);
  } catch {
    return "";
  }
}

function showDrawn({ commit, transcript }) {
  const table = element("table");
  table.append(element("caption", `抽查 ${transcript.draw} 第 ${transcript.attempt} 次承诺抽中的单位`));
  const head = element("tr");
  for (const title of ["层", "次序", "单位", "签号"]) head.append(element("th", title));
  for (const th of head.children) th.scope = "col";
  const body = element("tbody");
  for (const stratum of transcript.strata) {
    for (const entry of stratum.selected) {
      const line = element("tr");
      const layer = stratum.programme ? `${stratum.programme}：${stratum.id}` : stratum.id;
      for (const cell of [layer, entry.rank, entry.unit, `${entry.ticket.slice(0, 14)}…`]) {
        line.append(element("td", String(cell)));
      }
      body.append(line);
    }
  }
  const top = element("thead");
  top.append(head);
  table.append(top, body);
  const said = commit.verifier
    ? `承诺写明的核验页摘要是 ${commit.verifier}，请与本页文件的摘要对照（见下）。`
    : "承诺没有写明核验页的摘要。";
  byId("drawn").append(table, element("p", said));
}

async function checkChanges(event) {
  event.preventDefault();
  const list = byId("changed");
  list.replaceChildren();
  const disclosure = await bytesOf(byId("disclosure"));
  const rows = byId("changes").value.split("\n").map((line) => line.trim().split(/\s+/)).filter((words) => words[0]);
  const isReadable = disclosure && rows.length && rows.every((words) => words.length === 5 && CAUSES.includes(words[4]));
  const advice = "请先选择公开文件，再每行写：单位 部门 离开的人 接替的人 事由。";
  if (!isReadable) return list.append(row({ mark: "open", code: "substitution", text: advice }));
  try {
    const changes = rows.map(([unit, dept, leaves, comes, cause]) => ({ unit, dept, leaves, comes, cause }));
    list.append(...substitutionLines(disclosure, changes).map(row));
  } catch (error) {
    list.append(row({ mark: "false", code: "malformed", text: `${error.message}。` }));
  }
}

async function showHash() {
  const bytes = await bytesOf(byId("any"));
  byId("hash").textContent = bytes ? sha256hex(bytes) : "";
}

if (typeof document === "object") {
  byId("form").addEventListener("submit", check);
  byId("changes-form").addEventListener("submit", checkChanges);
  byId("any").addEventListener("change", showHash);
  byId("app").hidden = false;
  // For programs that drive this page: the same functions, by bytes.
  const teams = { teamFaults, overloaded, limitCanBeLower, canBeImproved };
  globalThis.huice = { verify, witnessing, substitutionLines, sha256hex, ticketsOf, pivotalSample, lotOf, teams };
}

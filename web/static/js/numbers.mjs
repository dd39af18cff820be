// Echo a typed number the way it was understood: 6.2亿 → 620,000,000 元（陆亿贰仟万元整）.
// The server reads the number again and has the last word; where this reading is unsure it says nothing.
import { onSettledInput } from "./composition.mjs";

const UNITS = { "": 0, "元": 0, "百": 2, "千": 3, "万": 4, "万元": 4, "百万": 6, "千万": 7, "亿": 8, "亿元": 8, "萬": 4, "億": 8 };
const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "万亿"];

/** Return the number in `text` in hundredths as a BigInt, or null; `unit` is what the box is in (元 or 万元). */
export function readHundredths(text, unit) {
  const plain = text.normalize("NFKC").replace(/[\s,，]/g, "").replace(/^(人民币|RMB|¥|￥)/i, "");
  const match = /^(\d{1,15})(?:\.(\d{1,8}))?([百千万萬亿億元]*)$/.exec(plain);
  if (!match || !(match[3] in UNITS)) return null;
  const places = match[3] ? UNITS[match[3]] : UNITS[unit] ?? 0;
  const decimals = match[2] ?? "";
  const shifted = match[1] + decimals.padEnd(places + 2, "0").slice(0, places + 2);
  if (decimals.length > places + 2 && /[1-9]/.test(decimals.slice(places + 2))) return null;
  return BigInt(shifted);
}

/** Return `hundredths` with its thousands grouped, decimals only where there are any. */
export function grouped(hundredths) {
  const whole = String(hundredths / 100n).replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = hundredths % 100n;
  return rest ? `${whole}.${String(rest).padStart(2, "0")}` : whole;
}

/** Return an amount in 分 in the capital numerals of cheques; empty when it is too large to be meant. */
export function capitals(hundredths) {
  const digits = String(hundredths / 100n);
  if (digits.length > 16) return "";
  let words = "";
  let zero = false;
  for (let index = 0; index < digits.length; index += 1) {
    const place = digits.length - 1 - index;
    const digit = Number(digits[index]);
    if (digit) {
      words += (zero ? "零" : "") + DIGITS[digit] + PLACES[place % 4];
      zero = false;
    } else {
      zero = words !== "";
    }
    if (place % 4 === 0 && /[1-9]/.test(digits.slice(Math.max(0, index - 3), index + 1))) words += GROUPS[place / 4];
  }
  words = words ? `${words}元` : "";
  const jiao = Number(hundredths / 10n % 10n);
  const fen = Number(hundredths % 10n);
  if (!jiao && !fen) return `${words || "零元"}整`;
  return words + (jiao ? `${DIGITS[jiao]}角` : words ? "零" : "") + (fen ? `${DIGITS[fen]}分` : "");
}

/** Keep the <output> beside each input[data-echo] up to date. */
export function startEchoes(root) {
  const english = document.documentElement.lang === "en";
  for (const input of root.querySelectorAll("input[data-echo]")) {
    const output = document.getElementById(`${input.id}-echo`);
    if (!output) continue;
    const isMoney = input.dataset.echo === "money";
    onSettledInput(input, () => {
      const read = readHundredths(input.value, isMoney ? input.dataset.unit : "");
      const words = read !== null && isMoney && !english ? capitals(read) : "";
      output.textContent = read === null ? "" : output.dataset.prefix + input.dataset.shown.replace("#", grouped(read)) + (words && `（${words}）`);
    });
  }
}

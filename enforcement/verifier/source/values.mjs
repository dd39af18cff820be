// Take apart what a stranger handed in: a part that is missing or of another kind ends the verification.
import { Malformed, before } from "./bytes.mjs";
import { jcs } from "./json.mjs";

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(what) {
  return new Malformed(`文件缺少或写错了内容（${what}），核验到此为止`);
}

export function get(object, key) {
  if (!isObject(object) || !(key in object)) throw wrong(`缺少 ${key}`);
  return object[key];
}

/** Return a part that may be left out, or `otherwise`. */
export function opt(object, key, otherwise) {
  if (!isObject(object)) throw wrong(`${key} 所在的不是对象`);
  return key in object ? object[key] : otherwise;
}

export function has(object, key) {
  if (isObject(object)) return key in object;
  if (Array.isArray(object) || typeof object === "string") return object.includes(key);
  throw wrong(`${key} 所在的不是对象`);
}

/** Return the parts of a list (of an object its keys, of a text its signs). */
export function each(value) {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return [...value];
  if (isObject(value)) return Object.keys(value);
  throw wrong("应是列表");
}

export function size(value) {
  return each(value).length;
}

export function text(value) {
  if (typeof value !== "string") throw wrong("应是文本");
  return value;
}

export function whole(value) {
  if (typeof value !== "number") throw wrong("应是整数");
  return value;
}

/** Return something that may stand as the key of a map: a text or a number, told apart. */
export function key(value) {
  if (typeof value !== "string" && typeof value !== "number") throw wrong("应是文本");
  return value;
}

export function isTrue(value) {
  if (value === undefined || value === "" || value === 0) return false;
  return typeof value !== "object" || size(value) > 0;
}

export function less(left, right) {
  if (typeof left === "string" && typeof right === "string") return before(left, right);
  if (typeof left === "number" && typeof right === "number") return left < right;
  throw wrong("不能比较");
}

export function same(left, right) {
  if (left === right) return true;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  if (typeof left !== "object" || typeof right !== "object") return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((name) => name in right && same(left[name], right[name]));
}

/** Give the parts of two lists side by side; throw at the end of the shorter one. */
export function* pairs(left, right) {
  const [one, other] = [each(left), each(right)];
  for (let at = 0; at < Math.min(one.length, other.length); at++) yield [one[at], other[at]];
  if (one.length !== other.length) throw wrong("两处的个数不同");
}

/** Return a part as it is shown in a sentence, whatever it is. */
export function shown(value) {
  return typeof value === "object" ? jcs(value) : String(value);
}

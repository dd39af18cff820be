// JSON with one reading only (section 1 of the protocol), and its canonical form (RFC 8785).
import { Malformed, textOf } from "./bytes.mjs";

const DEEPEST = 16;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const SHORT = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Return the one value of a JSON file; throw Malformed for floats, nulls, booleans, double keys and text not in NFC. */
export function parse(bytes) {
  return new Reader(textOf(bytes)).whole();
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  whole() {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) throw this.unreadable();
    return value;
  }

  unreadable() {
    return new Malformed(`文件不是 JSON：第 ${this.at + 1} 个字符读不下去`);
  }

  space() {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at++;
  }

  takes(sign) {
    this.space();
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  value(depth) {
    if (depth > DEEPEST) throw new Malformed("文件嵌套太深");
    if (this.takes("{")) return this.object(depth);
    if (this.takes("[")) return this.list(depth);
    if (this.takes('"')) return this.string();
    return this.number();
  }

  object(depth) {
    const found = Object.create(null);
    if (this.takes("}")) return found;
    do {
      if (!this.takes('"')) throw this.unreadable();
      const key = this.string();
      if (key in found) throw new Malformed(`同一处有两个“${key.slice(0, 20)}”`);
      if (!this.takes(":")) throw this.unreadable();
      found[key] = this.value(depth + 1);
    } while (this.takes(","));
    if (!this.takes("}")) throw this.unreadable();
    return found;
  }

  list(depth) {
    const found = [];
    if (this.takes("]")) return found;
    do found.push(this.value(depth + 1));
    while (this.takes(","));
    if (!this.takes("]")) throw this.unreadable();
    return found;
  }

  string() {
    let whole = "";
    for (;;) {
      PLAIN.lastIndex = this.at;
      const part = PLAIN.exec(this.text)[0];
      whole += part;
      this.at += part.length;
      const sign = this.text[this.at++];
      if (sign === '"') break;
      if (sign !== "\\") throw this.unreadable();
      whole += this.escape();
    }
    if (/[^\x00-\x7f]/.test(whole) && (whole.normalize("NFC") !== whole || /[\ud800-\udfff]/u.test(whole))) {
      throw new Malformed(`文本“${whole.slice(0, 20)}”不是规范的 Unicode`);
    }
    return whole;
  }

  escape() {
    const sign = this.text[this.at++];
    if (sign !== "u") {
      if (!(sign in SHORT)) throw this.unreadable();
      return SHORT[sign];
    }
    const digits = this.text.slice(this.at, this.at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.unreadable();
    this.at += 4;
    return String.fromCharCode(parseInt(digits, 16));
  }

  number() {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (!found) {
      if (/^(true|false|null)/.test(this.text.slice(this.at, this.at + 5))) {
        throw new Malformed("出现了 true、false 或 null");
      }
      throw this.unreadable();
    }
    this.at += found[0].length;
    if (found[1] || found[2]) throw new Malformed(`不允许的数 ${found[0].slice(0, 20)}`);
    const value = Number(found[0]);
    if (Object.is(value, -0) || !Number.isSafeInteger(value)) {
      throw new Malformed(`整数 ${found[0].slice(0, 20)} 超出范围`);
    }
    return value;
  }
}

/** Return the canonical text of a parsed value; keys go by their UTF-16 units. */
export function jcs(value) {
  if (Array.isArray(value)) return `[${value.map(jcs).join(",")}]`;
  if (typeof value === "object") {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${jcs(value[key])}`).join(",")}}`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

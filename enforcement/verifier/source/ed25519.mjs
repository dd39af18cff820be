// Ed25519 verification (RFC 8032, section 5.1.7): public values only, so that time may depend on them.
import { concat, equalBytes } from "./bytes.mjs";
import { sha512 } from "./sha512.mjs";

const P = (1n << 255n) - 19n;
const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const BASE = decompress(little((4n * power(5n, P - 2n)) % P));
const ZERO = [0n, 1n, 1n, 0n];

function mod(number) {
  const rest = number % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let result = 1n;
  for (let factor = mod(base); exponent; exponent >>= 1n, factor = (factor * factor) % P) {
    if (exponent & 1n) result = (result * factor) % P;
  }
  return result;
}

function little(number) {
  return Uint8Array.from({ length: 32 }, (_, at) => Number((number >> BigInt(8 * at)) & 255n));
}

function numberOf(bytes) {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** Return the point [X, Y, Z, T] that 32 bytes stand for, or null. */
function decompress(bytes) {
  const whole = numberOf(bytes);
  const y = whole & ((1n << 255n) - 1n);
  if (y >= P) return null;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = (u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n)) % P;
  if (mod(v * x * x) !== u) x = (x * ROOT_OF_MINUS_ONE) % P;
  if (mod(v * x * x) !== u || (!x && whole >> 255n)) return null;
  if ((x & 1n) !== whole >> 255n) x = P - x;
  return [x, y, 1n, (x * y) % P];
}

function compress([x, y, z]) {
  const inverse = power(z, P - 2n);
  return little(((y * inverse) % P) | (((x * inverse) % P & 1n) << 255n));
}

function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * t1 * t2);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(number, point) {
  let result = ZERO;
  for (let double = point; number; number >>= 1n, double = add(double, double)) {
    if (number & 1n) result = add(result, double);
  }
  return result;
}

/** Tell whether `signature` (64 bytes) of `message` was made by the holder of the key of `publicKey` (32 bytes). */
export function verifyEd25519(publicKey, message, signature) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = decompress(publicKey);
  const s = numberOf(signature.subarray(32));
  if (!key || s >= ORDER) return false;
  const r = signature.subarray(0, 32);
  const k = numberOf(sha512(concat(r, publicKey, message))) % ORDER;
  const minusKey = [mod(-key[0]), key[1], 1n, mod(-key[3])];
  return equalBytes(compress(add(times(s, BASE), times(k, minusKey))), r);
}

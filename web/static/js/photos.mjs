// Take the position out of photographs on the device, exactly as web/services/inspection_photos.py does on the server.
const END = "照片不完整";
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/** Return {type, body} of a JPEG, PNG or PDF by its bytes; throw for anything else and for what is broken off. */
export function withoutPosition(data) {
  if (data[0] === 0xff && data[1] === 0xd8) return { type: "image/jpeg", body: jpeg(data) };
  if (text(data, 0, 8) === "\x89PNG\r\n\x1a\n") return { type: "image/png", body: png(data) };
  if (text(data, 0, 5) === "%PDF-" && text(data, Math.max(0, data.length - 2048), data.length).includes("%%EOF")) {
    return { type: "application/pdf", body: data };
  }
  throw new Error("kind");
}

/** Return the SHA-256 of bytes in hexadecimal digits. */
export async function hash(data) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const text = (data, start, end) => String.fromCharCode(...data.subarray(start, end));

function join(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

function jpeg(data) {
  const out = [data.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= data.length && data[at] === 0xff) {
    const marker = data[at + 1], length = (data[at + 2] << 8) | data[at + 3];
    if (marker === 0xff) { at += 1; continue; }
    const part = data.subarray(at, at + 2 + length);
    if (length < 2 || part.length < 2 + length) break;
    at += part.length;
    out.push(segment(marker, part));
    if (marker !== 0xda) continue;
    let end = at;
    while (end + 1 < data.length && !(data[end] === 0xff && data[end + 1] !== 0 && (data[end + 1] < 0xd0 || data[end + 1] > 0xd7))) end += 1;
    if (end + 1 >= data.length) break;
    out.push(data.subarray(at, end));
    at = end;
    if (data[at + 1] === 0xd9) return join([...out, data.subarray(at, at + 2)]);
  }
  throw new Error(END);
}

function segment(marker, part) {
  const nothing = part.subarray(0, 0);
  if (marker === 0xe1) {
    if (text(part, 4, 10) !== "Exif\0\0") return nothing;
    const block = tiff(part.subarray(10));
    return block ? join([part.subarray(0, 10), block]) : nothing;
  }
  return marker === 0xed || (marker === 0xe2 && text(part, 4, 8) === "MPF\0") ? nothing : part;
}

function tiff(block) {
  const order = { "II*\0": true, "MM\0*": false }[text(block, 0, 4)];
  if (order === undefined) return null;
  const out = block.slice(), view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const entries = (start) => {
    const places = Array.from({ length: view.getUint16(start, order) }, (_, number) => start + 2 + 12 * number);
    if (places.length && places.at(-1) + 12 > block.length) throw new RangeError();
    return places;
  };
  try {
    for (const at of entries(view.getUint32(4, order))) {
      if (view.getUint16(at, order) !== 0x8825) continue;
      const inner = view.getUint32(at + 8, order);
      for (const entry of entries(inner)) {
        const size = (SIZES[view.getUint16(entry + 2, order)] ?? 1) * view.getUint32(entry + 4, order);
        const value = view.getUint32(entry + 8, order);
        if (size > 4) {
          if (value + size > block.length) return null;
          out.fill(0, value, value + size);
        }
        out.fill(0, entry, entry + 12);
      }
      out.fill(0, inner, inner + 2);
    }
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return out;
}

function png(data) {
  const out = [data.subarray(0, 8)], view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = 8;
  while (at + 12 <= data.length) {
    const length = view.getUint32(at), kind = text(data, at + 4, at + 8), chunk = data.subarray(at, at + 12 + length);
    if (chunk.length < 12 + length) break;
    at += chunk.length;
    if (!["eXIf", "tEXt", "iTXt", "zTXt"].includes(kind)) out.push(chunk);
    if (kind === "IEND") return join(out);
  }
  throw new Error(END);
}

/** Bytes that are written one after the other, and over again for the next text. */
export interface Tape {
  /** Room for what is written; another array when a longer text comes. */
  readonly bytes: Uint8Array;
  readonly length: number;
  /** Begins anew, with room for a text of so many UTF-16 units, each followed by a space. */
  clear(units: number): void;
  /** Takes back what was written from a place on. */
  rewind(length: number): void;
  /** Writes a code point in UTF-8. */
  put(codePoint: number): void;
}

export function createTape(): Tape {
  let bytes = new Uint8Array(1024);
  let length = 0;
  return {
    get bytes() {
      return bytes;
    },
    get length() {
      return length;
    },
    clear(units) {
      if (bytes.length < 4 * units + 8) bytes = new Uint8Array(8 * units + 16);
      length = 0;
    },
    rewind(to) {
      length = to;
    },
    put(codePoint) {
      if (codePoint < 0x80) {
        bytes[length++] = codePoint;
        return;
      }
      if (codePoint < 0x800) bytes[length++] = 0xc0 | (codePoint >> 6);
      else {
        if (codePoint < 0x10000) bytes[length++] = 0xe0 | (codePoint >> 12);
        else {
          bytes[length++] = 0xf0 | (codePoint >> 18);
          bytes[length++] = 0x80 | ((codePoint >> 12) & 0x3f);
        }
        bytes[length++] = 0x80 | ((codePoint >> 6) & 0x3f);
      }
      bytes[length++] = 0x80 | (codePoint & 0x3f);
    },
  };
}

/** The code point that begins at a place; U+FFFD for half of a surrogate pair. */
export function codePointAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if ((unit & 0xf800) !== 0xd800) return unit;
  const codePoint = text.codePointAt(at) ?? 0;
  return codePoint > 0xffff ? codePoint : 0xfffd;
}

/** The text of UTF-8 bytes [from, to), which a tape wrote. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to;) {
    const lead = bytes[i];
    const more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    let codePoint = more === 0 ? lead : lead & (0x3f >> more);
    for (let j = 1; j <= more; j++) codePoint = (codePoint << 6) | (bytes[i + j] & 0x3f);
    text += String.fromCodePoint(codePoint);
    i += more + 1;
  }
  return text;
}

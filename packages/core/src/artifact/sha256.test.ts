import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { sha256 } from "./index.ts";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const byNode = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

// NIST, Secure Hash Standard examples and SHA-256 test vectors.
test.each([
  ["no bytes", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "448 bits",
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
  [
    "896 bits",
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
    "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
  ],
  [
    "one million a",
    "a".repeat(1_000_000),
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
  ],
])("the digest of %s is the standard's", (_name, text, digest) => {
  expect(sha256(bytesOf(text))).toBe(digest);
});

test("digests are those of node:crypto at every length around a block: 0 to 130 bytes", () => {
  const generator = createGenerator(256);
  for (let length = 0; length <= 130; length++) {
    const bytes = Uint8Array.from({ length }, () => generator.below(256));
    expect(sha256(bytes), `${length} bytes`).toBe(byNode(bytes));
  }
});

test("a view is read from where it begins, and nothing is written to it", () => {
  const pool = Uint8Array.from({ length: 300 }, (_, i) => i);
  const view = pool.subarray(3, 200);
  expect(sha256(view)).toBe(byNode(view));
  expect(sha256(Buffer.from(pool).subarray(3, 200))).toBe(byNode(view));
  expect([...pool]).toEqual(Array.from({ length: 300 }, (_, i) => i & 255));
});

import { InputError } from "../errors/index.ts";
import { readTensors, writeTensors, type Tensor } from "./safetensors.ts";
import { sha256 } from "./sha256.ts";
import { encodeUtf8 } from "./utf8.ts";

const noDigest = "0".repeat(64);

/** A safetensors file with one JSON text under `name`, and a SHA-256 of all its bytes (that value zeroed). */
export function seal(name: string, content: object, tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  const bytes = writeTensors({ metadata: { sha256: noDigest, [name]: JSON.stringify(content) }, tensors });
  bytes.set(encodeUtf8(sha256(bytes)), digestPlace(bytes));
  return bytes;
}

/**
 * What `seal` put in. The digest detects damage; it is no protection against forgery.
 *
 * @param what for messages: "a Sigmax model"
 * @throws InputError when the file is cut off, damaged, or holds no text of that name
 */
export function unseal(
  bytes: Uint8Array,
  name: string,
  what: string,
  where: string,
): { content: unknown; tensors: Readonly<Record<string, Tensor>> } {
  const { metadata, tensors } = readTensors(bytes, where);
  const { [name]: text, sha256: digest } = metadata;
  if (text === undefined || digest === undefined)
    throw new InputError(`${where}: a safetensors file, but not ${what}: it has no text named "${name}"`);
  const copy = new Uint8Array(bytes);
  const place = digestPlace(bytes);
  if (place >= 0) copy.set(encodeUtf8(noDigest), place);
  if (place < 0 || sha256(copy) !== digest)
    throw new InputError(
      `${where}: damaged: its bytes do not match the SHA-256 written in it; get the file again`,
    );
  try {
    return { content: JSON.parse(text), tensors };
  } catch {
    throw new InputError(`${where}: damaged: its description is not JSON`);
  }
}

/** Where the digest stands: `sha256` is the first text of the header. */
function digestPlace(bytes: Uint8Array): number {
  const lead = encodeUtf8('{"__metadata__":{"sha256":"');
  return lead.every((byte, i) => bytes[8 + i] === byte) ? 8 + lead.length : -1;
}

import { InputError } from "@sigmax/core";
import { readPolicy, type Policy } from "@sigmax/core/decide";
import { readBytes } from "../sources/files.ts";
import { excerpt } from "../sources/suggest.ts";

/**
 * A policy from a JSON file, for a model's classes.
 *
 * @returns also the first twelve digits of the file's SHA-256
 * @throws InputError that begins with the path: no file, no JSON, no policy, or one for other classes
 */
export async function openPolicy(
  path: string,
  classes: readonly string[],
): Promise<{ policy: Policy; id: string }> {
  const { value, id } = await readPolicyFile(path, (json) => readPolicy(json, classes));
  return { policy: value, id };
}

/** The same of any kind. @param read what makes a policy of parsed JSON */
export async function readPolicyFile<P>(
  path: string,
  read: (json: unknown) => P,
): Promise<{ value: P; id: string }> {
  const { bytes, sha256 } = await readBytes(path);
  const json = parse(path, new TextDecoder().decode(bytes));
  try {
    return { value: read(json), id: (await sha256).slice(0, 12) };
  } catch (error) {
    throw error instanceof InputError
      ? new InputError(`${path}: ${error.message.replace(/^read(Label)?Policy: /, "")}`)
      : error;
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `${path}: expected a policy as JSON; ${error instanceof Error ? excerpt(error.message, 200) : ""}`,
    );
  }
}

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
  const { bytes, sha256 } = await readBytes(path);
  const text = new TextDecoder().decode(bytes);
  const json = parse(path, text);
  try {
    return { policy: readPolicy(json, classes), id: (await sha256).slice(0, 12) };
  } catch (error) {
    throw error instanceof InputError
      ? new InputError(`${path}: ${error.message.replace(/^readPolicy: /, "")}`)
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

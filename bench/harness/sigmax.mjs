import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { scriptPath } from "./python.mjs";

const notBuilt = "it is not built (npm run build)";

/** Our command as a contestant's process; as a person runs it, less npx. */
export function sigmaxCommand(args) {
  const bin = fileURLToPath(new URL("../../packages/sigmax/bin/sigmax.js", import.meta.url));
  return isBuilt("sigmax") ? { command: [process.execPath, bin, ...args] } : { missing: notBuilt };
}

/** A script here that uses our library through its public names. */
export function sigmaxScript(name, ...args) {
  return isBuilt("core") ? { command: [process.execPath, scriptPath(name), ...args] } : { missing: notBuilt };
}

function isBuilt(workspace) {
  return existsSync(new URL(`../../packages/${workspace}/dist/`, import.meta.url));
}

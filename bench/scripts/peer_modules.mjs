import { createRequire } from "node:module";

/** `require` as seen from the folder that `setup.mjs` installs the peers into. */
export const requirePeer = createRequire(new URL("../peers/package.json", import.meta.url));

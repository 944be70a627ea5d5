// Written by `npm run measure:activations`.
import type { AtlasMeasured } from "./atlas-data.ts";

export const atlasMeasured: AtlasMeasured | null = null;

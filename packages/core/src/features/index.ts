export { applyScaling, fitStandardization, type Scaling } from "./scaling.ts";

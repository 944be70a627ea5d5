export type { ThreadTeam } from "../kernels/team.ts";
export { createThreads } from "./threads.ts";

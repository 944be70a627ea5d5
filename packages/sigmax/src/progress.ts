/** What a long command shows while it works: a bar on stderr when that is a terminal, else nothing. */
export interface Progress {
  /** @param share of the work that is done, in [0, 1] */
  show(share: number, message: string): void;
  end(): void;
}

export async function startProgress(isWanted: boolean): Promise<Progress> {
  if (!isWanted || !process.stderr.isTTY) return { show: () => undefined, end: () => undefined };
  const { progress } = await import("@clack/prompts");
  const steps = 1000;
  const bar = progress({ max: steps, output: process.stderr, style: "light", indicator: "timer" });
  bar.start("training");
  let shown = 0;
  return {
    show(share, message) {
      const now = Math.floor(share * steps);
      bar.advance(now - shown, message);
      shown = now;
    },
    end: () => bar.stop("training ended"),
  };
}

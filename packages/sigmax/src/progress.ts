/** What a long command shows while it works: a bar on stderr when that is a terminal, else nothing. */
export interface Progress {
  /** @param share of the work that is done, in [0, 1] */
  show(share: number, message: string): void;
  /** Takes the bar away. */
  end(): void;
}

/** Of the bar, where the line has room for it: what is said comes first. */
const mostWidth = 20;
const milliseconds = 100; // between two pictures of the bar

/**
 * A bar of our own, and not that of a prompt library: those read the keyboard while they show it, and take
 * Ctrl-C for themselves.
 */
export function startProgress(isWanted: boolean): Progress {
  const { stderr } = process;
  if (!isWanted || !stderr.isTTY) return { show: () => undefined, end: () => undefined };
  let shownAt = -Infinity;
  return {
    show(share, message) {
      const now = performance.now();
      if (now - shownAt < milliseconds) return;
      shownAt = now;
      stderr.write(`\r${progressLine(share, message, (stderr.columns || 80) - 1)}\x1b[K`);
    },
    end: eraseLine,
  };
}

/**
 * A bar of what is done and a message, in so many signs at most: the bar gets shorter before the message does, and the
 * message loses what stands after its last commas before it is cut.
 */
export function progressLine(share: number, whole: string, room: number): string {
  const message = fitting(whole, room);
  const width = Math.max(0, Math.min(mostWidth, room - message.length - 1));
  const done = Math.round(share * width);
  const bar = "━".repeat(done) + "─".repeat(width - done);
  return `${bar}${width > 0 ? " " : ""}${message}`.slice(0, room);
}

/** As many of the parts between commas as there is room for, one at least. */
function fitting(message: string, room: number): string {
  const comma = message.lastIndexOf(", ");
  return message.length <= room || comma < 0 ? message : fitting(message.slice(0, comma), room);
}

/** Leaves the line of a terminal empty, whatever was on it. */
export function eraseLine(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}

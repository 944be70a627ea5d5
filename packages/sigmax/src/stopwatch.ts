/** Seconds since the last lap, and since this process began. */
export function stopwatch(): { lap(): number; total(): number } {
  let last = performance.now();
  return {
    lap() {
      const now = performance.now();
      const seconds = (now - last) / 1000;
      last = now;
      return seconds;
    },
    total: () => performance.now() / 1000,
  };
}

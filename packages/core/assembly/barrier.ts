// The 12 bytes of a barrier (`barrierBytes` in src/kernels/layout.ts): how many threads came, how often all met, and how many
// pieces of work were claimed since.

/**
 * Waits for all threads: it spins for some 0.3 ms, then sleeps, so that a thread without a core does not hold up the others'
 * cores. To be woken takes as long as a whole step of a linear model; the spin is what a thread may be late by without that.
 */
export function meet(barrier: usize, threads: i32): void {
  const generation = atomic.load<i32>(barrier, 4);
  if (atomic.add<i32>(barrier, 1) == threads - 1) {
    atomic.store<i32>(barrier, 0);
    atomic.store<i32>(barrier, 0, 8);
    atomic.add<i32>(barrier, 1, 4);
    atomic.notify(barrier + 4, -1);
    return;
  }
  for (let spins = 0; spins < 200000; spins++) {
    if (atomic.load<i32>(barrier, 4) != generation) return;
  }
  while (atomic.load<i32>(barrier, 4) == generation) atomic.wait<i32>(barrier + 4, generation, -1);
}

/** The next piece of work that nobody has claimed since all met, from 0 on. */
// @ts-ignore: decorator
@inline
export function claim(barrier: usize): i32 {
  return atomic.add<i32>(barrier, 1, 8);
}

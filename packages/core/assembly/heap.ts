/** The first byte that is free: static data lies below. */
export function heapBase(): usize {
  return __heap_base;
}

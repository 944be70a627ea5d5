/** Below so many numbers a sort by comparison is quicker than its tables. */
const FEWEST = 5000;

/**
 * The places of some numbers by rising value, equal ones in their order (0 and −0 are equal). In O(n): digits of 16 bits
 * of the number itself, the lowest first.
 *
 * @param values no NaN among them
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const rows = values.length;
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[row] = row;
  return rows < FEWEST ? order.sort((a, b) => values[a] - values[b] || a - b) : radixOrder(values, order);
}

function radixOrder(values: Float64Array, start: Uint32Array): Uint32Array {
  const rows = values.length;
  const keys = orderedKeys(values);
  const counts = new Uint32Array(4 * 0x10000);
  for (let i = 0; i < 2 * rows; i++) {
    const from = (i & 1) * 0x20000;
    counts[from + (keys[i] & 0xffff)]++;
    counts[from + 0x10000 + (keys[i] >>> 16)]++;
  }
  let order = start;
  let spare: Uint32Array = new Uint32Array(rows);
  for (let digit = 0; digit < 4; digit++) {
    const word = digit >> 1;
    const shift = 16 * (digit & 1);
    const places = counts.subarray(digit * 0x10000, (digit + 1) * 0x10000);
    if (places[(keys[word] >>> shift) & 0xffff] === rows) continue; // all rows have the same digit
    for (let value = 0, next = 0; value < places.length; value++) {
      const count = places[value];
      places[value] = next;
      next += count;
    }
    for (let i = 0; i < rows; i++) {
      const row = order[i];
      spare[places[(keys[2 * row + word] >>> shift) & 0xffff]++] = row;
    }
    [order, spare] = [spare, order];
  }
  return order;
}

/** The bits of each number, low word first, changed so that they rise with it as a whole number without sign does. */
function orderedKeys(values: Float64Array): Uint32Array {
  const keys = new Uint32Array(values.map((value) => value + 0).buffer); // −0 becomes 0
  for (let i = 0; i < keys.length; i += 2)
    if (keys[i + 1] >>> 31 === 0) keys[i + 1] ^= 0x80000000;
    else {
      keys[i] = ~keys[i];
      keys[i + 1] = ~keys[i + 1];
    }
  return keys;
}

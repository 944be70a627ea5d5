/** Low and high end, in the unit of the figure it belongs to. */
export type Interval = readonly [low: number, high: number];

type Wheel = { readonly deltaY: number; readonly deltaMode: number; readonly ctrlKey: boolean }

/** Zoom by powers of two: of a pixel, of a line, of a page (as d3-zoom has them). */
const OF_MODE = [0.002, 0.05, 1] as const
/** Two fingers on a touchpad are told as a wheel with Ctrl, in small steps. */
const PINCH = 10
/** One turn never does more than this, in either direction. */
const MOST_POWER = 0.6

/** How much nearer one turn of the wheel comes: a notch of 120 pixels about 1.2 times. */
export function wheelFactor({ deltaY, deltaMode, ctrlKey }: Wheel): number {
  const power = -deltaY * (OF_MODE[deltaMode] ?? OF_MODE[0]) * (ctrlKey ? PINCH : 1)
  return 2 ** Math.min(MOST_POWER, Math.max(-MOST_POWER, power))
}

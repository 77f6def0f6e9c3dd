export type SparkPaths = { readonly line: string; readonly area: string }

const round = (value: number): number => Math.round(value * 10) / 10

type Box = { readonly width: number; readonly height: number }

/** A value that moves by less than this share of itself is drawn as still: noise is no shape. */
const LEAST_MOVE = 0.02

/**
 * Path data for a box of this size; undefined when there is nothing to draw. `near` lets the line use the height for
 * what moves, as readings far from zero need it; else it stands on zero.
 */
export function sparkPaths(
  values: readonly (number | null)[],
  { width, height }: Box,
  near = false,
): SparkPaths | undefined {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return undefined
  const highest = Math.max(...known)
  const lowest = Math.min(...known)
  const room = Math.max(highest - lowest, Math.abs(highest) * LEAST_MOVE, Math.abs(lowest) * LEAST_MOVE)
  const floor = near ? (highest + lowest - room) / 2 : 0
  const span = near ? room : highest
  const scale = span > 0 ? (height - 2) / span : 0
  const step = width / Math.max(1, values.length - 1)
  let line = ''
  let area = ''
  let start: number | undefined
  let before = 0
  values.forEach((value, at) => {
    const x = round(at * step)
    if (value === null) {
      if (start !== undefined) area += `L${before} ${height}L${start} ${height}Z`
      start = undefined
      return
    }
    const y = round(height - 1 - Math.max(0, value - floor) * scale)
    line += `${start === undefined ? 'M' : 'L'}${x} ${y}`
    area += `${start === undefined ? 'M' : 'L'}${x} ${y}`
    start ??= x
    before = x
  })
  if (start !== undefined) area += `L${before} ${height}L${start} ${height}Z`
  return { line, area }
}

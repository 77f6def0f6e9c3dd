export type SparkPaths = { readonly line: string; readonly area: string }

const round = (value: number): number => Math.round(value * 10) / 10

/** Path data for a box of this size; undefined when there is nothing to draw. */
export function sparkPaths(values: readonly (number | null)[], width: number, height: number): SparkPaths | undefined {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return undefined
  const highest = Math.max(...known)
  const scale = highest > 0 ? (height - 2) / highest : 0
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
    const y = round(height - 1 - Math.max(0, value) * scale)
    line += `${start === undefined ? 'M' : 'L'}${x} ${y}`
    area += `${start === undefined ? 'M' : 'L'}${x} ${y}`
    start ??= x
    before = x
  })
  if (start !== undefined) area += `L${before} ${height}L${start} ${height}Z`
  return { line, area }
}

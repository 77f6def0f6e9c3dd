export type BandSparkFigures = {
  /** Seconds since 1970, evenly spaced; the columns are as long. */
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
}

export type BandSparkPaths = {
  readonly band: string
  readonly line: string
  /** The parts of the line that lie outside the band. */
  readonly outside: string
  /** Where the newest value is. */
  readonly end: readonly [x: number, y: number] | undefined
}

type Box = { readonly width: number; readonly height: number }

const round = (value: number): number => Math.round(value * 10) / 10
const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null)

/** Path data of a line with its usual range behind it; undefined where there is nothing to draw. Gaps are gaps. */
export function bandSparkPaths(figures: BandSparkFigures, { width, height }: Box): BandSparkPaths | undefined {
  const { times, values, low, high } = figures
  const all = [...known(values), ...known(low), ...known(high)]
  if (times.length < 2 || all.length === 0) return undefined
  const top = all.reduce((most, one) => Math.max(most, one))
  const floor = all.reduce((least, one) => Math.min(least, one))
  const span = top - floor || Math.abs(top) || 1
  const x = (at: number): number => round((at / (times.length - 1)) * width)
  const y = (value: number): number =>
    top === floor ? round(height / 2) : round(height - 2 - ((value - floor) / span) * (height - 4))
  const isOutside = (at: number): boolean => {
    const [value, least, most] = [values[at] ?? null, low[at] ?? null, high[at] ?? null]
    return value !== null && least !== null && most !== null && (value < least || value > most)
  }
  let end: BandSparkPaths['end']
  values.forEach((value, at) => {
    if (value !== null) end = [x(at), y(value)]
  })
  return {
    band: bandPath({ low, high }, x, y),
    line: linePath(values, x, y),
    outside: linePath(values, x, y, (at) => isOutside(at) || isOutside(at + 1)),
    end,
  }
}

type Scale = (value: number) => number

/** `keep` says whether the piece from one place to the next is drawn; a value alone gets a dot. */
function linePath(
  values: readonly (number | null)[],
  ...[x, y, keep = () => true]: [Scale, Scale, ((at: number) => boolean)?]
): string {
  let path = ''
  let drawn = -1
  values.forEach((value, at) => {
    if (value === null) return
    const next = values[at + 1] ?? null
    const before = values[at - 1] ?? null
    const alone = next === null && before === null && (keep(at) || keep(at - 1))
    if (alone) path += `M${x(at)} ${y(value)}h0.1`
    if (next === null || !keep(at)) return
    if (drawn !== at) path += `M${x(at)} ${y(value)}`
    path += `L${x(at + 1)} ${y(next)}`
    drawn = at + 1
  })
  return path
}

function bandPath({ low, high }: Pick<BandSparkFigures, 'low' | 'high'>, x: Scale, y: Scale): string {
  let path = ''
  let run: number[] = []
  for (let at = 0; at <= low.length; at += 1) {
    if (at < low.length && low[at] != null && high[at] != null) {
      run.push(at)
      continue
    }
    if (run.length > 1) {
      const above = run.map((place) => `${x(place)} ${y(high[place] ?? 0)}`)
      const below = [...run].reverse().map((place) => `${x(place)} ${y(low[place] ?? 0)}`)
      path += `M${[...above, ...below].join('L')}Z`
    }
    run = []
  }
  return path
}

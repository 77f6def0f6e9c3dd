import { type Profile, volume } from './volume.ts'
import { type Cycle, locate, type Span } from './windows.ts'

/** While it lasts, the rate is `scale` times the usual one plus `addPerMs`. A link that is down: both 0. */
export type Episode = Span & { readonly scale: number; readonly addPerMs: number }

/** Bytes in one direction of a link since the script's start: `total` never falls, whatever is asked in what order. */
export type Flow = { total(now: number): number }

/** Episodes in order, where the earlier in the list wins over the later. The spans that come out never overlap. */
export function flattenEpisodes(ranked: readonly Episode[]): readonly Episode[] {
  const edges = [...new Set(ranked.flatMap(({ from, to }) => [from, to]))].sort((left, right) => left - right)
  return edges.flatMap((from, at) => {
    const to = edges[at + 1]
    const winner = to === undefined ? undefined : ranked.find((episode) => episode.from <= from && to <= episode.to)
    return winner === undefined || to === undefined ? [] : [{ ...winner, from, to }]
  })
}

/** A flow after a profile, with episodes that change it in each cycle. */
export function createFlow(profile: Profile, cycle: Cycle, ranked: readonly Episode[]): Flow {
  const { startedAt } = cycle
  if (ranked.length === 0) return { total: (now) => volume(profile, startedAt, Math.max(now, startedAt)) }
  const episodes = flattenEpisodes(ranked)
  const within = (begins: number, until: number): number => {
    let sum = 0
    let cursor = begins
    for (const episode of episodes) {
      const from = begins + episode.from
      if (from >= until) break
      const to = Math.min(until, begins + episode.to)
      if (cursor < from) sum += volume(profile, cursor, from)
      if (episode.scale !== 0) sum += episode.scale * volume(profile, from, to)
      sum += episode.addPerMs * (to - from)
      cursor = to
    }
    return cursor < until ? sum + volume(profile, cursor, until) : sum
  }
  // One number per finished cycle, so that a read costs one cycle however long the site has run.
  const before: number[] = [0]
  const untilCycle = (number: number): number => {
    const everyMs = cycle.everyMs ?? 0
    for (let done = before.length; done <= number; done++) {
      const begins = startedAt + (done - 1) * everyMs
      before.push((before[done - 1] ?? 0) + within(begins, begins + everyMs))
    }
    return before[number] ?? 0
  }
  return {
    total(now) {
      const { number, begins, offset } = locate(cycle, now)
      return untilCycle(number) + within(begins, begins + offset)
    },
  }
}

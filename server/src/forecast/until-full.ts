import type { Forecast } from '@eyenet/shared/api'
import { type EpochMs, type Labels, METRIC_NAME, SiteName } from '@eyenet/shared/identity'
import type { Point } from '../store/store.ts'
import { DAY_MS, type Thing } from './daily-shares.ts'
import { growthOf, secondsUntilFull } from './growth.ts'

/** A forecast that goes on: the time that is left shrinks until it is worked out again. */
export type StandingForecast = {
  readonly labels: Labels
  /** When each is reached, milliseconds since 1970; infinite: never. */
  readonly full: number
  readonly soonest: number
  readonly latest: number
  readonly shown: Omit<Forecast, 'seconds' | 'lower' | 'upper' | 'deviceName'>
}

const YEAR_SECONDS = 365 * 86_400
/** Stands for longer, and for never. */
export const LONGEST_SECONDS = 10 * YEAR_SECONDS
/** An interface whose busiest hours are below that is not worth a forecast. */
const IDLE_SHARE = 0.1

/** When a thing will be full; undefined where too little is known, or nothing is to be said. */
export function forecastOf(thing: Thing): StandingForecast | undefined {
  const { kind, device, name, direction, labels, daily } = thing
  const site = SiteName.safeParse(thing.site)
  if (!site.success) return undefined
  if (kind === 'interface' && daily.shares.every((share) => share < IDLE_SHARE)) return undefined
  const growth = growthOf(daily)
  const lastDay = daily.days.at(-1)
  if (growth === undefined || lastDay === undefined) return undefined
  const at = (perDay: number): number => lastDay * DAY_MS + secondsUntilFull(growth.level, perDay) * 1000
  const shown = { kind, device, name, site: site.data, usedRatio: growth.level, growthPerDay: growth.perDay }
  return {
    ...{ labels, full: at(growth.perDay), soonest: at(growth.fastest), latest: at(growth.slowest) },
    shown: { ...shown, days: growth.days, ...(direction !== undefined && { direction }) },
  }
}

/** A forecast for people; undefined where it is not full within a year. */
export function shownForecast(
  { shown, ...times }: StandingForecast,
  now: EpochMs,
): Omit<Forecast, 'deviceName'> | undefined {
  const [seconds, lower, upper] = secondsOf(times, now)
  if (seconds > YEAR_SECONDS) return undefined
  return { ...shown, seconds, lower, ...(upper <= LONGEST_SECONDS && { upper }) }
}

/** The same as samples; of interfaces, those alone that are full within a year. */
export function forecastPoints(one: StandingForecast, now: EpochMs): Point[] {
  const [seconds, lower, upper] = secondsOf(one, now)
  if (one.shown.kind === 'interface' && seconds > YEAR_SECONDS) return []
  const point = (ending: string, value: number): Point => {
    const name = `forecast_seconds_until_full${ending}`
    return {
      labels: { ...one.labels, [METRIC_NAME]: name },
      at: now,
      value: Math.min(LONGEST_SECONDS, Math.round(value)),
    }
  }
  return [point('', seconds), point('_lower', lower), point('_upper', upper)]
}

function secondsOf(
  { full, soonest, latest }: Pick<StandingForecast, 'full' | 'soonest' | 'latest'>,
  now: EpochMs,
): readonly [number, number, number] {
  const left = (at: number): number => Math.max(0, (at - now) / 1000)
  return [left(full), left(soonest), left(latest)]
}

import type { EmbeddedStore } from '@eyenet/shared/config'
import { EyeNetError } from '@eyenet/shared/errors'
import { faultOfSelector, type Matcher, parseDurationMs, parseQuery } from '@eyenet/shared/promql'
import type { StoreOptions } from './embedded/embedded.ts'

/** What the section `store` of the configuration means for the embedded store. EyeNetError `invalid` for what it cannot mean. */
export function storeOptionsOf(config: EmbeddedStore): Pick<StoreOptions, 'retention' | 'maxBytes'> {
  return {
    retention: {
      rawMs: msOf(config.retention),
      fiveMinutesMs: msOf(config.tiers.fiveMinutes),
      oneHourMs: msOf(config.tiers.oneHour),
      rules: config.retentionRules.map(({ match, retention, fiveMinutes, oneHour }) => ({
        matchers: matchersOf(match),
        ...(retention !== undefined && { rawMs: msOf(retention) }),
        ...(fiveMinutes !== undefined && { fiveMinutesMs: msOf(fiveMinutes) }),
        ...(oneHour !== undefined && { oneHourMs: msOf(oneHour) }),
      })),
    },
    ...(config.maxBytes !== undefined && { maxBytes: config.maxBytes }),
  }
}

function matchersOf(text: string): readonly Matcher[] {
  const fault = faultOfSelector(text)
  const { expr } = fault === undefined ? parseQuery(text) : { expr: undefined }
  if (expr?.kind === 'selector') return expr.matchers
  throw new EyeNetError('invalid', `store.retentionRules: ${text}: ${fault}`)
}

function msOf(text: string): number {
  const ms = parseDurationMs(text)
  if (ms !== undefined) return ms
  throw new EyeNetError('invalid', `store: ${text} is no duration; give one such as 30d`)
}

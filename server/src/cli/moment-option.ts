import { EyeNetError } from '@eyenet/shared/errors'
import { parseDurationMs } from '@eyenet/shared/promql'

/** A moment as an option has it: RFC 3339, milliseconds since 1970, or how long ago (2h). As the API takes it. */
export function momentOption(name: string, text: string, now: number): string {
  if (/^\d{10,15}$/.test(text)) return text
  const ago = parseDurationMs(text)
  if (ago !== undefined) return String(now - ago)
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(at)) return String(at)
  throw new EyeNetError('invalid', `--${name} ${text} is no moment: 2026-06-01T08:00:00Z, or 2h for two hours ago`)
}

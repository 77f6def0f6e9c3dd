import { EyeNetError } from '@eyenet/shared/errors'

/** A number of lines as an option has it, from 1. */
export function countOption(name: string, text: string, most: number): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= most) return count
  throw new EyeNetError('invalid', `--${name} ${text} is no number from 1 to ${most}`)
}

/** The query of the same list as CSV. */
export const csvQuery = (query: Readonly<Record<string, string>>): string =>
  `${new URLSearchParams({ ...query, format: 'csv' })}`

/** "12 devices", "1 device". */
export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/** UTC, to the second. */
export const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')

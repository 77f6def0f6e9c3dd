import type { SnmpValue } from '../snmp/snmp.ts'
import { numberOf, textOf } from './value-text.ts'

/** `F` degrees Fahrenheit, `K` Kelvin, `mW` and `uW` power that is told as dBm, `channel` a Wi-Fi channel as MHz. */
export type Conversion = 'linear' | 'F' | 'K' | 'mW' | 'uW' | 'channel'

/** How a reading is computed from one value of the device, so that it is polled without another survey. */
export type Recipe = {
  /** The instance that is read. */
  readonly oid: string
  readonly scale: number
  readonly conversion?: Conversion
  /** Added behind the scale: 100, with a scale of -1, turns idle into busy. */
  readonly offset?: number
  /** The scale of text that has its point already. */
  readonly writtenScale?: number
  /** Numbers for what the device says in words. */
  readonly words?: Readonly<Record<string, number>>
  /** Raw values that mean: nothing to read. */
  readonly skip?: readonly number[]
  /** The instance that holds the upper 32 bits. */
  readonly highOid?: string
  /** Integer32 in which the device shows an unsigned number. */
  readonly isUnsigned?: boolean
}

/** Parts of a pool, in bytes but for `percent`: what is not read is reckoned from the others. */
export type PoolRecipe = {
  readonly total?: Recipe
  readonly used?: Recipe
  readonly free?: Recipe
  /** Share in use, 0 to 100. */
  readonly percent?: Recipe
  /** Buffers and caches, which count as used and are given back when asked. */
  readonly kept?: readonly Recipe[]
}

/** The reading in a raw number; undefined where it is none. */
export function readingOf(recipe: Recipe, raw: number): number | undefined {
  if (Number.isNaN(raw) || recipe.skip?.includes(raw) === true) return undefined
  const whole = recipe.isUnsigned === true && raw < 0 ? raw + 2 ** 32 : raw
  return converted(whole * recipe.scale, recipe.conversion ?? 'linear', recipe.offset)
}

/** The reading in any value, text too. */
export function readingIn(recipe: Recipe, value: SnmpValue | undefined): number | undefined {
  const text = value?.kind === 'octets' ? textOf(value) : undefined
  const word = text === undefined ? undefined : recipe.words?.[text]
  const raw = word ?? (text === undefined ? numberOf(value) : (percentIn(text) ?? numberOf(value)))
  if (raw === undefined) return undefined
  const isWritten = text !== undefined && recipe.writtenScale !== undefined && /\d\.\d/.test(text)
  return readingOf(isWritten ? { ...recipe, scale: recipe.writtenScale } : recipe, raw)
}

/** A raw number, scaled, in the unit of the kind; undefined where it cannot be told (no light has no decibels). */
export function converted(scaled: number, conversion: Conversion, offset = 0): number | undefined {
  switch (conversion) {
    case 'linear':
      return rounded(scaled + offset)
    case 'F':
      return rounded((scaled - 32) / 1.8)
    case 'K':
      return rounded(scaled - 273.15)
    case 'mW':
      return scaled > 0 ? rounded(10 * Math.log10(scaled)) : undefined
    case 'uW':
      return scaled > 0 ? rounded(10 * Math.log10(scaled / 1000)) : undefined
    case 'channel':
      return channelMegahertz(scaled)
  }
}

/** FASTPATH switches give the load as text with several means: the first is the shortest one. */
export function percentIn(text: string): number | undefined {
  const percent = /\(\s{0,8}([0-9]{1,3}(?:\.[0-9]{1,6})?)\s?%/.exec(text.slice(0, 200))?.[1]
  return percent === undefined ? undefined : Number(percent)
}

/** Centre of a Wi-Fi channel of the bands at 2.4 and 5 GHz (IEEE 802.11, 15.4.4.3 and 17.3.8.4). */
function channelMegahertz(channel: number): number | undefined {
  if (channel === 14) return 2484
  if (channel >= 1 && channel <= 13) return 2407 + 5 * channel
  return channel >= 34 && channel <= 196 ? 5000 + 5 * channel : undefined
}

/** As many digits as a measurement has, so that 3 times 0.1 is 0.3. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}

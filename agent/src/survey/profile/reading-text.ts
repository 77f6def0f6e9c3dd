import { EyeNetError } from '@eyenet/shared/errors'

/** What one column or scalar measures, out of text such as `temperature/10 Inlet`. */
export type ReadingText = {
  readonly kind: string
  readonly scale: number
  readonly conversion: Conversion
  /** Words behind the kind; empty where there are none. */
  readonly label: string
}

/** `F` degrees Fahrenheit, `K` Kelvin, `mW` and `uW` power that is told as dBm, `channel` a Wi-Fi channel as MHz. */
export type Conversion = 'linear' | 'F' | 'K' | 'mW' | 'uW' | 'channel'

/** Kinds that sensors have, each with one unit. */
export const SENSOR_KINDS: ReadonlySet<string> = new Set([
  'temperature',
  'voltage',
  'current',
  'power',
  'fanspeed',
  'dbm',
  'humidity',
  'frequency',
  'charge',
  'load',
  'percent',
  'runtime',
  'power_consumed',
  'power_factor',
  'state',
  'count',
  'snr',
  'signal',
  'pressure',
  'airflow',
  'waterflow',
  'cooling',
  'bitrate',
  'delay',
  'loss',
  'quality_factor',
  'chromatic_dispersion',
  'ber',
  'tv_signal',
  'eer',
  'signal_loss',
  // Of radios; here power is in dBm and frequency in MHz.
  'ap-count',
  'capacity',
  'ccq',
  'cell',
  'channel',
  'clients',
  'distance',
  'error-rate',
  'error-ratio',
  'errors',
  'mse',
  'noise-floor',
  'quality',
  'rate',
  'rsrp',
  'rsrq',
  'rssi',
  'sinr',
  'utilization',
  'xpi',
])

const SHAPE = /^([a-z_-]+)(?:([/*])(-?\d+(?:\.\d+)?))?(?::(F|K|mW|uW|channel))?(?: (.+))?$/

/** Throws EyeNetError `invalid` that says what is allowed. */
export function parseReadingText(text: string): ReadingText {
  const match = SHAPE.exec(text)
  const [, kind = '', sign, number = '1', conversion, label = ''] = match ?? []
  if (match === null) {
    throw new EyeNetError(
      'invalid',
      `expected a kind, then /10 or *10, then :F, then a name, as in temperature/10 Inlet`,
    )
  }
  if (!SENSOR_KINDS.has(kind)) {
    throw new EyeNetError('invalid', `there is no kind ${kind}; there are ${[...SENSOR_KINDS].join(', ')}`)
  }
  const factor = Number(number)
  if (factor === 0) throw new EyeNetError('invalid', 'a scale of zero leaves nothing')
  return {
    kind,
    scale: sign === '/' ? 1 / factor : factor,
    conversion: conversionOf(conversion),
    label,
  }
}

function conversionOf(word: string | undefined): Conversion {
  switch (word) {
    case 'F':
    case 'K':
    case 'mW':
    case 'uW':
    case 'channel':
      return word
    default:
      return 'linear'
  }
}

/** A raw number in the unit of the kind; undefined where it cannot be told (no light has no decibels). */
export function convertRaw(raw: number, { scale, conversion }: Pick<ReadingText, 'scale' | 'conversion'>) {
  const scaled = raw * scale
  switch (conversion) {
    case 'linear':
      return rounded(scaled)
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

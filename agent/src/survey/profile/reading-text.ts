import { EyeNetError } from '@eyenet/shared/errors'
import type { Conversion } from '../recipe.ts'

/** What one column or scalar measures, out of text such as `temperature/10 Inlet`. */
export type ReadingText = {
  readonly kind: string
  readonly scale: number
  readonly conversion: Conversion
  /** Words behind the kind; empty where there are none. */
  readonly label: string
}

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

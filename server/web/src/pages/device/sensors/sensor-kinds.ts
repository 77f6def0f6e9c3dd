import type { IconName } from '../../../parts/icon.tsx'

export type KindWords = { readonly word: string; readonly icon: IconName }

/** Kinds as groups of a list, in the order that they are listed in: what breaks first comes first. */
const KINDS: Readonly<Record<string, KindWords>> = {
  temperature: { word: 'Temperature', icon: 'thermometer' },
  fanspeed: { word: 'Fans', icon: 'fan' },
  state: { word: 'States', icon: 'flag' },
  voltage: { word: 'Voltage', icon: 'bolt' },
  current: { word: 'Current', icon: 'bolt' },
  power: { word: 'Power', icon: 'bolt' },
  power_factor: { word: 'Power factor', icon: 'bolt' },
  power_consumed: { word: 'Energy', icon: 'bolt' },
  frequency: { word: 'Frequency', icon: 'wave' },
  charge: { word: 'Battery charge', icon: 'battery' },
  runtime: { word: 'Battery runtime', icon: 'battery' },
  load: { word: 'Load', icon: 'gauge' },
  humidity: { word: 'Humidity', icon: 'drop' },
  airflow: { word: 'Air flow', icon: 'fan' },
  waterflow: { word: 'Water flow', icon: 'drop' },
  pressure: { word: 'Pressure', icon: 'gauge' },
  cooling: { word: 'Cooling', icon: 'fan' },
  eer: { word: 'Cooling efficiency', icon: 'fan' },
  dbm: { word: 'Optical and radio power', icon: 'light' },
  chromatic_dispersion: { word: 'Chromatic dispersion', icon: 'light' },
  quality_factor: { word: 'Optical quality', icon: 'light' },
  ber: { word: 'Bit errors', icon: 'light' },
  signal: { word: 'Signal', icon: 'signal' },
  rssi: { word: 'RSSI', icon: 'signal' },
  rsrp: { word: 'RSRP', icon: 'signal' },
  rsrq: { word: 'RSRQ', icon: 'signal' },
  'noise-floor': { word: 'Noise', icon: 'signal' },
  snr: { word: 'Signal to noise', icon: 'signal' },
  sinr: { word: 'Signal to interference', icon: 'signal' },
  mse: { word: 'Mean square error', icon: 'signal' },
  xpi: { word: 'Cross polarisation', icon: 'signal' },
  signal_loss: { word: 'Signal loss', icon: 'signal' },
  tv_signal: { word: 'TV signal', icon: 'signal' },
  quality: { word: 'Link quality', icon: 'signal' },
  ccq: { word: 'Connection quality', icon: 'signal' },
  rate: { word: 'Link rate', icon: 'signal' },
  bitrate: { word: 'Bit rate', icon: 'signal' },
  distance: { word: 'Distance', icon: 'signal' },
  clients: { word: 'Clients', icon: 'signal' },
  'ap-count': { word: 'Access points', icon: 'signal' },
  channel: { word: 'Channel', icon: 'signal' },
  cell: { word: 'Cell', icon: 'signal' },
  utilization: { word: 'Channel use', icon: 'gauge' },
  capacity: { word: 'Capacity', icon: 'gauge' },
  percent: { word: 'Shares', icon: 'gauge' },
  loss: { word: 'Loss', icon: 'gauge' },
  delay: { word: 'Delay', icon: 'clock' },
  'error-ratio': { word: 'Error ratio', icon: 'gauge' },
  'error-rate': { word: 'Error rate', icon: 'gauge' },
  errors: { word: 'Errors', icon: 'hash' },
  count: { word: 'Counts', icon: 'hash' },
}

const ORDER: ReadonlyMap<string, number> = new Map(Object.keys(KINDS).map((kind, at) => [kind, at]))

export const kindRank = (kind: string): number => ORDER.get(kind) ?? ORDER.size

/** A kind that this page does not know yet is called as the agent calls it. */
export function kindWords(kind: string): KindWords {
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
  if (known !== undefined) return known
  const word = kind.replaceAll(/[_-]+/g, ' ')
  return { word: word.charAt(0).toUpperCase() + word.slice(1), icon: 'gauge' }
}

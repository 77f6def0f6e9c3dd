/** The unit in which a sensor of each kind is told. */
const UNITS: Readonly<Record<string, string>> = {
  temperature: '°C',
  voltage: 'V',
  current: 'A',
  power: 'W',
  fanspeed: 'rpm',
  dbm: 'dBm',
  humidity: '%',
  frequency: 'Hz',
  charge: '%',
  load: '%',
  percent: '%',
  runtime: 'min',
  power_consumed: 'kWh',
  snr: 'dB',
  pressure: 'kPa',
  bitrate: 'bps',
}

export function unitOf(kind: string): string | undefined {
  return UNITS[kind]
}

import type { SnmpDevice, SnmpOutcome } from '../snmp/snmp.ts'
import { IF_TABLE_LAST_CHANGE } from './if-mib.ts'
import type { Turn } from './interfaces.ts'
import { rounded } from './poll-samples.ts'
import { numberOf } from './snmp-text.ts'

/** Single values, asked for together in one request. What a device lacks is asked for again at the next discovery. */
const OIDS = {
  upTime: '1.3.6.1.2.1.1.3.0',
  engineTime: '1.3.6.1.6.3.10.2.1.3.0',
  ifTableLastChange: IF_TABLE_LAST_CHANGE,
  hrSystemUptime: '1.3.6.1.2.1.25.1.1.0',
  // laLoadInt.1, hundredths.
  laLoad1: '1.3.6.1.4.1.2021.10.1.5.1',
} as const

type Name = keyof typeof OIDS
const NAMES = Object.keys(OIDS).filter((name): name is Name => name in OIDS)

export type ScalarValues = Partial<Record<Name, number>>

export class Scalars {
  #asked: readonly Name[] = NAMES

  /** Asks for everything again next time. */
  rediscover(): void {
    this.#asked = NAMES
  }

  /** Just enough to see whether the device answers. */
  askUpTimeOnly(): void {
    this.#asked = ['upTime']
  }

  async read(device: SnmpDevice): Promise<SnmpOutcome<ScalarValues>> {
    const asked = this.#asked
    const outcome = await device.get(asked.map((name) => OIDS[name]))
    if (outcome.kind !== 'ok') return outcome
    const values: ScalarValues = {}
    for (const [at, name] of asked.entries()) {
      const value = numberOf(outcome.value[at]?.value)
      if (value !== undefined) values[name] = value
    }
    // sysUpTime is mandatory: it is asked for even where it was missing.
    this.#asked = asked.filter((name) => name === 'upTime' || values[name] !== undefined)
    return { kind: 'ok', value: values }
  }
}

/** Samples out of the single values. */
export function addScalars(values: ScalarValues, { series, samples }: Turn): void {
  const add = (metric: string, value: number | undefined): void => {
    if (value !== undefined) samples.add(series.plain(metric), value)
  }
  add('sysUpTime', values.upTime)
  const upTime = values.hrSystemUptime ?? values.upTime
  if (upTime !== undefined) add('device_uptime_seconds', rounded(upTime / 100, 2))
  if (values.laLoad1 !== undefined) add('device_load1', rounded(values.laLoad1 / 100, 2))
}

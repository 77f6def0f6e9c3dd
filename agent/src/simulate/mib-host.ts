import type { DeviceModel } from './device-model.ts'
import {
  behindRows,
  type Column,
  gauge32,
  integer,
  numberedRows,
  objectId,
  rowsOf,
  scalar,
  table,
  text,
  timeTicks,
} from './mib-view.ts'
import { seedOf } from './noise.ts'
import { oidOf } from './oid.ts'
import type { HostSpec, VolumeSpec } from './site-spec.ts'
import { gaugeAt } from './volume.ts'

const HOST = '1.3.6.1.2.1.25'
const UCD = '1.3.6.1.4.1.2021'
const FIRST_PROCESSOR = 196_608
const STORAGE_TYPE = { ram: `${HOST}.2.1.2`, virtual: `${HOST}.2.1.3`, disk: `${HOST}.2.1.4` } as const
const PROCESSOR_TYPE = `${HOST}.3.1.3`
const RUNNING = 2

/** HOST-RESOURCES-MIB (RFC 2790), and of UCD-SNMP-MIB the load averages and the memory. */
export function hostColumns(model: DeviceModel): Column[] {
  const { host } = model.spec
  if (host === undefined) return []
  const ram = host.volumes.find((volume) => volume.type === 'ram')
  return [
    scalar(
      `${HOST}.1.1`,
      timeTicks((_, now) => model.upTicks(now) + 1_500),
    ),
    scalar(
      `${HOST}.1.5`,
      gauge32(() => 1),
    ),
    scalar(
      `${HOST}.1.6`,
      gauge32((_, now) => 110 + model.load(host.load, 90, now)),
    ),
    scalar(
      `${HOST}.2.2`,
      integer(() => Math.round((ram?.sizeBytes ?? 0) / 1_024)),
    ),
    ...storageColumns(model, host),
    ...processorColumns(model, host),
    ...(host.ucd ? ucdColumns(model, host) : []),
  ]
}

/** Units in use; sizes of a VolumeSpec are in bytes. */
function usedUnits(model: DeviceModel, volume: VolumeSpec, now: number): number {
  const share = gaugeAt({ seed: seedOf(model.seed, volume.name), middle: volume.used, spread: volume.spread }, now)
  return Math.round((Math.min(1, Math.max(0, share)) * volume.sizeBytes) / volume.unitBytes)
}

function storageColumns(model: DeviceModel, host: HostSpec): Column[] {
  const at = behindRows(host.volumes)
  return table(`${HOST}.2.3.1`, numberedRows(host.volumes.length), {
    1: integer((row) => row + 1),
    2: objectId((row) => oidOf(STORAGE_TYPE[at(row).type])),
    3: text((row) => at(row).name),
    4: integer((row) => at(row).unitBytes),
    5: integer((row) => Math.round(at(row).sizeBytes / at(row).unitBytes)),
    6: integer((row, now) => usedUnits(model, at(row), now)),
  })
}

function processorColumns(model: DeviceModel, host: HostSpec): Column[] {
  const rows = rowsOf(Array.from({ length: host.processors }, (_, at) => [FIRST_PROCESSOR + at]))
  return [
    ...table(`${HOST}.3.2.1`, rows, {
      1: integer((row) => FIRST_PROCESSOR + row),
      2: objectId(() => oidOf(PROCESSOR_TYPE)),
      3: text(() => host.processorName),
      4: objectId(() => oidOf('0.0')),
      5: integer(() => RUNNING),
    }),
    ...table(`${HOST}.3.3.1`, rows, {
      1: objectId(() => oidOf('0.0')),
      2: integer((row, now) => model.load(host.load, row, now)),
    }),
  ]
}

function ucdColumns(model: DeviceModel, host: HostSpec): Column[] {
  const minutes = [1, 5, 15]
  const load = (row: number, now: number) => (host.processors * model.load(host.load, 50 + row, now)) / 100
  const ram = host.volumes.find((volume) => volume.type === 'ram')
  const total = Math.round((ram?.sizeBytes ?? 0) / 1_024)
  const free = (now: number) =>
    ram === undefined ? 0 : total - Math.round((usedUnits(model, ram, now) * ram.unitBytes) / 1_024)
  return [
    scalar(
      `${UCD}.4.5`,
      integer(() => total),
    ),
    scalar(
      `${UCD}.4.6`,
      integer((_, now) => Math.round(free(now) * 0.4)),
    ),
    scalar(
      `${UCD}.4.14`,
      integer((_, now) => Math.round(free(now) * 0.1)),
    ),
    scalar(
      `${UCD}.4.15`,
      integer((_, now) => Math.round(free(now) * 0.5)),
    ),
    ...table(`${UCD}.10.1`, numberedRows(minutes.length), {
      1: integer((row) => row + 1),
      2: text((row) => `Load-${minutes[row]}`),
      3: text((row, now) => load(row, now).toFixed(2)),
      5: integer((row, now) => Math.round(load(row, now) * 100)),
    }),
  ]
}

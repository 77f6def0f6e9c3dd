import type { DeviceModel } from './device-model.ts'
import { type Column, gauge32, integer, numberedRows, scalar, table, text } from './mib-view.ts'

const CISCO_CPU_ENTRY = '1.3.6.1.4.1.9.9.109.1.1.1.1'
const CISCO_POOL_ENTRY = '1.3.6.1.4.1.9.9.48.1.1.1'
const FORTINET_SYSTEM = '1.3.6.1.4.1.12356.101.4.1'
const POOL_BYTES = 1_400_000_000
const FORTINET_MEMORY_KB = 4_120_000

/** Processor and memory in the vendor's own objects. */
export function vendorColumns(model: DeviceModel): Column[] {
  const { health } = model.spec
  if (health === undefined) return []
  const load = (processor: number, now: number) => model.load(health.load, processor, now)
  return health.kind === 'cisco' ? ciscoColumns(load) : fortinetColumns(load)
}

type Load = (processor: number, now: number) => number

/** cpmCPUTotalTable of CISCO-PROCESS-MIB and ciscoMemoryPoolTable of CISCO-MEMORY-POOL-MIB. */
function ciscoColumns(load: Load): Column[] {
  const used = (now: number) => Math.round(POOL_BYTES * (0.32 + load(9, now) / 1_000))
  return [
    ...table(CISCO_CPU_ENTRY, numberedRows(1), {
      2: integer(() => 1),
      6: gauge32((_, now) => load(0, now)),
      7: gauge32((_, now) => load(0, now)),
      8: gauge32((_, now) => load(0, now - 150_000)),
    }),
    ...table(CISCO_POOL_ENTRY, numberedRows(1), {
      2: text(() => 'Processor'),
      5: gauge32((_, now) => used(now)),
      6: gauge32((_, now) => POOL_BYTES - used(now)),
    }),
  ]
}

/** fgSysCpuUsage, fgSysMemUsage, fgSysMemCapacity, fgSysSesCount of FORTINET-FORTIGATE-MIB. */
function fortinetColumns(load: Load): Column[] {
  return [
    scalar(
      `${FORTINET_SYSTEM}.3`,
      gauge32((_, now) => load(0, now)),
    ),
    scalar(
      `${FORTINET_SYSTEM}.4`,
      gauge32((_, now) => 38 + Math.round(load(9, now) / 8)),
    ),
    scalar(
      `${FORTINET_SYSTEM}.5`,
      gauge32(() => FORTINET_MEMORY_KB),
    ),
    scalar(
      `${FORTINET_SYSTEM}.8`,
      gauge32((_, now) => 900 + 140 * load(8, now)),
    ),
  ]
}

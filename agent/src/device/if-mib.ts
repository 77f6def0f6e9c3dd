/** Objects of IF-MIB (RFC 2863) that are polled, and the metric each becomes. */
const IF = '1.3.6.1.2.1.2.2.1'
const IFX = '1.3.6.1.2.1.31.1.1.1'

export type CounterColumn = {
  readonly oid: string
  readonly metric: string
  readonly is64Bit: boolean
  readonly unit: 'octets' | 'packets'
  /** `64`: where the interface has 64-bit counters; `32`: where it has none; `both`: always. */
  readonly where: '64' | '32' | 'both'
  /** Wraps too often for what an agent remembers: it begins at 0 with the agent. */
  readonly isFromZero: boolean
}

const hc = (column: number, metric: string): CounterColumn => ({
  oid: `${IFX}.${column}`,
  metric,
  is64Bit: true,
  unit: metric.endsWith('Octets') ? 'octets' : 'packets',
  where: '64',
  isFromZero: false,
})
const low = (column: number, metric: string, where: '32' | 'both'): CounterColumn => ({
  oid: `${IF}.${column}`,
  metric,
  is64Bit: false,
  unit: metric.endsWith('Octets') ? 'octets' : 'packets',
  where,
  isFromZero: where === '32',
})

export const COUNTERS: readonly CounterColumn[] = [
  hc(6, 'ifHCInOctets'),
  hc(10, 'ifHCOutOctets'),
  hc(7, 'ifHCInUcastPkts'),
  hc(11, 'ifHCOutUcastPkts'),
  hc(8, 'ifHCInMulticastPkts'),
  hc(12, 'ifHCOutMulticastPkts'),
  hc(9, 'ifHCInBroadcastPkts'),
  hc(13, 'ifHCOutBroadcastPkts'),
  low(10, 'ifInOctets', '32'),
  low(16, 'ifOutOctets', '32'),
  low(11, 'ifInUcastPkts', '32'),
  low(17, 'ifOutUcastPkts', '32'),
  low(14, 'ifInErrors', 'both'),
  low(20, 'ifOutErrors', 'both'),
  low(13, 'ifInDiscards', 'both'),
  low(19, 'ifOutDiscards', 'both'),
]

/** ifAdminStatus, ifOperStatus, ifSpeed, ifHighSpeed, ifCounterDiscontinuityTime: read at each poll too. */
export const STATE_COLUMNS = [`${IF}.7`, `${IF}.8`, `${IF}.5`, `${IFX}.15`, `${IFX}.19`] as const

/** ifDescr, ifType, ifMtu, ifPhysAddress, ifName, ifAlias, ifHCInOctets: read when interfaces are looked for. */
export const DISCOVERY_COLUMNS = [
  `${IF}.2`,
  `${IF}.3`,
  `${IF}.4`,
  `${IF}.6`,
  `${IFX}.1`,
  `${IFX}.18`,
  `${IFX}.6`,
] as const

/** When interfaces were last added or removed, in sysUpTime. */
export const IF_TABLE_LAST_CHANGE = '1.3.6.1.2.1.31.1.5.0'

const MAX_GAUGE32 = 2 ** 32 - 1
/** The smallest Ethernet frame with preamble and gap, bits: bounds packets per second. */
const SMALLEST_FRAME_BITS = 672

/** Bits per second out of ifSpeed and ifHighSpeed (RFC 2863, 3.1.6): the former is full at 4.29 Gbit/s. */
export function speedOf(ifSpeed: number, ifHighSpeed: number): number {
  if (ifSpeed > 0 && ifSpeed < MAX_GAUGE32) return ifSpeed
  return ifHighSpeed > 0 ? ifHighSpeed * 1e6 : 0
}

/** What an interface of this speed can count in a second; 0 when the speed is unknown. */
export function ceilingOf(unit: 'octets' | 'packets', speedBps: number): number {
  return speedBps / (unit === 'octets' ? 8 : SMALLEST_FRAME_BITS)
}

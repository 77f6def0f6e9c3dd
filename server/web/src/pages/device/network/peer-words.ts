import type { DeviceNetwork, DeviceSummary, InterfaceResource } from '@eyenet/shared/api'
import type { MarkKind } from '../../../parts/state-mark.tsx'

export type Neighbor = DeviceNetwork['neighbors'][number]
type Mark = { readonly kind: MarkKind; readonly word: string }

/** bgpPeerState of BGP4-MIB (RFC 4273): a session either stands or carries nothing. */
export function bgpMark(state: string | undefined): Mark {
  if (state === undefined || state === '') return { kind: 'unknown', word: 'not told' }
  return plain(state) === 'established' ? { kind: 'ok', word: state } : { kind: 'warning', word: state }
}

/** ospfNbrState of OSPF-MIB (RFC 4750). Two routers of a network that are neither designated stay at twoWay. */
export function ospfMark(state: string): Mark {
  const word = plain(state)
  if (word === 'full') return { kind: 'ok', word: state }
  if (word === 'twoway') return { kind: 'info', word: state }
  return word === '' ? { kind: 'unknown', word: 'not told' } : { kind: 'warning', word: state }
}

const plain = (state: string): string => state.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** Which watched device a neighbour is: by its address, its name, or its name without the domain. */
export function neighborDevice(one: Neighbor, devices: Iterable<DeviceSummary>): DeviceSummary | undefined {
  const wanted = one.remoteSysName.toLowerCase()
  const short = host(wanted)
  let byShort: DeviceSummary | undefined
  for (const device of devices) {
    const name = device.name.toLowerCase()
    if (name === wanted && wanted !== '') return device
    if (one.remoteAddress !== undefined && device.address === one.remoteAddress) return device
    if (short !== '' && host(name) === short) byShort ??= device
  }
  return byShort
}

/** An address is no name with a domain. */
const host = (name: string): string => (/^[\d.]+$|:/.test(name) ? name : (name.split('.')[0] ?? ''))

export function interfaceOf(
  { ifIndex, port }: { ifIndex: number | undefined; port?: string | undefined },
  interfaces: readonly InterfaceResource[],
): InterfaceResource | undefined {
  const byIndex = ifIndex === undefined ? undefined : interfaces.find((one) => one.ifIndex === ifIndex)
  if (byIndex !== undefined || port === undefined) return byIndex
  return interfaces.find((one) => [one.interface, one.ifName, one.ifDescr].includes(port))
}

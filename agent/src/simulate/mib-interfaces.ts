import type { DirectionCounters, InterfaceModel } from './interface-model.ts'
import {
  behindRows,
  type Column,
  counter32,
  counter64,
  gauge32,
  integer,
  objectId,
  octets,
  rowsOf,
  scalar,
  table,
  text,
  timeTicks,
} from './mib-view.ts'
import { oidOf } from './oid.ts'

const IF_NUMBER = '1.3.6.1.2.1.2.1'
const IF_ENTRY = '1.3.6.1.2.1.2.2.1'
const IF_X_ENTRY = '1.3.6.1.2.1.31.1.1.1'
const NO_SPECIFIC = oidOf('0.0')
const MAX_GAUGE32 = 0xffff_ffff
const UP = 1
const DOWN = 2

/** ifTable and ifXTable, complete (RFC 2863). */
export function interfaceColumns(interfaces: readonly InterfaceModel[]): Column[] {
  const rows = rowsOf(interfaces.map(({ spec }) => [spec.index]))
  const at = behindRows(interfaces)
  return [
    scalar(
      IF_NUMBER,
      integer(() => interfaces.length),
    ),
    ...table(IF_ENTRY, rows, ifEntry(at)),
    ...table(IF_X_ENTRY, rows, ifXEntry(at)),
  ]
}

type At = (row: number) => InterfaceModel

function ifEntry(at: At) {
  const macs = new Map<string, Uint8Array>()
  const macOf = (mac: string): Uint8Array => {
    const found = macs.get(mac) ?? Uint8Array.from(Buffer.from(mac, 'hex'))
    macs.set(mac, found)
    return found
  }
  const count = (side: 'received' | 'sent', which: keyof DirectionCounters) =>
    counter32((row, now) => at(row)[side][which](now))
  return {
    1: integer((row) => at(row).spec.index),
    2: text((row) => at(row).spec.descr),
    3: integer((row) => at(row).spec.type),
    4: integer((row) => at(row).spec.mtu),
    5: gauge32((row) => Math.min(MAX_GAUGE32, at(row).spec.speedBps)),
    6: octets((row) => macOf(at(row).spec.mac)),
    7: integer((row) => (at(row).spec.admin === 'up' ? UP : DOWN)),
    8: integer((row, now) => (at(row).isUp(now) ? UP : DOWN)),
    9: timeTicks((row, now) => at(row).lastChange(now)),
    10: count('received', 'octets'),
    11: count('received', 'unicast'),
    12: counter32((row, now) => at(row).received.multicast(now) + at(row).received.broadcast(now)),
    13: count('received', 'discards'),
    14: count('received', 'errors'),
    15: counter32(() => 0),
    16: count('sent', 'octets'),
    17: count('sent', 'unicast'),
    18: counter32((row, now) => at(row).sent.multicast(now) + at(row).sent.broadcast(now)),
    19: count('sent', 'discards'),
    20: count('sent', 'errors'),
    21: gauge32(() => 0),
    22: objectId(() => NO_SPECIFIC),
  }
}

function ifXEntry(at: At) {
  const count32 = (side: 'received' | 'sent', which: keyof DirectionCounters) =>
    counter32((row, now) => at(row)[side][which](now))
  const count64 = (side: 'received' | 'sent', which: keyof DirectionCounters) =>
    counter64((row, now) => at(row)[side][which](now))
  const high = (row: number, now: number) => at(row).octetsHigh(now)
  return {
    1: text((row) => at(row).spec.name),
    2: count32('received', 'multicast'),
    3: count32('received', 'broadcast'),
    4: count32('sent', 'multicast'),
    5: count32('sent', 'broadcast'),
    6: counter64((row, now) => at(row).received.octets(now), high),
    7: count64('received', 'unicast'),
    8: count64('received', 'multicast'),
    9: count64('received', 'broadcast'),
    10: counter64((row, now) => at(row).sent.octets(now), high),
    11: count64('sent', 'unicast'),
    12: count64('sent', 'multicast'),
    13: count64('sent', 'broadcast'),
    14: integer(() => 1),
    15: gauge32((row) => Math.round(at(row).spec.speedBps / 1_000_000)),
    16: integer(() => 2),
    17: integer((row) => (at(row).spec.mac === '' ? 2 : 1)),
    18: text((row) => at(row).spec.alias),
    19: timeTicks(() => 0),
  }
}

import { type Endpoint, type TopologyEvent, toCsv } from '@eyenet/shared/api'

const EVENT_COLUMNS = ['seq', 'time', 'kind', 'text', 'cause', 'devices', 'mac']

/** One line for each; times are RFC 3339 in UTC. */
export function topologyEventsCsv(events: readonly TopologyEvent[]): string {
  const rows = events.map(({ seq, at, kind, text, cause, devices, mac }) => [
    ...[seq, new Date(at).toISOString(), kind, text, cause, devices.join(' '), mac],
  ])
  return toCsv([EVENT_COLUMNS, ...rows])
}

const STATION_COLUMNS = [
  ...['mac', 'vendor', 'ips', 'name', 'device', 'device_name', 'port', 'vlan'],
  ...['first_seen', 'last_seen'],
]

export function stationsCsv(stations: readonly Endpoint[]): string {
  const rows = stations.map((one) => [
    ...[one.mac, one.vendor, one.ips.join(' '), one.name, one.device, one.deviceName, one.port, one.vlan],
    ...[new Date(one.firstSeenAt).toISOString(), new Date(one.lastSeenAt).toISOString()],
  ])
  return toCsv([STATION_COLUMNS, ...rows])
}

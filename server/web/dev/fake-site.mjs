// A made-up site for development: devices, interfaces, alerts and agents in the API's shapes. Never part of the build.
import { createHash } from 'node:crypto'

const MINUTE = 60_000

/** The same name gives the same UUID. */
export function idOf(name) {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** A number from 0 to 1 that belongs to a name. */
export function chance(name) {
  return createHash('sha256').update(name).digest().readUInt32BE(0) / 2 ** 32
}

const MODELS = {
  core: ['Cisco', 'ios-xe', 'Catalyst 9500-40X', '17.9.4a', 48, 1e10],
  dist: ['Arista', 'eos', 'DCS-7050SX3', '4.31.2F', 32, 1e10],
  access: ['Aruba', 'aos-cx', '6300M 48G', '10.13', 52, 1e9],
  fw: ['Fortinet', 'fortios', 'FortiGate 100F', '7.4.3', 22, 1e9],
  rt: ['MikroTik', 'routeros', 'CCR2004-16G-2S+', '7.15', 18, 1e10],
  ups: ['APC', 'aos', 'Smart-UPS 3000', '6.9', 1, 1e8],
  ap: ['Ubiquiti', 'airos', 'U6 Pro', '6.6.77', 4, 1e9],
  srv: ['net-snmp', 'linux', '', '6.1', 3, 1e10],
  prn: ['HP', '', 'LaserJet M611', '', 2, 1e8],
  odd: ['', '', 'CLIMA 3000', '', 0, 0],
  dense: ['Raritan', 'px', 'Rack probes', '4.1', 1, 1e8],
  fresh: ['', '', '', '', 0, 0],
  broken: ['Juniper', 'junos', 'EX4300', '21.4', 8, 1e9],
}

const ROLES = {
  core: 'switch',
  dist: 'switch',
  access: 'switch',
  fw: 'firewall',
  rt: 'router',
  ups: 'ups',
  ap: 'access-point',
  srv: 'server',
  prn: 'printer',
}

const NAMES = [
  'core-1',
  'core-2',
  'dist-1',
  'dist-2',
  'access-1',
  'access-2',
  'access-3',
  'fw-1',
  'rt-1',
  'ups-1',
  'ap-lobby',
  'srv-db-1',
  'prn-2',
  'resolver',
  'odd-1',
  'dense-1',
  'fresh-1',
  'broken-1',
]

const STATES = { 'access-3': 'critical', 'dist-1': 'warning', 'ups-1': 'warning', 'ap-lobby': 'unknown' }
const PROBLEMS = {
  'access-3':
    'It has not answered SNMP or ping since 14 min: its uplink on dist-1 (Ethernet12) is down. Look at that link first.',
  'ap-lobby': 'Its agent is disconnected, so nothing is known of it.',
}

export function makeDevice(name, at, now) {
  const [vendor, os, model, version, interfaces, speed] = MODELS[name.split('-')[0]] ?? ['', '', '', '', 0, 0]
  const state = STATES[name] ?? 'ok'
  const kind = name === 'resolver' ? 'ping' : 'snmp'
  const gone = state === 'critical' || state === 'unknown'
  const live = kind === 'snmp' && !gone
  return {
    id: idOf(name),
    name,
    address: name === 'resolver' ? '2001:db8::53' : `192.0.2.${10 + (at % 200)}`,
    site: at % 5 === 4 ? 'warehouse' : 'berlin',
    agent: idOf(at % 5 === 4 ? 'agent-warehouse' : 'agent-berlin'),
    kind,
    state,
    since: now - Math.round((state === 'ok' ? 3 * 86_400_000 : 14 * MINUTE) * (0.4 + chance(name))),
    reach: {
      snmp: kind === 'ping' ? 'off' : gone ? 'down' : 'up',
      icmp: gone ? 'down' : 'up',
      problem: PROBLEMS[name] ?? '',
    },
    vendor,
    os,
    model,
    version,
    interfaces,
    intervalSeconds: 30,
    openAlerts: state === 'ok' ? 0 : 1,
    role: ROLES[name.split('-')[0]] ?? 'unknown',
    lifecycle: 'active',
    lastSeenAt: now - (gone ? 14 * MINUTE : 8_000),
    ...(gone ? {} : { rttSeconds: 0.0004 + chance(`${name}rtt`) * 0.012 }),
    ...(live && vendor !== 'APC'
      ? { cpuRatio: 0.04 + chance(`${name}cpu`) * 0.6, memoryRatio: 0.3 + chance(`${name}mem`) * 0.5 }
      : {}),
    ...(live
      ? { trafficBps: name === 'prn-2' ? 0 : Math.round(speed * interfaces * 0.02 * chance(`${name}bps`)) }
      : {}),
  }
}

export function makeDevices(count, now) {
  const plain = NAMES.map((name, at) => makeDevice(name, at, now))
  const kinds = Object.keys(MODELS)
  const more = Array.from({ length: Math.max(0, count - NAMES.length) }, (_, at) =>
    makeDevice(`${kinds[at % kinds.length]}-${100 + at}`, at, now),
  )
  return [...plain, ...more].slice(0, count)
}

export function fullDevice(one, now) {
  return {
    ...one,
    serial: `FD${one.id.slice(0, 9).toUpperCase()}`,
    sysName: `${one.name}.example.net`,
    sysDescr:
      one.name === 'dist-1'
        ? 'Arista <b onclick="alert(1)">EOS</b> version 4.31.2F running on DCS-7050SX3'
        : `${one.vendor} ${one.os} ${one.version}`,
    sysObjectId: '1.3.6.1.4.1.30065.1.3011.7050',
    sysLocation: one.site === 'berlin' ? 'Berlin, room 2.14, rack A3' : 'Warehouse, hall 1',
    sysContact: 'noc@example.net',
    identityRank: 'engine-id',
    roleEvidence: 'its sysObjectID is in the profile of its vendor',
    firstSeenAt: now - 40 * 86_400_000,
    uptimeSeconds: 3_456_789,
    managed: one.name !== 'core-1',
  }
}

const ALIASES = ['uplink core-1', 'rack A3', '', 'printer room', 'desk 2.14-07', '', 'camera <hall>', 'access-3']

export function makeInterfaces(one, count = one.interfaces) {
  return Array.from({ length: count }, (_, at) => {
    const name =
      one.os === 'eos'
        ? `Ethernet${at + 1}`
        : one.os === 'linux'
          ? (['lo', 'eth0', 'eth1'][at] ?? `eth${at}`)
          : `GigabitEthernet1/0/${at + 1}`
    const key = `${one.name} ${name}`
    const down = (one.name === 'dist-1' && at === 11) || chance(`${key}down`) > 0.9
    const shut = !down && chance(`${key}shut`) > 0.8
    const speedBps = (MODELS[one.name.split('-')[0]] ?? [])[5] ?? 1e9
    const load = down || shut ? 0 : chance(`${key}load`) ** 4
    return {
      interface: name,
      ifIndex: at + 1,
      ifName: name,
      ifDescr: name,
      ifAlias: ALIASES[at % ALIASES.length],
      ifType: 6,
      mac: `00:1c:73:${[at, at * 7, at * 13].map((part) => (part % 256).toString(16).padStart(2, '0')).join(':')}`,
      speedBps,
      adminStatus: shut ? 2 : 1,
      operStatus: down || shut ? 2 : 1,
      inBps: load * speedBps * 0.9,
      outBps: load * speedBps * 0.4,
      ...(chance(`${key}counts`) > 0.1
        ? { inErrorsPerSecond: chance(`${key}err`) > 0.85 ? 0.4 : 0, outErrorsPerSecond: 0 }
        : {}),
    }
  })
}

const base = { group: 'eyenet', notifications: [], value: '1' }

export function alert(part, now) {
  const startedAt = now - part.minutes * MINUTE
  const { minutes, ended, ...rest } = part
  const endedAt = ended === undefined ? undefined : now - ended * MINUTE
  const timeline = [
    { at: startedAt, what: 'The condition holds: pending' },
    { at: startedAt + MINUTE, what: 'Fires' },
    ...(rest.acknowledgement
      ? [
          {
            at: rest.acknowledgement.at,
            what: `Acknowledged: ${rest.acknowledgement.comment}`,
            by: rest.acknowledgement.by,
          },
        ]
      : []),
    ...(endedAt === undefined ? [] : [{ at: endedAt, what: 'Resolved' }]),
  ]
  return {
    ...base,
    ...rest,
    id: idOf(`${rest.rule} ${rest.deviceName} ${minutes}`),
    startedAt,
    firedAt: startedAt + MINUTE,
    since: endedAt ?? startedAt + MINUTE,
    ...(endedAt === undefined ? {} : { endedAt }),
    labels: {
      alertname: rest.rule,
      severity: rest.severity,
      site: 'berlin',
      ...(rest.device ? { device: rest.device } : {}),
      ...(rest.interface ? { interface: rest.interface } : {}),
      ...rest.labels,
    },
    timeline,
  }
}

export const on = (name, part = {}) => ({ device: idOf(name), deviceName: name, ...part })

const told = (state, error) => ({
  channel: 'webhook on-call',
  change: 'firing',
  state,
  attempts: state === 'failed' ? 5 : 1,
  at: Date.now() - 13 * MINUTE,
  ...(error ? { error } : {}),
})

export function makeAlerts(now) {
  return [
    {
      ...on('access-3'),
      rule: 'DeviceDown',
      severity: 'critical',
      state: 'firing',
      minutes: 14,
      expr: 'device_up == 0',
      value: '0',
      annotations: {
        summary: 'access-3 does not answer',
        description: 'Neither SNMP nor ping is answered. Its uplink, dist-1 Ethernet12, went down at the same moment.',
        next: 'Check the link on dist-1 Ethernet12; if it is up, check the power of access-3.',
      },
      notifications: [
        told('sent'),
        { ...told('failed', 'mail.example.net: connection refused'), channel: 'e-mail noc' },
      ],
    },
    {
      ...on('dist-1', { interface: 'Ethernet12' }),
      rule: 'InterfaceDown',
      severity: 'warning',
      state: 'firing',
      minutes: 14,
      expr: 'ifOperStatus == 2 and ifAdminStatus == 1',
      annotations: {
        summary: 'Ethernet12 of dist-1 is down',
        description: 'It was up before and is wanted up (ifAdminStatus up).',
        next: 'Check cable and transceiver, and the device on the other side: access-3.',
      },
      acknowledgement: { by: 'mira', at: now - 9 * MINUTE, comment: 'on my way to the rack' },
      notifications: [told('sent')],
    },
    {
      ...on('ups-1'),
      rule: 'TemperatureHigh',
      severity: 'warning',
      state: 'firing',
      minutes: 52,
      expr: 'sensor_temperature_celsius > 40',
      value: '44.6',
      labels: { sensor: 'battery' },
      annotations: {
        summary: 'The battery of ups-1 is 44.6 °C warm',
        description: 'Above 40 °C for 10 min. The life of a battery halves with every 8 °C.',
        next: 'Check the cooling of the rack and the fan of the UPS.',
      },
      notifications: [told('sent')],
    },
    {
      ...on('ap-lobby'),
      rule: 'DeviceDown',
      severity: 'critical',
      state: 'unknown',
      minutes: 8,
      expr: 'device_up == 0',
      annotations: {
        summary: 'Whether ap-lobby answers cannot be told',
        description: 'The agent of site warehouse is disconnected.',
        next: 'See whether the machine of the agent runs.',
      },
    },
    {
      ...on('fw-1'),
      rule: 'CpuHigh',
      severity: 'warning',
      state: 'pending',
      minutes: 2,
      expr: 'avg by (site, device) (device_cpu_ratio) > 0.9',
      value: '0.93',
      annotations: { summary: 'CPU of fw-1 at 93 %' },
    },
  ].map((part) => alert(part, now))
}

export function makeHistory(now) {
  const parts = [
    {
      ...on('srv-db-1'),
      rule: 'DiskFilling',
      severity: 'warning',
      minutes: 190,
      ended: 95,
      annotations: { summary: '/var of srv-db-1 would be full within 24 h' },
    },
    {
      ...on('core-2', { interface: 'GigabitEthernet1/0/3' }),
      rule: 'InterfaceErrors',
      severity: 'warning',
      minutes: 400,
      ended: 378,
      annotations: { summary: 'GigabitEthernet1/0/3 of core-2 receives 3.2 errors/s' },
    },
    {
      ...on('access-1'),
      rule: 'DeviceDown',
      severity: 'critical',
      minutes: 1500,
      ended: 1493,
      incident: 'inc-0',
      annotations: { summary: 'access-1 does not answer' },
    },
    {
      ...on('rt-1'),
      rule: 'UtilisationHigh',
      severity: 'info',
      minutes: 2900,
      ended: 2700,
      annotations: { summary: 'The uplink of rt-1 is 91 % full' },
    },
  ]
  return parts.map((part) => alert({ expr: 'device_up == 0', ...part, state: 'resolved' }, now))
}

export function makeAgents(now) {
  const common = { version: '0.1.0', enrolledAt: now - 40 * 86_400_000, desiredRevision: 12, notices: [] }
  return [
    {
      ...common,
      id: idOf('agent-berlin'),
      name: 'berlin',
      site: 'berlin',
      state: 'connected',
      since: now - 6 * 86_400_000,
      hostname: 'mon-1.example.net',
      lastMessageAt: now - 2_000,
      lagSeconds: 3.2,
      bufferedSamples: 0,
      bufferBytes: 81_920,
      droppedSamples: 0,
      clockSkewSeconds: 0.012,
      devices: 12,
      actualRevision: 12,
      ping: 'raw-socket',
    },
    {
      ...common,
      id: idOf('agent-warehouse'),
      name: 'warehouse',
      site: 'warehouse',
      state: 'disconnected',
      since: now - 8 * MINUTE,
      hostname: 'pi-warehouse',
      lastMessageAt: now - 8 * MINUTE,
      lagSeconds: 480,
      bufferedSamples: 18_432,
      bufferBytes: 1_572_864,
      droppedSamples: 0,
      clockSkewSeconds: -0.4,
      devices: 2,
      actualRevision: 11,
      ping: 'ping-program',
      notices: [
        {
          at: now - 9 * MINUTE,
          code: 'ping_fallback',
          message: 'Raw sockets are refused: the ping program serves. Give the agent CAP_NET_RAW for precise latency.',
        },
      ],
    },
  ]
}

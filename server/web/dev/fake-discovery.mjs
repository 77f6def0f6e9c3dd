// What agents found, where they look, and stations behind ports. Made up, for development. Never part of the build.
import { chance, idOf } from './fake-site.mjs'

const MINUTE = 60_000
const DAY = 86_400_000
const FOUND = [
  ['sw-lab-1', 'switch', 'Cisco', 'C9200L-24P', true],
  ['sw-lab-2', 'switch', 'Aruba', '2930F', true],
  ['ap-hall-7', 'access-point', 'Ubiquiti', 'U6 Lite', true],
  ['<img src=x onerror=alert(1)>', 'unknown', '', '', false],
  ['nas-office', 'storage', 'Synology', 'DS920+', true],
  ['', 'printer', 'HP', '', false],
  ['cam-gate', 'camera', 'Axis', 'P1455', false],
  ['pbx', 'phone', 'Yealink', '', false],
  ['ups-rack-c', 'ups', 'APC', 'SMT1500', true],
  ['', 'workstation', 'Dell', '', false],
  ['=cmd|calc', 'server', 'Dell', 'R640', false],
  ['esx-2', 'hypervisor', 'VMware', '', true],
]

function item([name, role, vendor, model, snmp], at, now) {
  const address = at < 100 ? `192.0.2.${100 + at}` : `10.9.${at >> 8}.${at & 255}`
  return {
    id: idOf(`inbox ${at}`),
    site: 'berlin',
    agent: idOf('agent-berlin'),
    state: 'new',
    name,
    addresses: [
      { address, lastSeenAt: now - at * MINUTE },
      ...(at % 4 === 0 ? [{ address: `198.51.100.${at}`, lastSeenAt: now - DAY }] : []),
    ],
    macs: [`00:1c:73:00:${hex(at >> 8)}:${hex(at & 255)}`],
    role,
    roleEvidence:
      role === 'unknown'
        ? ''
        : snmp
          ? 'sysObjectID is in the profile of its vendor'
          : 'port 9100 answers and the MAC is of a maker of these',
    vendor,
    model,
    serial: '',
    hostname: name === '' ? '' : `${name}.example.net`,
    sysName: snmp ? name : '',
    sysDescr: snmp ? `${vendor} ${model} <b>software</b>` : '',
    sysObjectId: '',
    ports: snmp ? [22, 443] : [80, 9100],
    rttSeconds: 0.0012,
    ...(snmp && {
      snmp: { address, port: 161, credential: idOf('cred-1'), credentialName: 'campus read-only', known: true },
    }),
    how: at % 3 === 0 ? ['sweep', 'neighbor'] : at % 3 === 1 ? ['sweep'] : ['arp', 'passive'],
    ...(at % 3 === 0 && { via: { device: idOf('core-1'), deviceName: 'core-1', port: 'Gi1/0/3' } }),
    seenBy: [{ agent: idOf('agent-berlin'), agentName: 'berlin', lastSeenAt: now - at * MINUTE }],
    firstSeenAt: now - DAY,
    lastSeenAt: now - at * MINUTE,
  }
}

export function makeDiscovery(scenario, { agents, now }) {
  const none = scenario === 'empty' || scenario === 'bare'
  const items = none
    ? []
    : Array.from({ length: scenario === 'large' ? 1_000 : 12 }, (_, at) => item(FOUND[at % FOUND.length], at, now))
  if (!none) Object.assign(items[11], { state: 'ignored', decidedAt: now - DAY, decidedBy: 'mira' })
  const plan = {
    networks: none ? [] : ['192.0.2.0/24', '2001:db8:5::/64'],
    exclude: none ? [] : ['192.0.2.1'],
    credentials: none ? [] : [idOf('cred-1'), idOf('cred-2')],
    packetsPerSecond: 50,
    everySeconds: 86_400,
    ports: [22, 80, 443],
    crawl: true,
    passive: false,
    silentHosts: false,
  }
  const run = (agent, state) => ({
    run: idOf(`run ${agent.name}`),
    state,
    startedAt: now - 2 * MINUTE,
    done: state === 'running' ? 130 : 256,
    total: 256,
    answered: 41,
    heldBack: 2,
    agent: agent.id,
    toldAt: now - 5_000,
    by: 'mira',
  })
  return {
    items,
    agents: agents.map((agent, at) => ({
      agent: agent.id,
      name: agent.name,
      site: agent.site,
      connected: agent.state === 'connected',
      able: at === 0,
      offered: at === 0 ? ['192.0.2.0/24', '198.51.100.0/22', '2001:db8:5::/64'] : ['203.0.113.0/24'],
      plan: at === 0 ? plan : { ...plan, networks: [], credentials: [], exclude: [] },
      ...(at === 0 && !none && { plannedAt: now - DAY, plannedBy: 'mira' }),
      runs: at === 0 && !none ? [run(agent, 'running')] : [],
      inbox: { new: 0, known: 0, accepted: 0, ignored: 0 },
    })),
    credentials: none
      ? []
      : [
          ['cred-1', 'campus read-only', '2c'],
          ['cred-2', 'new switches', '3'],
          ['cred-3', 'printers', '1'],
        ].map(([id, name, version]) => ({
          id: idOf(id),
          name,
          version,
          ...(version === '3' && { user: 'monitor' }),
          createdAt: now - 9 * DAY,
          changedAt: now - 3 * DAY,
          changedBy: 'mira',
          agents: id === 'cred-3' ? [] : [idOf('agent-berlin')],
        })),
    rules: makeRules(none, now),
  }
}

function makeRules(none, now) {
  return {
    rules: none
      ? []
      : [
          {
            name: 'switches of the campus',
            enabled: true,
            action: 'accept',
            when: { roles: ['switch', 'access-point'], networks: ['192.0.2.0/24'], snmp: true },
          },
          { name: 'phones', enabled: false, action: 'ignore', when: { roles: ['phone'] } },
        ],
    changedAt: now - DAY,
    changedBy: 'mira',
  }
}

const counts = (items) => {
  const all = { new: 0, known: 0, accepted: 0, ignored: 0 }
  for (const one of items) all[one.state] += 1
  return all
}

const DEEDS = { accept: 'accepted', ignore: 'ignored', undo: 'new' }

export function discoveryAnswer(site, { method, parts, url, body }, { json, page }) {
  const { discovery } = site
  if (parts[1] === undefined) return json({ agents: discovery.agents, inbox: counts(discovery.items), dropped: 0 })
  if (parts[1] === 'agents') {
    const agent = discovery.agents.find((one) => one.agent === parts[2])
    if (parts[3] === 'run') return json({ ...discovery.agents[0].runs[0], state: 'waiting' }, 201)
    if (parts[3] === 'stop') return { status: 204 }
    if (method === 'PUT') Object.assign(agent, { plan: JSON.parse(body), plannedAt: Date.now() })
    return json(agent)
  }
  if (parts[1] === 'credentials')
    return method === 'DELETE'
      ? { status: 204 }
      : method === 'GET'
        ? json(page(discovery.credentials))
        : json({ ...discovery.credentials[0], name: JSON.parse(body).name }, 201)
  if (parts[1] === 'rules') {
    if (parts[2] === 'try') {
      const rules = JSON.parse(body).rules
      const fresh = discovery.items.filter((one) => one.state === 'new')
      const told = rules.map((rule) => {
        const hit = rule.enabled ? fresh.filter((one) => rule.when.roles?.includes(one.role) ?? false) : []
        return {
          name: rule.name,
          action: rule.action,
          count: hit.length,
          examples: hit.slice(0, 3).map((one) => ({ id: one.id, name: one.name, address: one.addresses[0].address })),
        }
      })
      const touched = told.reduce((sum, one) => sum + one.count, 0)
      return json({ looked: fresh.length, untouched: fresh.length - touched, rules: told })
    }
    if (method === 'PUT') discovery.rules = { rules: JSON.parse(body).rules, changedAt: Date.now(), changedBy: 'mira' }
    return json(discovery.rules)
  }
  if (method === 'POST') {
    const { ids } = JSON.parse(body)
    for (const one of discovery.items) if (ids.includes(one.id)) one.state = DEEDS[parts[2]]
    return json({ results: ids.map((id) => ({ id, ok: true })) })
  }
  const state = url.searchParams.get('state')
  const typed = (url.searchParams.get('q') ?? '').toLowerCase()
  return json(
    page(
      discovery.items.filter(
        (one) => (state === null || one.state === state) && JSON.stringify(one).toLowerCase().includes(typed),
      ),
    ),
  )
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '\u202eecived gnorw\u202c',
  '=cmd|calc',
  `a-name-without-an-end-${'x'.repeat(180)}`,
  'مكتب الاستقبال',
  `words ${'and more words '.repeat(13)}`,
]
const MAKERS = ['Dell Inc.', 'YEALINK(XIAMEN) NETWORK TECHNOLOGY CO.,LTD.', 'random or local', '']
const hex = (number) => number.toString(16).padStart(2, '0')

/** "endpoints-5000" has so many. */
const stationCount = (scenario) => Number(/^endpoints-(\d+)/.exec(scenario)?.[1] ?? 240)

function station(at, { places, now }) {
  const device = places[Math.floor(chance(`place ${at}`) * places.length)]
  const from = places[(at + 3) % places.length]
  const port = at % 97 === 5 ? 'TenGigabitEthernet1/0/48 to <b>building 4</b>, second floor' : `Gi1/0/${(at % 48) + 1}`
  return {
    mac: `00:1c:73:${hex(at >> 16)}:${hex((at >> 8) & 255)}:${hex(at & 255)}`,
    vendor: MAKERS[at % 4],
    ips: at % 5 === 4 ? [] : [`10.20.${at >> 8}.${at & 255}`, ...(at % 41 === 0 ? ['2001:db8:20::1:2:3:4567'] : [])],
    name: at % 37 === 1 ? HOSTILE[((at / 37) % HOSTILE.length) | 0] : at % 3 === 0 ? `desk-${at}` : '',
    ...(at % 11 === 10 ? {} : { device: device.id, deviceName: device.name, port, vlan: 10 + (at % 3) * 10 }),
    firstSeenAt: now - Math.round(chance(`first ${at}`) * 30 * DAY),
    lastSeenAt: now - Math.round(chance(`last ${at}`) * 60 * MINUTE),
    before: at % 6 === 0 ? [{ device: from.id, port: 'Gi1/0/3', from: now - 9 * DAY, to: now - 2 * DAY }] : [],
  }
}

export function endpointsAnswer(site, url, { json, page }) {
  const asked = url.searchParams
  const typed = (asked.get('q') ?? '').toLowerCase()
  const places = site.devices.filter((one) => one.kind === 'snmp')
  if (places.length === 0) return json(page([]))
  const now = Date.now()
  const all = Array.from({ length: stationCount(site.scenario) }, (_, at) => station(at, { places, now }))
  const found = all.filter((one) => JSON.stringify(one).toLowerCase().includes(typed))
  found.sort((a, b) => b.lastSeenAt - a.lastSeenAt)
  const from = Number(asked.get('cursor') ?? 0)
  const end = from + Number(asked.get('limit') ?? 200)
  const next = end < found.length ? { next: String(end) } : {}
  return json({ items: found.slice(from, end), total: found.length, ...next })
}

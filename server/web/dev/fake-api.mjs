// A server for developing and looking at the page: the API's shapes over a made-up site, and the built page under the
// same strict policy as the real one. `node server/web/dev/fake-api.mjs [SCENARIO] [PORT]`. Never part of the build.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WebSocketServer } from 'ws'
import { anomalyAnswer, forecastAnswer, makeAnomalies } from './fake-anomalies.mjs'
import { discoveryAnswer, endpointsAnswer, makeDiscovery } from './fake-discovery.mjs'
import { deviceEvents } from './fake-events.mjs'
import { fleetAnswer, makeFleet } from './fake-fleet.mjs'
import { ledgerAnswer } from './fake-ledger.mjs'
import { alertsOf } from './fake-map-alerts.mjs'
import { makeModels, modelAnswer } from './fake-models.mjs'
import { familyOf, hardwareOf, makeChoices, makeMibs, networkOf, sensorsOf } from './fake-parts.mjs'
import { bandsAnswer, queryInstant, queryRange } from './fake-query.mjs'
import { fullDevice, idOf, makeAgents, makeAlerts, makeDevices, makeHistory, makeInterfaces } from './fake-site.mjs'
import { makeTasks, taskAnswer } from './fake-tasks.mjs'
import { alertChanges, devicesOf, linkTraffic, makeTopology, topologyAnswer } from './fake-topology.mjs'

const DIST =
  process.env.EYENET_WEB === undefined
    ? new URL('../../dist-web/', import.meta.url)
    : new URL(`file://${process.env.EYENET_WEB}/`)
const MEDIA = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
}
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** normal, well, empty, bare (no agent), young (in its first hour), training, loading, error, large, setup, login, viewer */
export function makeSite(scenario) {
  const now = Date.now()
  const none = scenario === 'empty' || scenario === 'bare'
  const topology = makeTopology(scenario, now)
  const count = scenario === 'huge' ? 10_000 : scenario === 'large' ? 1000 : 18
  const drawn = scenario.startsWith('map-')
  const devices = none ? [] : drawn ? devicesOf(topology, now) : makeDevices(count, now)
  if (scenario === 'well')
    for (const one of devices) Object.assign(one, { state: 'ok', openAlerts: 0, reach: { ...one.reach, problem: '' } })
  const byId = new Map(devices.map((one) => [one.id, one]))
  const agents = scenario === 'bare' ? [] : makeAgents(now).slice(0, none ? 1 : 2)
  if (scenario === 'young') for (const one of agents) one.enrolledAt = now - 22 * 60_000
  const site = {
    scenario,
    now,
    topology,
    discovery: makeDiscovery(scenario, { agents, now }),
    fleet: makeFleet(scenario, { agents, now, idOf }),
    tasks: makeTasks(scenario, { agents, devices, now, idOf }),
    devices,
    byId,
    alerts: drawn ? alertsOf(topology, now) : none || scenario === 'well' ? [] : makeAlerts(now),
    history: none ? [] : makeHistory(now),
    choices: none ? [] : makeChoices(now),
    mibs: none ? [] : makeMibs(now),
    agents,
    tokens: [
      {
        id: idOf('grafana'),
        name: 'grafana',
        role: 'viewer',
        createdAt: now - 9e8,
        createdBy: 'mira',
        expiresAt: now + 6e9,
        lastUsedAt: now - 40_000,
      },
    ],
    users: ['mira', 'oncall'].map((name, at) => ({
      id: idOf(name),
      username: name,
      role: at === 0 ? 'admin' : 'operator',
      createdAt: now - 9e9,
      lastLoginAt: now - 3e5,
    })),
    interfacesOf: (id) => (byId.has(id) ? makeInterfaces(byId.get(id), scenario === 'large' ? 1000 : undefined) : []),
  }
  return Object.assign(site, { anomalies: makeAnomalies(scenario, site), models: makeModels(scenario, site) })
}

const METRICS = [
  'ifHCInOctets',
  'ifInErrors',
  'icmp_rtt_seconds',
  'icmp_loss_ratio',
  'snmp_poll_duration_seconds',
  'device_cpu_ratio',
  'device_memory_used_bytes',
  'device_memory_total_bytes',
  'sensor_temperature_celsius',
  'ifSpeed',
  'ifHCInUcastPkts',
  'sysUpTime',
]

function readings(site, one) {
  const port = site.interfacesOf(one.id)[0]?.interface ?? 'eth0'
  if (one.name === 'fresh-1') return []
  const names = one.kind === 'ping' ? ['icmp_rtt_seconds', 'icmp_loss_ratio', 'icmp_up'] : METRICS
  return names.flatMap((metric) => {
    const labels = { __name__: metric, site: one.site, device: one.id }
    const each = metric.startsWith('if')
      ? site
          .interfacesOf(one.id)
          .slice(0, 20)
          .map((p) => ({ ...labels, interface: p.interface }))
      : [metric.includes('temp') ? { ...labels, sensor: 'inlet' } : labels]
    return each.map((all) => ({
      metric,
      labels: all,
      value:
        metric === 'sysUpTime'
          ? '345678900'
          : metric.startsWith('ifHC')
            ? '123456789012345'
            : port === ''
              ? 'NaN'
              : '0.42',
      unit: '',
      at: site.now - 9_000,
    }))
  })
}

const page = (items) => ({ items, total: items.length })
const problem = (status, [code, detail], more = {}) => ({
  status,
  type: 'application/problem+json',
  body: { type: 'about:blank', title: code, status, code, detail, ...more },
})
const json = (body, status = 200) => ({ status, type: 'application/json', body })

const TEST = {
  ok: false,
  steps: [
    { check: 'resolve', outcome: 'ok', message: '192.0.2.77 is an address.' },
    { check: 'ping', outcome: 'ok', message: 'Answered after 0.8 ms.' },
    {
      check: 'snmp',
      outcome: 'failed',
      message:
        'No answer from 192.0.2.77 port 161 within 2 s, three tries. The device is there: check the community, and that SNMP is allowed from the agent 192.0.2.5.',
    },
  ],
}

function session(site) {
  const user = site.scenario === 'viewer' ? { ...site.users[1], role: 'viewer' } : site.users[0]
  return { accessToken: 'development', expiresAt: Date.now() + 900_000, user }
}

function entrance(site, method, path) {
  if (path === '/api/v1/setup' && method === 'GET') return json({ needed: site.scenario === 'setup', version: '0.1.0' })
  if (path === '/api/v1/setup' || path === '/api/v1/auth/login') return json(session(site))
  if (path === '/api/v1/auth/refresh')
    return site.scenario === 'login'
      ? problem(401, ['unauthenticated', 'Nobody is logged in here.'])
      : json(session(site))
  return path.startsWith('/api/v1/auth/') ? { status: 204 } : undefined
}

/** Two have not answered for long. */
const lifecycled = (devices) =>
  devices.map((one, at) => ({ ...one, lifecycle: at === 9 ? 'stale' : at === 11 ? 'retired' : 'active' }))

function deviceAnswer(site, { method, rest, id }) {
  if (rest === 'test' && method === 'POST') return json(TEST)
  if (id === undefined)
    return method === 'POST'
      ? problem(422, ['invalid', 'The device did not answer to everything.'], { test: TEST })
      : json(page(lifecycled(site.devices)))
  const one = site.byId.get(id)
  if (one === undefined) return problem(404, ['not_found', 'No such device.'])
  if (method === 'DELETE') return { status: 204 }
  const parts = { sensors: () => sensorsOf(site, one), hardware: () => hardwareOf(one), network: () => networkOf(one) }[
    rest
  ]
  if (parts !== undefined && one.name === 'broken-1')
    return problem(503, ['unavailable', 'The store is being repaired after a crash; try again in a minute.'])
  if (parts !== undefined) return json(parts())
  if (rest === 'interfaces') return json(page(site.interfacesOf(id)))
  if (rest === 'events') return json(page(deviceEvents(site, one)))
  return json(rest === 'readings' ? page(readings(site, one)) : fullDevice(one, site.now))
}

function choiceAnswer(site, { method, url, body }) {
  if (method === 'GET') return json(page(site.choices))
  const sent = body === '' ? Object.fromEntries(url.searchParams) : JSON.parse(body)
  site.choices = site.choices.filter((one) => one.family !== sent.family || one.object !== sent.object)
  if (method === 'DELETE') return { status: 204 }
  const devices = site.devices.filter((one) => familyOf(one) === sent.family).length
  const made = { ...sent, by: 'mira', at: Date.now(), devices }
  site.choices.unshift(made)
  return json(made)
}

function mibAnswer(site, { method, parts, body }) {
  if (method === 'DELETE') {
    site.mibs = site.mibs.filter((one) => one.name !== decodeURIComponent(parts[1]))
    return { status: 204 }
  }
  if (method === 'POST')
    for (const { name, text } of JSON.parse(body).files) {
      const ok = text.includes('BEGIN')
      const told = {
        agent: 'berlin',
        ok,
        modules: ok ? [name.replace(/\..*/, '')] : [],
        objects: ok ? 12 : 0,
        problems: ok ? [] : ['line 1: no MIB module begins here'],
      }
      site.mibs = [
        { name, bytes: text.length, by: 'mira', at: Date.now(), agents: [told] },
        ...site.mibs.filter((one) => one.name !== name),
      ]
    }
  return json(page(site.mibs))
}

function alertAnswer(site, { method, parts, url, body }) {
  if (parts[1] === 'history') {
    const all = url.searchParams.get('state') === 'open' ? site.alerts : site.history
    const device = url.searchParams.get('device')
    return json(page(all.filter((one) => device === null || one.device === device)))
  }
  const one = [...site.alerts, ...site.history].find((each) => each.id === parts[1])
  if (one === undefined) return problem(404, ['not_found', 'No such alert.'])
  if (parts[2] === 'changes') return json(alertChanges(site, one))
  if (parts[2] === 'acknowledge') {
    if (method === 'DELETE') delete one.acknowledgement
    else one.acknowledgement = { by: 'mira', at: Date.now(), comment: JSON.parse(body).comment ?? '' }
  }
  return json(one)
}

function answer(site, request) {
  const { method, url, body } = request
  const parts = url.pathname.replace('/api/v1/', '').split('/')
  const open = entrance(site, method, url.pathname)
  if (open !== undefined) return open
  if (site.scenario === 'error' || (site.scenario === 'map-error' && /topology|incidents/.test(url.pathname)))
    return problem(503, [
      'unavailable',
      'The store is being repaired after a crash; this takes about a minute. Try again then.',
    ])
  if (parts[0] === 'devices')
    return deviceAnswer(site, { method, rest: parts[1] === 'test' ? 'test' : parts[2], id: parts[1] })
  if (parts[0] === 'sensor-choices') return choiceAnswer(site, { method, url, body })
  if (parts[0] === 'ledger') return json(ledgerAnswer(site, { parts, url }))
  if (parts[0] === 'mibs') return mibAnswer(site, { method, parts, body })
  if (parts[0] === 'fleet') return fleetAnswer(site, { method, parts: parts.slice(1), body }, { json, page, problem })
  if (parts[0] === 'anomalies') return anomalyAnswer(site, { method, parts, url, body }, { json, problem })
  if (parts[0] === 'models') return modelAnswer(site, { method, parts, body }, { json, problem })
  if (parts[0] === 'bands') return json(bandsAnswer(site, url))
  if (parts[0] === 'forecasts') return json(forecastAnswer(site, { url }))
  if (parts[0] === 'alerts') return alertAnswer(site, { method, parts, url, body })
  if (parts[0] === 'agents' && parts[1] === 'enrolment-tokens')
    return json({
      token: 't',
      site: JSON.parse(body).site,
      expiresAt: Date.now() + 3_600_000,
      command:
        'curl -fsS https://eyenet.example.net/install-agent.sh | sh -s -- --server https://eyenet.example.net --token 7Kp2-QQ9d-W1xA',
    })
  if (parts[0] === 'agents' && parts[2] === 'tasks')
    return taskAnswer(site, { method, parts, body }, { json, page, problem })
  if (parts[0] === 'agents') return json(page(site.agents))
  if (parts[0] === 'users') return method === 'GET' ? json(page(site.users)) : { status: 204 }
  if (parts[0] === 'tokens')
    return method === 'POST'
      ? json({ ...site.tokens[0], name: JSON.parse(body).name, token: 'eyn_9fK2mQ7xT4vB8nL1' })
      : json(page(site.tokens))
  if (parts[0] === 'discovery') return discoveryAnswer(site, { method, parts, url, body }, { json, page })
  if (parts[0] === 'endpoints') return endpointsAnswer(site, url, { json, page })
  if (parts[0] === 'topology' || parts[0] === 'incidents')
    return topologyAnswer(site, { method, parts, url, body }, { json, page, problem })
  const form = new URLSearchParams(body)
  if (parts[0] === 'query' && (form.get('query') ?? '').startsWith('8 * rate(ifHC') && site.scenario.startsWith('map-'))
    return json(linkTraffic(site.topology, form.get('query')))
  if (parts[0] === 'query') return json(queryInstant(form, site))
  const matrix = parts[0] === 'query_range' ? queryRange(form, site) : undefined
  return matrix === undefined
    ? json({ status: 'error', errorType: 'bad_data', error: '1:5: parse error: unexpected "!"' }, 400)
    : json(matrix)
}

async function bodyOf(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function serveFile(path, response) {
  const name = extname(path) === '' ? 'index.html' : path.slice(1)
  const bytes = await readFile(new URL(name, DIST)).catch(() => undefined)
  response.writeHead(bytes === undefined ? 404 : 200, {
    'content-type': MEDIA[extname(name)] ?? 'text/plain',
    'content-security-policy': CSP,
  })
  response.end(bytes)
}

function live(site, server) {
  const sockets = new WebSocketServer({ server, path: '/api/v1/live' })
  let seq = 0
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      seq += 1
      const change = {
        kind: 'samples',
        devices: site.devices.slice(0, 200).map((one) => one.id),
        agents: site.agents.map((one) => one.id),
        at: Date.now(),
      }
      socket.send(JSON.stringify({ kind: 'change', seq, at: Date.now(), change }))
      const one = site.devices[Math.floor(Math.random() * site.devices.length)]
      if (one?.trafficBps) one.trafficBps = Math.round(one.trafficBps * (0.9 + Math.random() * 0.2))
      if (one !== undefined)
        socket.send(
          JSON.stringify({ kind: 'change', seq: ++seq, at: Date.now(), change: { kind: 'device', device: one } }),
        )
    }
  }, 1_000)
  server.on('close', () => clearInterval(timer))
  sockets.on('connection', (socket) =>
    socket.once('message', () => socket.send(JSON.stringify({ kind: 'welcome', feed: 'fake', seq, resumed: false }))),
  )
}

export function startFake(scenario, port = 0) {
  const site = makeSite(scenario)
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (!url.pathname.startsWith('/api/')) return serveFile(url.pathname, response)
    const body = await bodyOf(request)
    // Answers that never come, to see what the page shows meanwhile.
    if (scenario.endsWith('loading') && !/setup|auth/.test(url.pathname)) return
    if (scenario === 'loading-parts' && /(sensors|hardware|network|readings|interfaces)$/.test(url.pathname)) return
    const { status, type = 'text/plain', body: text } = answer(site, { method: request.method, url, body })
    response.writeHead(status, { 'content-type': type })
    response.end(text === undefined ? undefined : JSON.stringify(text))
  })
  live(site, server)
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () =>
      resolve({ site, url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }),
    )
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startFake(process.argv[2] ?? 'normal', Number(process.argv[3] ?? 8080))
  process.stdout.write(`${url}\n`)
}

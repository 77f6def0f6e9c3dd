// What is unusual in the made-up site: now, before, with feedback, budget and forecasts. Development only.
import { chance, idOf } from './fake-site.mjs'

const MINUTE = 60_000
const DAY = 86_400_000

const port = (name, interfaceName, metric) => ({
  name: metric,
  labels: { site: 'berlin', device: idOf(name), interface: interfaceName },
})
const gauge = (name, metric, labels = {}) => ({
  name: metric,
  labels: { site: 'berlin', device: idOf(name), ...labels },
})

const NOW = [
  {
    on: 'dist-1',
    series: port('dist-1', 'Ethernet12', 'ifHCInOctets'),
    reason: 'below',
    score: 0.99,
    minutes: 14,
    value: 0,
    low: 41e6,
    high: 96e6,
    said: ['real', 'mira', 'the cable at access-3'],
  },
  {
    on: 'core-1',
    series: port('core-1', 'GigabitEthernet1/0/1', 'ifHCInOctets'),
    reason: 'above',
    score: 0.97,
    minutes: 12,
    value: 512e6,
    low: 38e6,
    high: 171e6,
  },
  { on: 'core-1', reason: 'together', score: 0.91, minutes: 11, detail: 7 },
  {
    on: 'core-1',
    series: port('core-1', 'GigabitEthernet1/0/1', 'ifHCInUcastPkts'),
    reason: 'above',
    score: 0.88,
    minutes: 12,
    value: 91_000,
    low: 8_200,
    high: 31_000,
  },
  {
    on: 'core-1',
    series: gauge('core-1', 'device_cpu_ratio', { cpu: '2' }),
    reason: 'shift-up',
    score: 0.74,
    minutes: 10,
    value: 0.94,
    low: 0.08,
    high: 0.41,
  },
  {
    on: 'access-3',
    series: gauge('access-3', 'icmp_rtt_seconds'),
    reason: 'missing',
    score: 0.95,
    minutes: 14,
    value: null,
    low: 0.0007,
    high: 0.0042,
    detail: 28,
  },
  {
    on: 'ups-1',
    series: gauge('ups-1', 'sensor_temperature_celsius', { sensor: 'battery' }),
    reason: 'drift',
    score: 0.66,
    minutes: 372,
    value: 44.6,
    low: 34.1,
    high: 39.8,
    detail: 0.031,
  },
  {
    on: 'fw-1',
    series: gauge('fw-1', 'icmp_rtt_seconds'),
    reason: 'flat',
    score: 0.62,
    minutes: 25,
    value: 0.0012,
    low: 0.0008,
    high: 0.0036,
    detail: 40,
    model: undefined,
  },
  {
    on: 'srv-db-1',
    series: gauge('srv-db-1', 'device_memory_used_bytes'),
    reason: 'pattern',
    score: 0.58,
    minutes: 51,
    value: 6.1 * 2 ** 30,
    low: 3.9 * 2 ** 30,
    high: 5.2 * 2 ** 30,
    said: ['expected', 'oncall', ''],
  },
  {
    on: 'odd-1',
    series: gauge('odd-1', 'sensor_humidity_ratio', {
      sensor: 'Feuchte <img src=x onerror=alert(1)> Keller hinten links, zweiter Fühler',
    }),
    reason: 'above',
    score: 0.53,
    minutes: 3,
    value: 0.81,
    low: null,
    high: null,
    model: undefined,
  },
]

const SENTENCES = {
  above: 'above the usual range for this hour: 5.12e8 where 38 to 171 is usual',
  below: 'below the usual range for this hour: 0 where 41 to 96 is usual',
  flat: 'flat line for 40 samples at 0.0012',
  'shift-up': 'level shift up: 0.94 where 0.08 to 0.41 is usual',
  pattern: 'new pattern: 6.1 where 3.9 to 5.2 is usual',
  missing: 'missing data for 28 samples',
  drift: 'drift of 3.1 % per day',
  together: '7 series of this device unusual together',
}

function anomaly(part, now) {
  const { on, minutes, lasted, said, reason, series, model = 'site-4', ...figures } = part
  const since = now - minutes * MINUTE
  return {
    id: idOf(`anomaly ${on} ${series?.name} ${JSON.stringify(series?.labels)} ${minutes}`),
    agent: idOf('agent-berlin'),
    site: series?.labels.site ?? 'berlin',
    device: idOf(on),
    deviceName: on,
    ...(series && { series }),
    ...(series?.labels.interface && { interface: series.labels.interface }),
    since,
    ...(lasted !== undefined && { endedAt: since + lasted * MINUTE, closedBy: 'agent' }),
    value: null,
    low: null,
    high: null,
    detail: null,
    ...figures,
    reason,
    sentence: SENTENCES[reason] ?? reason,
    ...(!('model' in part && part.model === undefined) && { model }),
    shadow: false,
    ...(said && { feedback: { kind: said[0], by: said[1], comment: said[2], at: now - 8 * MINUTE } }),
  }
}

const SERIES = [
  (name, n) => [port(name, `GigabitEthernet1/0/${1 + (n % 24)}`, 'ifHCInOctets'), 4e7, 2e7],
  (name, n) => [port(name, `GigabitEthernet1/0/${1 + (n % 24)}`, 'ifHCOutOctets'), 6e7, 2e7],
  (name) => [gauge(name, 'icmp_rtt_seconds'), 0.02, 0.004],
  (name, n) => [gauge(name, 'device_cpu_ratio', { cpu: String(n % 4) }), 0.9, 0.4],
  (name, n) => [port(name, `GigabitEthernet1/0/${1 + (n % 24)}`, 'ifInErrors'), 4.2, 0.3],
]
const REASONS = ['above', 'above', 'shift-up', 'pattern', 'flat', 'above', 'missing']

/** Many, all different, by chance that is always the same. */
function many(site, count, { active, now }) {
  const names = site.devices.map((one) => one.name)
  return Array.from({ length: count }, (_, n) => {
    const luck = chance(`many ${n} ${active}`)
    const on = names[Math.floor(luck * names.length)] ?? 'core-1'
    const [series, value, high] = SERIES[n % SERIES.length](on, n)
    const reason = REASONS[n % REASONS.length]
    const spread = 0.6 + chance(`spread ${n}`)
    const missing = reason === 'missing'
    return anomaly(
      {
        ...{ on, series, reason, score: 0.5 + 0.5 * chance(`score ${n}`) },
        ...{ value: missing ? null : value * spread, low: high * 0.2 * spread, high: high * spread },
        ...((missing || reason === 'flat') && { detail: 12 + (n % 40) }),
        minutes: active ? 1 + Math.floor(120 * chance(`since ${n}`)) : 20 + Math.floor(10_000 * luck ** 2),
        ...(!active && { lasted: 3 + Math.floor(90 * chance(`lasted ${n}`)) }),
        ...(!active &&
          n % 6 === 0 && { said: [['expected', 'not-useful', 'real'][n % 3], n % 4 ? 'mira' : 'oncall', ''] }),
      },
      now,
    )
  })
}

export function makeAnomalies(scenario, site) {
  const { now } = site
  const none = ['empty', 'bare', 'young'].includes(scenario)
  const large = scenario === 'large'
  const active =
    none || scenario === 'well'
      ? []
      : large
        ? many(site, 1_300, { active: true, now })
        : NOW.map((part) => anomaly(part, now))
  const past = none ? [] : many(site, large ? 2_600 : 64, { active: false, now })
  return { active, past: past.sort((a, b) => b.since - a.since) }
}

/** What happened to a series, if anything did. */
export function storyOf(site, { metric, device, labels }) {
  return [...site.anomalies.active, ...site.anomalies.past.slice(0, 64)].find(
    ({ series, high }) =>
      series !== undefined &&
      high !== null &&
      series.labels.device === device &&
      series.name.replace('HC', '') === metric &&
      Object.entries(series.labels).every(([name, text]) => ['site', 'device'].includes(name) || labels[name] === text),
  )
}

/** How a series reads while its anomaly lasts. */
export function bent(story, time) {
  const { reason, value, high, since } = story
  if (reason === 'missing') return null
  if (reason === 'flat') return value
  if (reason === 'drift') return high * 0.94 + ((value - high * 0.94) * (time - since / 1000)) / (372 * 60)
  return value * (0.93 + 0.14 * chance(`bent ${Math.floor(time / 30)}`))
}

const page = (items) => ({ items, total: items.length })

function fits(one, search) {
  const [device, reason, from, to] = ['device', 'reason', 'from', 'to'].map((name) => search.get(name))
  return (
    (device === null || one.device === device) &&
    (reason === null || one.reason === reason) &&
    one.score >= Number(search.get('minScore') ?? 0) &&
    (from === null || (one.endedAt ?? Date.now()) >= Number(from)) &&
    (to === null || one.since < Number(to))
  )
}

function detailOf(site, one) {
  const { active, past } = site.anomalies
  const near = (each) => each.id !== one.id && each.device === one.device
  return {
    ...one,
    together: active.filter(near).slice(0, 6),
    before: past.filter((each) => near(each) || each.reason === one.reason).slice(0, 3),
    said: [
      ...(one.feedback ? [one.feedback] : []),
      ...(one.reason === 'above' && one.deviceName === 'core-1'
        ? [
            {
              kind: 'not-useful',
              comment: 'backup window?',
              by: 'oncall',
              at: site.now - 10 * MINUTE,
              takenBackAt: site.now - 9 * MINUTE,
              takenBackBy: 'mira',
            },
          ]
        : []),
    ],
  }
}

function feedback({ method, body }, one) {
  if (method === 'DELETE') delete one.feedback
  else one.feedback = { ...JSON.parse(body), by: 'mira', at: Date.now() }
  return one
}

function budget(site, days) {
  const early = site.scenario === 'young'
  const figures = (actual, asked) => ({
    ...{ actual, asked },
    ...(asked > 0 && { factor: actual / asked }),
    word: early ? 'too-early' : actual > asked * 2 ? 'over' : actual < asked / 2 ? 'too-quiet' : 'within',
  })
  const scale = early ? 0.004 : days / 7
  const row = (agent, at) => ({
    ...{ agent: agent.id, name: agent.name, site: agent.site, model: at === 0 ? 'site-4' : undefined, mode: 'live' },
    ...{ seriesCount: at === 0 ? 418.4 : 73, leftOut: at === 0 ? 0 : 3, hours: early ? 0.6 : 24 * days },
    ...{ alarmsPerMonth: 1, deviceAlarmsPerWeek: 1, saidReal: at === 0 ? 2 : 0 },
    series: figures(Math.round((at === 0 ? 112 : 58) * scale), (at === 0 ? 97.6 : 17) * scale),
    devices: figures(Math.round((at === 0 ? 9 : 1) * scale), (at === 0 ? 14 : 4) * scale),
  })
  const agents = site.agents.map(row)
  const sum = (of) => agents.reduce((all, one) => all + of(one), 0)
  return {
    ...{ from: site.now - days * DAY, to: site.now, days, agents },
    series: figures(
      sum((one) => one.series.actual),
      sum((one) => one.series.asked),
    ),
    devices: figures(
      sum((one) => one.devices.actual),
      sum((one) => one.devices.asked),
    ),
  }
}

export function anomalyAnswer(site, { method, parts, url, body }, { json, problem }) {
  const { active, past } = site.anomalies
  if (parts[1] === 'budget') return json(budget(site, Number(url.searchParams.get('days') ?? 7)))
  if (parts[1] !== undefined) {
    const one = [...active, ...past].find((each) => each.id === parts[1])
    if (one === undefined) return problem(404, ['not_found', 'There is no such anomaly.'])
    return json(parts[2] === 'feedback' ? feedback({ method, body }, one) : detailOf(site, one))
  }
  const wanted = url.searchParams.get('active')
  const all = wanted === 'true' ? active : wanted === 'false' ? past : [...active, ...past]
  const found = all.filter((one) => fits(one, url.searchParams))
  const [start, limit] = [Number(url.searchParams.get('cursor') ?? 0), Number(url.searchParams.get('limit') ?? 200)]
  const end = start + limit
  return json({
    ...page(found.slice(start, end)),
    total: found.length,
    ...(end < found.length && { next: String(end) }),
  })
}

const FORECASTS = [
  {
    kind: 'storage',
    on: 'srv-db-1',
    name: '/var/lib/postgresql',
    usedRatio: 0.974,
    growthPerDay: 0.018,
    days: 1.4,
    spread: [0.9, 2.2],
  },
  { kind: 'storage', on: 'srv-db-1', name: '/var', usedRatio: 0.86, growthPerDay: 0.0121, days: 11.6, spread: [9, 16] },
  { kind: 'storage', on: 'core-1', name: 'usb0:', usedRatio: 0.93, growthPerDay: 0.002, days: 35, spread: [21, 74] },
  {
    kind: 'interface',
    on: 'rt-1',
    name: 'GigabitEthernet1/0/1',
    direction: 'out',
    usedRatio: 0.71,
    growthPerDay: 0.0024,
    days: 121,
    spread: [70],
  },
  { kind: 'memory', on: 'fw-1', name: '', usedRatio: 0.68, growthPerDay: 0.0014, days: 229, spread: [140, 345] },
]

export function forecastAnswer(site, { url }) {
  if (['empty', 'bare', 'young'].includes(site.scenario)) return { items: [], total: 0 }
  const device = url.searchParams.get('device')
  const items = FORECASTS.filter(({ on }) => device === null || idOf(on) === device).map(
    ({ on, days, spread, ...rest }) => ({
      ...rest,
      ...{ device: idOf(on), deviceName: on, site: 'berlin', days: 26, seconds: days * 86_400 },
      ...{ lower: spread[0] * 86_400, ...(spread[1] && { upper: spread[1] * 86_400 }) },
    }),
  )
  return { at: site.now - 600_000, items, total: items.length }
}

// Answers the page's PromQL with made-up curves, by looking at the query's text. Development only.
import { bent, storyOf } from './fake-anomalies.mjs'
import { sensorsOf } from './fake-parts.mjs'
import { chance } from './fake-site.mjs'

const dayWave = (phase, time) => 0.5 + 0.32 * Math.sin((time / 86_400) * 6.28 + phase)
const usually = (name, time) => dayWave(chance(name) * 6.28, time)

/** The metric that a query is about, without what tells 64-bit counters from 32-bit ones. */
const METRIC = /(if(?:HC)?(?:In|Out)\w*|icmp_\w+|device_\w+|sensor_\w+|snmp_\w+)/

/** A plausible curve: a day's wave, slow noise and fast noise, 0 to about 1. */
function curve(name, time) {
  const phase = chance(name) * 6.28
  const day = dayWave(phase, time)
  const slow = 0.18 * Math.sin(time / 1700 + phase * 3) + 0.1 * Math.sin(time / 430 + phase * 5)
  const fast = 0.22 * (chance(`${name}${Math.floor(time / 30)}`) - 0.5)
  return Math.max(0.01, day + slow + fast)
}

const found = (expr, pattern) => expr.match(pattern)?.[1] ?? ''

/** Around its reading: numbers wave, states hold for hours. */
function sensorLine({ metric, sensor, reading, states }, device) {
  const labels = { __name__: metric, device, sensor }
  const value = (time) =>
    states === undefined
      ? reading + (Math.abs(reading) * 0.05 + 0.001) * (curve(sensor, time) - 0.5)
      : chance(`${sensor}${Math.floor(time / 2700)}`) > 0.75
        ? 1
        : reading
  const usual = () => [reading - Math.abs(reading) * 0.06, reading + Math.abs(reading) * 0.04]
  const all = { sensor }
  return { labels, all, value, usual }
}

function pinnedIn(expr) {
  const found = ['interface', 'sensor', 'cpu'].flatMap((name) => {
    const text = expr.match(new RegExp(`[{,]${name}="((?:[^"\\\\]|\\\\.)*)"`))?.[1]
    return text === undefined ? [] : [[name, JSON.parse(`"${text}"`)]]
  })
  return Object.fromEntries(found)
}

/** Makes lines that wave around what is usual, and bend where an anomaly says so. */
function lineMaker(expr, { site, device }) {
  const metric = found(expr, METRIC).replace('HC', '')
  const pinned = pinnedIn(expr)
  return (labels, height, floor = 0) => {
    const all = { ...pinned, ...labels }
    const name = `${metric} ${device} ${Object.values(all).join(' ')}`
    const story = expr.includes('ifSpeed') ? undefined : storyOf(site, { metric, device, labels: all })
    const scale = /Octets/.test(metric) ? 8 : 1
    const [from, size] = story === undefined ? [floor, height] : [story.low * scale, (story.high - story.low) * scale]
    const lasts = (time) =>
      story !== undefined && time * 1000 >= story.since && time * 1000 <= (story.endedAt ?? Number.POSITIVE_INFINITY)
    const usual = (time) => {
      const wave = 0.12 * (usually(name, time) - 0.5)
      if (story !== undefined) return [from + size * wave, from + size * (1 + wave)]
      return [from + size * Math.max(0, usually(name, time) - 0.38), from + size * (usually(name, time) + 0.38)]
    }
    const value = (time) => {
      if (!lasts(time)) return from + size * Math.min(curve(name, time), story === undefined ? 9 : 0.97)
      const read = bent(story, time)
      return read === null ? null : read * scale
    }
    return { labels, all, value, usual }
  }
}

function lines(expr, site) {
  const device = found(expr, /device="([^"]+)"/)
  const of = lineMaker(expr, { site, device })
  const told = storyOf(site, { metric: found(expr, METRIC).replace('HC', ''), device, labels: pinnedIn(expr) })
  if (told !== undefined && !expr.includes('ifSpeed')) return [of({}, 1)]
  if (expr.startsWith('vector(')) return [{ labels: {}, value: () => Number(found(expr, /vector\(([^)]+)\)/)) }]
  if (expr.includes('sum by (device)'))
    return found(expr, /device=~"([^"]*)"/)
      .split('|')
      .filter(Boolean)
      .map((id) => of({ device: id }, 1e9))
  if (expr.includes('sum by (interface)'))
    return site
      .interfacesOf(device)
      .filter((one) => one.operStatus === 1)
      .map((one) => of({ interface: one.interface }, one.inBps + 1))
  if (expr.includes('/ sum(ifSpeed')) return [of({}, 0.4)]
  if (/ifHC?(In|Out)?.*Octets/.test(expr)) return [of({}, expr.includes('Out') ? 1.4e9 : 2.3e9)]
  if (/Errors|Discards/.test(expr))
    return [
      {
        labels: {},
        value: (time) => (chance(`${expr}${Math.floor(time / 300)}`) > 0.86 ? 2.4 * chance(`${time}`) : 0),
      },
    ]
  if (expr.includes('Pkts')) return [of({}, 40_000)]
  if (expr.includes('icmp_rtt')) return [of({}, 0.003, 0.0007)]
  if (expr.includes('snmp_poll_duration')) return [of({}, 0.05, 0.12)]
  if (expr.includes('loss'))
    return [{ labels: {}, value: (time) => (chance(`loss${Math.floor(time / 240)}`) > 0.93 ? 0.25 : 0) }]
  if (expr.includes('cpu')) return [0, 1, 2, 3].map((cpu) => of({ cpu: String(cpu) }, 0.5))
  if (expr.includes('memory_used') || expr.includes('memory_bytes')) return [of({}, 1.2e9, 4.1e9)]
  if (expr.includes('memory_total')) return [{ labels: {}, value: () => 8 * 2 ** 30 }]
  if (expr.includes('__name__=~"sensor_') && !expr.includes('sum by')) {
    const one = site.byId.get(device)
    const wanted = new RegExp(`^(?:${JSON.parse(`"${found(expr, /sensor=~"((?:[^"\\\\]|\\\\.)*)"/)}"`)})$`)
    return (one === undefined ? [] : sensorsOf(site, one).items)
      .filter((each) => each.enabled && wanted.test(each.sensor))
      .map((each) => sensorLine(each, device))
  }
  if (/^sensor_\w+\{/.test(expr) && expr.includes('sensor="')) {
    const one = site.byId.get(device)
    const name = JSON.parse(`"${found(expr, /sensor="((?:[^"\\\\]|\\\\.)*)"/)}"`)
    return (one === undefined ? [] : sensorsOf(site, one).items)
      .filter((each) => each.sensor === name && expr.startsWith(`${each.metric}{`))
      .map((each) => sensorLine(each, device))
  }
  if (expr.includes('temperature'))
    return ['battery', 'inlet', 'asic'].map((sensor, at) => of({ sensor, device }, 9, 24 + at * 12))
  if (expr.startsWith('device_storage_used_bytes{') && !expr.includes(' / ')) return [of({}, 1e9, 13.2 * 2 ** 30)]
  if (expr.includes('storage')) return ['/', '/var'].map((storage) => of({ storage }, 0.1, 0.5))
  if (expr.includes('device_up'))
    return [{ labels: { device, __name__: 'device_up' }, value: (time) => (time > site.now / 1000 - 840 ? 0 : 1) }]
  if (expr.startsWith('topk'))
    return [1, 2, 3, 4, 5].map((n) => of({ device: 'core-1', interface: `Te1/1/${n}` }, 1e9 / n))
  return [of({ __name__: 'demo' }, 100)]
}

export function queryRange(form, site) {
  const [expr, start, end, step] = [
    form.get('query') ?? '',
    ...['start', 'end', 'step'].map((name) => Number(form.get(name))),
  ]
  if (expr.includes('!!')) return undefined
  const result = lines(expr, site).map(({ labels, value }) => {
    const values = []
    for (let time = start; time <= end + 1e-6; time += step) {
      // Ten minutes without data in every six hours, to see that a gap is a gap.
      if (time % 21_600 < 600 && !expr.startsWith('vector')) continue
      const read = value(time)
      if (read !== null) values.push([time, String(read)])
    }
    return { metric: labels, values }
  })
  return { status: 'success', data: { resultType: 'matrix', result } }
}

/** The usual range of what a selector finds, in the store's unit. */
export function bandsAnswer(site, url) {
  const [from, to, step] = ['start', 'end', 'step'].map((name) => Number(url.searchParams.get(name)))
  const [start, end] = [from / 1000, to / 1000]
  const selector = url.searchParams.get('query') ?? ''
  const name = found(selector, METRIC)
  const counts = /^if(?:HC)?(?:In|Out)/.test(name)
  const expr = counts ? `8 * sum(rate(${selector}[5m]))` : selector
  const scale = /Octets/.test(name) ? 8 : 1
  const device = found(selector, /device="([^"]+)"/)
  const asked = Object.entries(pinnedIn(selector))
  const series = lines(expr, site)
    .filter(({ usual, all }) => usual !== undefined && asked.every(([name, text]) => all[name] === text))
    .map(({ all, value, usual }) => {
      const columns = { times: [], values: [], low: [], high: [], score: [] }
      for (let time = start; time <= end + 1e-6; time += step) {
        if (time % 21_600 < 600) continue
        const [read, [low, high]] = [value(time), usual(time)]
        columns.times.push(time * 1000)
        columns.values.push(read === null ? null : read / scale)
        columns.low.push(low / scale)
        columns.high.push(high / scale)
        columns.score.push(0.1)
      }
      const labels = { __name__: name, site: 'berlin', device, ...all }
      return { labels, judgedAs: counts ? 'counter' : 'gauge', ...columns, verdicts: [] }
    })
  const known = site.scenario === 'young' ? [] : series
  return {
    ...{ from: start * 1000, to: end * 1000, stepSeconds: step, learntFrom: start * 1000 - 14 * 86_400_000 },
    ...{ model: 'site-4', series: known, leftOut: 0 },
  }
}

export function queryInstant(form, site) {
  const expr = form.get('query') ?? ''
  const time = site.now / 1000
  if (expr.includes('interface_info')) {
    const result = site.devices.slice(0, 3).flatMap((one) =>
      site
        .interfacesOf(one.id)
        .slice(0, 3)
        .map((port) => ({
          metric: { device: one.id, interface: port.interface, ifAlias: port.ifAlias },
          value: [time, '1'],
        })),
    )
    return { status: 'success', data: { resultType: 'vector', result } }
  }
  const names = ['core-1', 'dist-1', 'core-2', 'rt-1', 'access-1', 'fw-1', 'access-2', 'dist-2']
  const devices = site.devices.filter((one) => names.includes(one.name))
  const way = expr.includes('In') ? 0.94 : 0.7
  const result = devices.map((one, at) => ({
    metric: { device: one.id, interface: site.interfacesOf(one.id)[at]?.interface ?? 'eth0' },
    value: [time, String(way * 0.78 ** at)],
  }))
  return { status: 'success', data: { resultType: 'vector', result } }
}

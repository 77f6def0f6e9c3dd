// Compares what agents sampled with what the server has stored. Pure: journals, outboxes and exports come in as values.
import { inflateRawSync } from 'node:zlib'
import { INCIDENT_METRICS } from '../../shared/dist/catalogue/incident-metrics.js'
import { TOPOLOGY_METRICS } from '../../shared/dist/catalogue/topology-metrics.js'
import { seriesKey } from '../../shared/dist/identity/identity.js'
import { decodeSamples, unframe } from '../../shared/dist/wire/wire.js'

const LANE_SPAN = 2 ** 48
const EVENTS = 0
const FIRST_SAMPLES_LANE = 2
const SAMPLE_LANES = new Set(['samples', 'backfill'])
/** Written by the server itself, of agents and devices; so is what begins with `eyenet_`. */
const OWN_METRICS = new Set([
  ...['agent_up', 'agent_clock_skew_seconds'],
  ...[...TOPOLOGY_METRICS, ...INCIDENT_METRICS].map(({ name }) => name),
])
const STALE_BITS = 0x7ff0000000000002n

const inflate = (body, maxOutputLength) => inflateRawSync(body, { maxOutputLength })
const bits = new DataView(new ArrayBuffer(8))

/**
 * What one agent's journal says: `samples` maps a series key to (time -> the values it was sampled with), `certain` to the
 * times whose commit returned. `dropped` are the gap records, `events` all other events.
 */
export function readJournal(text) {
  const sampled = { keys: new Map(), samples: new Map(), certain: new Map(), labels: new Map() }
  Object.assign(sampled, { dropped: [], events: [], commits: 0 })
  const names = new Map()
  const open = new Map()
  for (const line of text.split('\n')) {
    // A kill may cut the last line of a process.
    const entry = parsedOrNothing(line)
    if (entry?.kind === 'about-to-commit') {
      open.set(entry.id, entry.rows)
      for (const { id, labels } of entry.rows.filter((row) => row.table === 'series')) {
        // An id whose commit a kill prevented is given out again.
        names.set(id, JSON.parse(labels))
        sampled.keys.set(id, seriesKey(JSON.parse(labels)))
      }
      for (const row of entry.rows) if (row.table === 'message') addRow(sampled, row, { names, isCertain: false })
    } else if (entry?.kind === 'committed') {
      const rows = open.get(entry.id) ?? []
      open.delete(entry.id)
      sampled.commits++
      for (const row of rows) if (row.table === 'message') addRow(sampled, row, { names, isCertain: true })
    }
  }
  return sampled
}

/** Samples that an outbox still holds, as `series key time`: they are not lost. `rows` are those of its table `message`. */
export function heldSamples(rows, sampled) {
  const held = new Set()
  for (const { key, body } of rows) {
    if (Math.floor(key / LANE_SPAN) < FIRST_SAMPLES_LANE) continue
    const batch = decodeSamples(unframe(body, inflate))
    for (const [at, id] of batch.ids.entries()) held.add(`${sampled.keys.get(id)} ${batch.times[at]}`)
  }
  return held
}

function addRow(sampled, row, { names, isCertain }) {
  // What was put together anew was journalled when it was sampled.
  if (row.merged === 1) return
  const lane = Math.floor(row.key / LANE_SPAN)
  const body = Buffer.from(row.body, 'base64')
  if (lane >= FIRST_SAMPLES_LANE) addSamples(sampled, decodeSamples(unframe(body, inflate)), { names, isCertain })
  else if (lane === EVENTS && isCertain) {
    const event = JSON.parse(body.toString())
    // Those of other lanes count reports.
    if (event.kind === 'dropped' && SAMPLE_LANES.has(event.lane)) sampled.dropped.push(event)
    else sampled.events.push(event)
  }
}

function addSamples(sampled, batch, { names, isCertain }) {
  // By their bytes: a float64 that passes through a register may lose the bits of a NaN.
  const raw = new BigUint64Array(batch.values.buffer, batch.values.byteOffset, batch.values.length)
  for (const [at, id] of batch.ids.entries()) {
    const key = sampled.keys.get(id)
    sampled.labels.set(key, names.get(id))
    const times = entryOf(sampled.samples, key, () => new Map())
    entryOf(times, batch.times[at], () => new Set()).add(
      Number.isNaN(batch.values[at]) && raw[at] !== STALE_BITS ? 'NaN' : raw[at],
    )
    if (isCertain) entryOf(sampled.certain, key, () => new Set()).add(batch.times[at])
  }
}

/** What /api/v1/export answered: `series` maps a key to `{ times, values }`, values as bits. */
export function readExport(text) {
  const series = new Map()
  for (const line of text.split('\n')) {
    if (line === '') continue
    const { metric, values, timestamps } = JSON.parse(line)
    if (OWN_METRICS.has(metric.__name__) || metric.__name__.startsWith('eyenet_')) continue
    const one = entryOf(series, seriesKey(metric), () => ({ times: [], values: [] }))
    one.times.push(...timestamps)
    one.values.push(...values.map(exportedBits))
  }
  return series
}

/**
 * The differences, as sentences: samples that are missing and of which no gap record tells, samples with another value, stored
 * twice, out of order, or never sampled. `agents` are `{ sampled, held }`. Also how many were compared.
 */
export function judge(agents, stored) {
  const faults = []
  const found = { sampled: 0, stored: 0, dropped: 0, held: 0, uncertain: 0, toldThoughStored: 0 }
  const known = new Set()
  for (const { name, sampled, held } of agents) {
    const missing = []
    for (const [key, times] of sampled.samples) {
      known.add(key)
      const certain = sampled.certain.get(key) ?? new Set()
      const have = stored.get(key) ?? { times: [], values: [] }
      const at = new Map(have.times.map((time, index) => [time, have.values[index]]))
      for (const [time, values] of times) {
        if (certain.has(time)) found.sampled++
        else found.uncertain++
        if (at.has(time)) {
          if (!values.has(at.get(time))) faults.push(`${name}: another value of ${shown(sampled, key)} at ${time}`)
        } else if (held.has(`${key} ${time}`)) found.held++
        else if (certain.has(time)) missing.push({ key, time })
      }
      for (const time of have.times) {
        if (!times.has(time)) faults.push(`${name}: stored, but never sampled: ${shown(sampled, key)} at ${time}`)
      }
    }
    const gaps = gapBalance(sampled, { missing, stored })
    faults.push(...unexplained(name, { sampled, missing, gaps }))
    found.toldThoughStored += Math.max(0, (gaps[0]?.told ?? 0) - missing.length)
    found.dropped += missing.length
  }
  for (const [key, { times }] of stored) {
    found.stored += times.length
    if (!known.has(key)) faults.push(`a series that no agent sampled: ${key.replaceAll(/[\u0000\u0001]/g, ' ')}`)
    for (let at = 1; at < times.length; at++) {
      if (times[at] === times[at - 1])
        faults.push(`stored twice: ${key.replaceAll(/[\u0000\u0001]/g, ' ')} at ${times[at]}`)
      if (times[at] < times[at - 1])
        faults.push(`out of order: ${key.replaceAll(/[\u0000\u0001]/g, ' ')} at ${times[at]}`)
    }
  }
  return { faults, found }
}

/** Missing samples beyond what the gap records tell, and gap records beyond what may be missing. */
function unexplained(name, { sampled, missing, gaps }) {
  const faults = missing
    .filter(({ time }) => !isIn(sampled.dropped, time))
    .map(({ key, time }) => `${name}: lost ${shown(sampled, key)} at ${time} (${new Date(time).toISOString()})`)
  if (faults.length > 0) return faults
  return gaps
    .filter((gap) => gap.told < gap.missing || gap.told > gap.missing + gap.storedWithin)
    .map((gap) => `${name}: ${gap.missing} samples of ${gap.what} are missing, the gap records tell of ${gap.told}`)
}

/**
 * What gap records tell and what is missing: of all, and of each device where they name devices. They tell of what was not
 * acknowledged when it went; the server may have stored that, and its word did not come back: `storedWithin` says how much may be so.
 */
function gapBalance(sampled, { missing, stored }) {
  const of = (what, gaps, isPart) => ({
    what,
    told: gaps.reduce((sum, { samples }) => sum + samples, 0),
    missing: missing.filter(({ key }) => isPart(key)).length,
    storedWithin: [...sampled.samples.keys()]
      .filter(isPart)
      .reduce((sum, key) => sum + (stored.get(key)?.times ?? []).filter((time) => isIn(gaps, time)).length, 0),
  })
  const balance = [of('all devices', sampled.dropped, () => true)]
  if (sampled.dropped.some(({ devices }) => devices === undefined)) return balance
  const shares = sampled.dropped.flatMap(({ devices }) => devices)
  const deviceOf = (key) => sampled.labels.get(key).device
  const devices = new Set([...shares.map(({ device }) => device), ...missing.map(({ key }) => deviceOf(key))])
  devices.delete(undefined)
  for (const device of devices) {
    const own = shares.filter((one) => one.device === device)
    balance.push(of(`device ${device}`, own, (key) => deviceOf(key) === device))
  }
  return balance
}

const isIn = (gaps, time) => gaps.some(({ from, to }) => from <= time && time <= to)

const shown = (sampled, key) => JSON.stringify(sampled.labels.get(key))

function bitsOf(value) {
  bits.setFloat64(0, value)
  return Number.isNaN(value) ? 'NaN' : bits.getBigUint64(0)
}

function exportedBits(value) {
  if (value === null) return STALE_BITS
  return bitsOf(typeof value === 'string' ? Number(value) : value)
}

function entryOf(map, key, make) {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}

function parsedOrNothing(line) {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

// What one report of links costs the room, from the message to events, records and metrics.
import { openDatabase } from '../../server/dist/db/db.js'
import { openTopology } from '../../server/dist/topology/topology.js'
import { makeNetwork } from '../../shared/dist/made-network/made-network.js'
import { median } from '../measure.mjs'
import { viewOf, viewsOf } from './made-views.mjs'

const START = 1_790_000_000_000
const LATER_MS = 900_000
const REPORTS = 20
const AGENT = '0190aaaa-0000-7000-8000-000000000001'
const LOGGER = { error: (_, text) => process.stderr.write(`${text}\n`) }
/** Keeps nothing, and knows no port. */
const STORE = {
  query: async ({ end }) => ({ result: { kind: 'vector', time: end, samples: [] }, warnings: [], infos: [] }),
  intern: async (labels) => Int32Array.from(labels, (_, at) => at),
  append: async ({ refs }) => ({ kind: 'stored', samples: refs.length, rejected: 0 }),
}

export async function measureRoom({ devices, seed }) {
  const network = makeNetwork({ kind: 'mixed', devices, seed, lldp: 'some', hosts: 2 * devices })
  const views = viewsOf(network, START)
  const db = await openDatabase(':memory:')
  for (const view of views) await addDevice(db, view)
  const clock = { now: START }
  const topology = await openTopology({
    ...{ db, store: STORE, now: () => clock.now, monotonicMs: () => clock.now, logger: LOGGER },
    ...{ inventory: inventoryOf(views), workByItself: false },
  })
  const first = await cpuMs(async () => {
    for (const view of views) await tell(topology, view)
    await topology.work()
  })
  const bridges = network.devices.filter(({ managed, bridges }) => managed && bridges)
  const reports = []
  for (let at = 0; at < REPORTS; at++) {
    clock.now = START + LATER_MS + at * 1_000
    const view = viewOf(network, bridges[(at * 37) % bridges.length], clock.now)
    reports.push(
      await cpuMs(async () => {
        await tell(topology, view)
        await topology.work()
      }),
    )
  }
  const { events } = topology.stats()
  await topology.close()
  const figures = { devices: views.length, firstMs: first, reportMs: median(reports), events }
  process.stdout.write(`room: ${views.length} devices; CPU time, ${REPORTS} changed tables, ${events} events
  all reports, first graph   ${first.toFixed(0)} ms
  one changed report         ${figures.reportMs.toFixed(0)} ms, median
`)
  return figures
}

let seq = 0

function tell(topology, { device, site, links, linksAt }) {
  seq += 1
  const report = { kind: 'links', epoch: '00000000000000aa', seq, at: linksAt, device, truncated: [], ...links }
  return topology.receiveLinks({ agent: AGENT, site }, report)
}

function inventoryOf(views) {
  const names = new Map(views.map(({ device, name }) => [device, name]))
  return {
    list: async () => views.map(({ device: id, role }) => ({ id, role, lifecycle: 'active' })),
    nameOf: (device) => names.get(device),
    ...{ onChange: () => () => {}, onSamples: () => () => {} },
  }
}

async function addDevice(db, { device: id, name, sysName, serial = '', site, address, kind, interfaces }) {
  const texts = { sysDescr: '', sysObjectId: '', sysLocation: '', sysContact: '', vendor: '', os: '' }
  const identity = { ...texts, sysName, serial, model: '', version: '', engineId: '' }
  await db
    .insertInto('devices')
    .values({
      ...{ id, agent: AGENT, site, name, address, kind, interval_seconds: 60, identity_rank: 'address' },
      ...{ identity: JSON.stringify(identity), reach: '{}', reach_at: START, state: 'ok', state_since: START },
      ...{ first_seen_at: START, facts_at: START },
    })
    .execute()
  const rows = interfaces.map(({ port, isUp: _isUp, adminUp: _adminUp, ...facts }) => ({
    ...{ device: id, interface: port },
    facts: JSON.stringify({ interface: port, ...facts }),
  }))
  for (let from = 0; from < rows.length; from += 1_000)
    await db
      .insertInto('interfaces')
      .values(rows.slice(from, from + 1_000))
      .execute()
}

async function cpuMs(work) {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

// The room of the topology over a made network: npm run bench -- map [--devices 2000] [--seed 1] [--json FILE]. What a start costs, what a
// report of links costs until it is in the graph, how long the event loop is held, and what the history takes on disk.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { freePorts, makeNetwork, moveCable, shuffle, toldBy } from '@eyenet/shared/made-network'
import { openDatabase } from '../../server/dist/db/db.js'
import { openTopology } from '../../server/dist/topology/topology.js'
import { benchOptions, median, numberOf } from '../measure.mjs'

const { json } = benchOptions()
const devices = numberOf('--devices', 2_000)
const seed = numberOf('--seed', 1)
const hosts = numberOf('--series', 60_000)
const START = Date.UTC(2026, 5, 1)
const SITE = 'lab'
const AGENT = '0190aaaa-0000-7000-8000-000000000001'
/** Reports of devices that have changed nothing but their tables, and cables that are moved. */
const REPORTS = 100
const MOVES = 50

const folder = mkdtempSync(join(tmpdir(), 'eyenet-map-'))
try {
  const figures = await measure()
  for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name.padEnd(44)}${value}\n`)
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measure() {
  const file = join(folder, 'control.db')
  const db = await openDatabase(file)
  const clock = { now: START }
  const names = new Map()
  const down = new Map()
  let network = makeNetwork({ kind: 'mixed', devices, seed, lldp: 'everywhere', hosts })
  const managed = network.devices.filter((one) => one.managed).map(({ name }) => name)
  for (const name of managed) await addDevice(db, toldBy(network, name, START), names)
  const open = () => openTopology({ db, store: storeOf(down, clock), now: () => clock.now, ...rest(names) })
  const first = await open()
  let stations = 0
  const take = async (room, name) => {
    const told = toldBy(network, name, clock.now)
    if (told === undefined) return
    down.set(
      idOf(name),
      told.interfaces.map((one) => one.interface).filter((port) => !told.up.has(port)),
    )
    stations += (told.links.forwarding ?? []).reduce((sum, { macs }) => sum + macs.length / 12, 0)
    const report = { kind: 'links', epoch: '00000000000000aa', seq: 1, at: clock.now, device: idOf(name) }
    await room.receiveLinks({ agent: AGENT, site: SITE }, { ...report, ...told.links })
  }
  const received = await cpuOf(async () => {
    for (const name of managed) await take(first, name)
  })
  const base = await cpuOf(() => first.work())
  const links = first.current().links.length
  const known = stations
  await first.close()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  let room
  const start = await cpuOf(async () => {
    room = await open()
    await room.work()
  })
  delay.disable()
  const tables = []
  for (const name of shuffle(managed, seed).slice(0, REPORTS)) {
    clock.now += 900_000
    tables.push(
      await cpuOf(async () => {
        await take(room, name)
        await room.work()
      }),
    )
  }
  const before = await sizes(db, file)
  const moves = []
  for (const cable of shuffle(network.cables, seed).filter(({ kind }) => kind === 'ethernet')) {
    if (moves.length === MOVES) break
    const next = movedSomewhere(network, cable)
    if (next === undefined) continue
    network = next.network
    clock.now += 60_000
    moves.push(
      await cpuOf(async () => {
        for (const name of [cable.a.device, cable.b.device, next.device]) await take(room, name)
        await room.work()
      }),
    )
  }
  const after = await sizes(db, file)
  const ms = (seconds) => `${(1000 * seconds).toFixed(1)} ms CPU`
  const figures = {
    'devices, links, entries of forwarding tables': `${managed.length}, ${links}, ${known}`,
    'a first report is taken and stored': ms(received / managed.length),
    'the first graph and its stations': ms(base),
    'a start: all read, graph and stations': ms(start),
    'the event loop was held at most, at a start': `${(delay.max / 1e6).toFixed(0)} ms`,
    'a report with another table, until it is in the graph': `${ms(median(tables))} (median of ${REPORTS})`,
    'three reports of a moved cable, until it is told': `${ms(median(moves))} (median of ${MOVES})`,
    'events of a moved cable': ((after.events - before.events) / MOVES).toFixed(1),
    'bytes of an event': Math.round(after.bytes / Math.max(1, after.events)),
    'bytes of a snapshot': after.snapshot,
    'the whole database': `${(after.file / 1e6).toFixed(0)} MB`,
  }
  await room.close()
  await db.destroy()
  return figures
}

function movedSomewhere(network, { id, b, a }) {
  for (const { name, managed } of shuffle(network.devices, seed + id.length)) {
    if (!managed || name === a.device || name === b.device) continue
    const [port] = freePorts(network, name)
    if (port !== undefined) return { device: name, network: moveCable(network, id, { end: 'a', device: name, port }) }
  }
  return undefined
}

async function sizes(db, file) {
  const bodies = await db
    .selectFrom('topology_events')
    .select((eb) => [eb.fn.countAll().as('events'), eb.fn.sum(eb.fn('length', ['body'])).as('bytes')])
    .executeTakeFirst()
  const snapshot = await db
    .selectFrom('topology_snapshots')
    .select('graph')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return {
    events: bodies.events,
    bytes: bodies.bytes ?? 0,
    snapshot: snapshot?.graph.length ?? 0,
    file: statSync(file).size,
  }
}

async function addDevice(db, told, names) {
  if (told === undefined) return
  const id = idOf(told.device.name)
  names.set(id, told.device.name)
  const row = {
    id,
    agent: AGENT,
    site: SITE,
    name: told.device.name,
    address: told.device.address,
    kind: 'snmp',
    interval_seconds: 60,
  }
  const times = { reach_at: START, state_since: START, first_seen_at: START, facts_at: START }
  await db
    .insertInto('devices')
    .values({
      ...row,
      ...times,
      identity_rank: 'chassis',
      identity: JSON.stringify(told.identity),
      reach: '{}',
      state: 'ok',
    })
    .execute()
  const ports = told.interfaces.map((one) => ({ device: id, interface: one.interface, facts: JSON.stringify(one) }))
  if (ports.length > 0) await db.insertInto('interfaces').values(ports).execute()
}

/** Ports are up but those that the last report of their device had as down. */
function storeOf(down, clock) {
  return {
    query: async () => ({
      result: {
        kind: 'vector',
        time: clock.now,
        samples: [...down].flatMap(([device, ports]) =>
          ports.map((port) => ({ labels: { __name__: 'ifOperStatus', device, interface: port }, value: 2 })),
        ),
      },
      warnings: [],
      infos: [],
    }),
    intern: async (labels) => Int32Array.from(labels, () => 0),
    append: async ({ refs }) => ({ kind: 'stored', samples: refs.length, rejected: 0 }),
  }
}

function rest(names) {
  const log = { error: (about) => process.stderr.write(`${JSON.stringify(about)}\n`) }
  const list = async () => [...names].map(([id, name]) => ({ id, name, role: 'switch' }))
  const inventory = { list, nameOf: (id) => names.get(id), onChange: () => () => {}, onSamples: () => () => {} }
  return { inventory, logger: log, workByItself: false }
}

function idOf(name) {
  const hex = createHash('sha1').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

async function cpuOf(work) {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

// How right the map is on made networks whose truth is known, and what it costs to make it and to keep it.
// npm run bench -- topology [--devices 2000] [--seed 1] [--rounds 5] [--part right|cost|room] [--json FILE]
import { writeFileSync } from 'node:fs'
import { Inference } from '../../server/dist/topology/infer/infer.js'
import { MADE_KINDS, MADE_LLDP, makeNetwork, scoreLinks } from '../../shared/dist/made-network/made-network.js'
import { median, numberOf, textOf } from '../measure.mjs'
import { namedLinks, viewOf, viewsOf } from './made-views.mjs'
import { measureRoom } from './room.mjs'

const AT = 1_790_000_000_000
/** Other stations are silent by then, so a table that is read again differs. */
const LATER_MS = 900_000
const SIZES = [10, 50, 200, 500, 2_000]
const most = numberOf('--devices', 2_000)
const seed = numberOf('--seed', 1)
const rounds = numberOf('--rounds', 5)
const part = textOf('--part')
const result = {}
if (part === undefined || part === 'right') result.right = measureRight()
if (part === undefined || part === 'cost') result.cost = ['mixed', 'tree'].map(measureCost)
if (part === undefined || part === 'room') result.room = await measureRoom({ devices: most, seed })
const json = textOf('--json')
if (json !== undefined) writeFileSync(json, `${JSON.stringify({ node: process.version, ...result }, null, 2)}\n`)

function measureRight() {
  process.stdout.write('recall / precision of links, by devices\n')
  const sizes = SIZES.filter((size) => size <= most)
  process.stdout.write(
    `${'LLDP'.padEnd(12)}${'network'.padEnd(12)}${sizes.map((size) => String(size).padStart(15)).join('')}\n`,
  )
  const rows = []
  for (const lldp of MADE_LLDP) {
    const all = []
    for (const kind of MADE_KINDS) {
      const scores = sizes.map((devices) => scoreOf({ kind, devices, seed, lldp }))
      all.push(...scores)
      rows.push({ lldp, kind, scores: scores.map(({ missing, wrong, ...figures }) => figures) })
      process.stdout.write(`${lldp.padEnd(12)}${kind.padEnd(12)}${scores.map(inWords).join('')}\n`)
    }
    process.stdout.write(`${lldp.padEnd(12)}${'all links'.padEnd(12)}${inWords(together(all))}\n`)
  }
  return rows
}

function scoreOf(plan) {
  const network = makeNetwork(plan)
  const inference = new Inference()
  for (const view of viewsOf(network, AT)) inference.set(view)
  return scoreLinks(network, namedLinks(network, inference.graph()))
}

function together(scores) {
  const sum = (name) => scores.reduce((all, one) => all + one[name], 0)
  return { recall: sum('right') / sum('expected'), precision: sum('right') / sum('found') }
}

function inWords({ recall, precision }) {
  return `${recall.toFixed(3)} / ${precision.toFixed(3)}`.padStart(15)
}

function measureCost(kind) {
  const network = makeNetwork({ kind, devices: most, seed, lldp: 'some', hosts: 2 * most })
  const views = viewsOf(network, AT)
  const entries = views
    .flatMap(({ links }) => links.forwarding ?? [])
    .reduce((sum, { macs }) => sum + macs.length / 12, 0)
  const rebuilt = []
  const changed = []
  const placed = []
  for (let round = 0; round <= rounds; round++) {
    const inference = new Inference()
    const rebuild = cpuMs(() => {
      for (const view of views) inference.set(view)
      inference.graph()
    })
    const changes = changedViews(network, round).map((view) =>
      cpuMs(() => {
        inference.set(view)
        inference.graph()
      }),
    )
    const place = cpuMs(() => inference.endpoints())
    if (round === 0) continue
    rebuilt.push(rebuild)
    changed.push(...changes)
    placed.push(place)
  }
  const figures = { rebuildMs: median(rebuilt), changeMs: median(changed), endpointsMs: median(placed) }
  const ratio = figures.rebuildMs / figures.changeMs
  process.stdout.write(`${kind}: ${views.length} devices, ${entries} entries of forwarding tables; CPU time, medians
  from nothing        ${figures.rebuildMs.toFixed(0)} ms
  one changed table   ${figures.changeMs.toFixed(0)} ms, ${ratio.toFixed(1)} times less
  endpoints           ${figures.endpointsMs.toFixed(0)} ms
`)
  return { kind, devices: views.length, entries, ...figures, ratio }
}

/** Twenty bridges that tell another table, spread over the network. */
function changedViews(network, round) {
  const bridges = network.devices.filter(({ managed, bridges }) => managed && bridges)
  return Array.from({ length: Math.min(20, bridges.length) }, (_, at) => {
    const made = bridges[(at * 37 + round) % bridges.length]
    return viewOf(network, made, AT + (round + 1) * LATER_MS + at)
  })
}

function cpuMs(work) {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

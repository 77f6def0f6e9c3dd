// The measurement of bench outage: for each site one failure, watched until it is told, and its end until all is resolved.
import { drawFailure, ownLine } from './draw-failure.mjs'
import { judgeOutcome } from './judge-outcome.mjs'
import { makeSite } from './made-site.mjs'
import { WatchedSite } from './watch-site.mjs'

const KINDS = ['tree', 'ring', 'leaf-spine', 'lag', 'unmanaged', 'wireless', 'wan', 'mixed']
const FAILURES = ['switch', 'link', 'power']
/** Out of ten sites: where every device announces itself, where some do, where none does. */
const LLDP = [
  'everywhere',
  'everywhere',
  'everywhere',
  'some',
  'everywhere',
  'everywhere',
  'none',
  'everywhere',
  'some',
  'everywhere',
]
const AT = 1_790_000_000_000
const QUIET_SECONDS = 130
const FAILED_SECONDS = 480
const MENDED_SECONDS = 840
/** The agent's own line is cut at every one of so many sites beside. */
const OWN_LINE_EVERY = 4

/** Figures by kind of failure, by redundancy, by LLDP and of all. */
export function measureOutages({ sites, devices, seed, onSite = () => {} }) {
  const rows = {}
  const wrong = []
  const waits = []
  const ownLines = { sites: 0, deviceAlerts: 0, isolated: 0, resolved: 0 }
  const redundant = { sites: 0, deviceAlerts: 0, right: 0, resolved: 0, wrong: [] }
  let decideMs = 0
  let decisions = 0
  for (let at = 0; at < sites; at++) {
    const random = randomOf(seed * 1_000_003 + at)
    const plan = {
      ...{ kind: KINDS[at % KINDS.length], devices, seed: seed * 1_000 + at, lldp: LLDP[at % LLDP.length], at: AT },
      agents: at % 16 >= 8 ? 'all' : 'one',
    }
    const site = makeSite(plan)
    const failure = drawFailure(site, FAILURES[at % FAILURES.length], random)
    if (failure === undefined) throw new Error(`no failure shows at site ${at} (${plan.kind})`)
    const watched = failAndMend(site, failure, random)
    const outcome = { ...judgeOutcome(site, failure, watched.alerts), resolved: isOver(watched) }
    const names = [
      failure.kind,
      `lldp ${plan.lldp}`,
      failure.away.size === 0 ? 'redundant way' : 'something away',
      'all',
    ]
    for (const name of names) {
      rows[name] ??= emptyRow()
      add(rows[name], outcome)
    }
    for (const { firedAt } of watched.alerts) waits.push((firedAt - AT) / 1_000 - QUIET_SECONDS)
    decideMs += watched.decideMs
    decisions += watched.decisions
    if (outcome.right === undefined || outcome.alerts !== 1 || outcome.behind > 0 || !outcome.resolved) {
      wrong.push(describe(at, plan, { failure, watched, outcome }))
    }
    if (at % OWN_LINE_EVERY === 0) addOwnLine(ownLines, site, random)
    if (at % OWN_LINE_EVERY === 1 || at % OWN_LINE_EVERY === 2) addRedundant(redundant, site, random)
    onSite(
      `${at + 1} ${plan.kind} ${plan.lldp}: ${failure.kind} ${failure.what}, ${failure.away.size} away, ${watched.alerts.map(({ rule }) => rule)}`,
    )
  }
  waits.sort((a, b) => a - b)
  const seconds = { median: waits[waits.length >> 1] ?? 0, most: waits.at(-1) ?? 0 }
  return { rows: sorted(rows), wrong, ownLine: ownLines, redundant, decideMs: decideMs / decisions, seconds }
}

function failAndMend(site, { network }, random) {
  const watched = new WatchedSite(site, { random, at: AT }).run(QUIET_SECONDS)
  watched.becomes(network)
  watched.run(FAILED_SECONDS)
  watched.becomes(site.network)
  return watched.run(MENDED_SECONDS)
}

function addOwnLine(figures, site, random) {
  const watched = failAndMend(site, ownLine(site), random)
  figures.sites += 1
  figures.deviceAlerts += watched.alerts.filter(({ rule }) => rule === 'DeviceDown').length
  if (watched.alerts.length === 1 && watched.alerts[0].rule === 'AgentIsolated') figures.isolated += 1
  if (isOver(watched)) figures.resolved += 1
}

/** A cable is cut that nobody needs, where there is one: the link is told once, and no device. */
function addRedundant(figures, site, random) {
  const failure = drawFailure(site, 'spare', random)
  if (failure === undefined) return
  const watched = failAndMend(site, failure, random)
  const { right, alerts } = judgeOutcome(site, failure, watched.alerts)
  const deviceAlerts = watched.alerts.filter(({ rule }) => rule === 'DeviceDown').length
  figures.sites += 1
  figures.deviceAlerts += deviceAlerts
  if (right === 'named' && alerts === 1) figures.right += 1
  else
    figures.wrong.push(
      `${failure.what}: ${watched.alerts.map(({ rule, incident }) => `${rule} ${incident?.cause.text ?? ''}`)}`,
    )
  if (isOver(watched)) figures.resolved += 1
}

function isOver({ alerts, open }) {
  return open.length === 0 && alerts.every(({ resolvedAt }) => resolvedAt !== undefined)
}

const emptyRow = () => ({ sites: 0, right: 0, alike: 0, single: 0, behind: 0, resolved: 0 })

function add(row, { right, alerts, behind, resolved }) {
  row.sites += 1
  if (right !== undefined && alerts === 1) row.right += 1
  if (right === 'alike' && alerts === 1) row.alike += 1
  if (alerts === 1) row.single += 1
  row.behind += behind
  if (resolved) row.resolved += 1
}

function sorted(rows) {
  const order = [
    ...FAILURES,
    'redundant way',
    'something away',
    ...[...new Set(LLDP)].map((one) => `lldp ${one}`),
    'all',
  ]
  return Object.fromEntries(order.flatMap((name) => (rows[name] === undefined ? [] : [[name, rows[name]]])))
}

function describe(at, { kind, lldp }, { failure, watched, outcome }) {
  const told = watched.alerts.map(({ rule, what, incident }) => {
    const cause =
      incident === undefined ? (watched.ids.get(what) ?? what) : [incident.cause.text, ...incident.or].join(' | ')
    return `${rule} ${cause}`
  })
  const why = `${outcome.behind} behind, ${outcome.resolved ? 'resolved' : 'NOT RESOLVED'}`
  return `site ${at} ${kind} ${lldp}: ${failure.kind} ${failure.what} (${failure.away.size} away): ${told.join('; ') || 'nothing told'} (${why})`
}

/** mulberry32. */
function randomOf(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

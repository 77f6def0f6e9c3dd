// Time passes at a site: polls as agents make them, decisions as the server makes them, alerts by the rules that ship.
import { readFileSync } from 'node:fs'
import { explain } from '../../server/dist/topology/depend/depend.js'
import { announcementOf, INACTIVE, nextAlertState, parseRules } from '../../shared/dist/rules/rules.js'
import { seenByAll } from './draw-failure.mjs'
import { idOf } from './made-site.mjs'

const file = new URL('../../server/rules/eyenet.yaml', import.meta.url)
const { groups } = parseRules({ file: 'eyenet.yaml', text: readFileSync(file, 'utf8') })
/** Rules with the interval of their group. */
const RULES = new Map(
  groups.flatMap(({ intervalMs, rules }) =>
    rules.map((rule) => [rule.name, { ...rule, intervalMs: intervalMs ?? 15_000 }]),
  ),
)
const INTERVAL_MS = 60_000
const DECIDE_MS = 5_000
const PORTS_MS = 15_000
/** A poll that is not answered is known that much after its tick, at most. */
const MAX_TIMEOUT_MS = 9_000

/** A site while time passes. `alerts`: every one that fired, with when, and when it was resolved. */
export class WatchedSite {
  alerts = []
  open = []
  decisions = 0
  decideMs = 0
  #site
  #random
  #network
  #answers = new Map()
  #ports = new Map()
  #read = []
  #pending = []
  #states = new Map()
  #count = 0
  now

  constructor(site, { random, at }) {
    this.#site = site
    this.#random = random
    this.#network = site.network
    this.now = at
    this.ids = new Map(site.devices.map(({ id, name }) => [id, name]))
    const { answers, ports } = seenByAll(site, site.network)
    for (const device of site.devices) {
      const phase = Math.floor(random() * (INTERVAL_MS / 1_000)) * 1_000
      const asked = at - INTERVAL_MS + phase
      this.#answers.set(device.id, {
        ...{ device: device.id, name: device.name, site: device.site, agent: idOf(`agent ${device.agent}`) },
        ...{ place: device.place, role: device.role, isHost: site.standing.includes(device.name), tellsPorts: true },
        ...{ state: answers.has(device.name) ? 'up' : 'down', since: 0, askedAt: asked, answeredAt: asked },
        ...{ intervalMs: INTERVAL_MS, phase },
      })
    }
    // Ports that were always down are nobody's news: they were not up within a day.
    this.always = ports
  }

  /** From now on the network is this one. */
  becomes(network) {
    this.#network = network
    this.#seen = undefined
  }

  #seen

  run(seconds) {
    for (const until = this.now + seconds * 1_000; this.now < until; ) {
      this.now += 1_000
      this.#poll()
      if (this.now % PORTS_MS === 0) this.#read = [...this.#ports.values()]
      if (this.now % DECIDE_MS === 0) this.#decide()
      this.#evaluate()
    }
    return this
  }

  #poll() {
    this.#seen ??= seenByAll(this.#site, this.#network)
    const { answers, ports } = this.#seen
    for (const device of this.#site.devices) {
      const answer = this.#answers.get(device.id)
      if (answer.isHost || this.now % INTERVAL_MS !== answer.phase) continue
      const isUp = answers.has(device.name)
      const down = isUp ? this.#downPorts(device, ports) : undefined
      const delay = isUp ? 0 : 1_000 * Math.ceil((this.#random() * MAX_TIMEOUT_MS) / 1_000)
      this.#pending.push({ at: this.now, due: this.now + delay, id: device.id, isUp, down })
    }
    const due = this.#pending.filter((one) => one.due <= this.now)
    if (due.length === 0) return
    this.#pending = this.#pending.filter((one) => one.due > this.now)
    for (const one of due) this.#take(one)
  }

  #downPorts({ name, id }, ports) {
    const found = []
    for (const port of ports) {
      if (port.startsWith(`${name} `) && !this.always.has(port))
        found.push({ device: id, port: port.slice(name.length + 1) })
    }
    return found
  }

  #take({ at, id, isUp, down }) {
    const before = this.#answers.get(id)
    const state = isUp ? 'up' : 'down'
    const since = state === before.state ? before.since : at
    this.#answers.set(id, { ...before, state, since, askedAt: at, ...(isUp && { answeredAt: at }) })
    const known = new Map([...this.#ports].filter(([, one]) => one.device === id))
    for (const key of known.keys()) this.#ports.delete(key)
    for (const one of down ?? []) {
      const key = `${id} ${one.port}`
      this.#ports.set(key, { ...one, askedAt: at, since: known.get(key)?.since ?? at })
    }
  }

  #decide() {
    const begun = performance.now()
    const { ways, watchers } = this.#site
    const picture = { ways, answers: this.#answers, downPorts: this.#read, watchers, open: this.open, now: this.now }
    this.told = explain(picture)
    this.decideMs += performance.now() - begun
    this.decisions += 1
    this.open = this.told.causes.map(({ failed, behind, ...cause }) => {
      const id = cause.id ?? `incident-${++this.#count}`
      const before = this.open.find((one) => one.id === id)?.members ?? []
      const parts = [...behind.map((one) => [one, 'behind']), ...failed.map((one) => [one, 'failed'])]
      return { ...cause, id, members: new Map([...before, ...parts]) }
    })
  }

  #evaluate() {
    for (const [name, rule] of RULES) {
      const holds = HOLDS[name]
      if (holds === undefined || this.now % rule.intervalMs !== 0) continue
      const now = holds(this)
      const known = [...this.#states.keys()]
        .filter((key) => key.startsWith(`${name}|`))
        .map((key) => key.slice(name.length + 1))
      for (const what of new Set([...now, ...known])) this.#step(rule, what, now.has(what))
    }
  }

  #step(rule, what, isHeld) {
    const key = `${rule.name}|${what}`
    const before = this.#states.get(key) ?? INACTIVE
    const observation = isHeld ? { kind: 'holds', value: 1 } : { kind: 'clear' }
    const after = nextAlertState(rule, before, { observation, now: this.now })
    const change = announcementOf(before, after)
    if (change === 'firing')
      this.alerts.push({ rule: rule.name, what, firedAt: this.now, incident: this.#incidentOf(rule.name, what) })
    if (change === 'resolved') {
      const fired = this.alerts.findLast((one) => one.rule === rule.name && one.what === what)
      fired.resolvedAt = this.now
    }
    if (after.kind === 'inactive' || after.kind === 'resolved') this.#states.delete(key)
    else this.#states.set(key, after)
  }

  #incidentOf(rule, what) {
    return this.open.find((one) =>
      rule === 'DeviceDown' ? one.kind === 'device' && one.cause.device === what : one.id === what,
    )
  }

  deviceDown() {
    const quiet = new Set(this.told?.held)
    for (const { kind, cause, members } of this.open) {
      for (const device of members.keys()) if (kind !== 'device' || cause.device !== device) quiet.add(device)
    }
    const down = [...this.#answers.values()].filter(({ state, device }) => state === 'down' && !quiet.has(device))
    return new Set(down.map(({ device }) => device))
  }

  interfaceDown() {
    const quiet = new Set(this.told?.quietPorts.map(({ device, port }) => `${device} ${port}`))
    return new Set([...this.#ports.keys()].filter((key) => !quiet.has(key)))
  }

  active(kind) {
    return new Set(this.open.filter((one) => one.kind === kind && one.overAt === undefined).map(({ id }) => id))
  }
}

/** What each rule's expression says, of the same figures that the server writes for it. */
const HOLDS = {
  DeviceDown: (site) => site.deviceDown(),
  InterfaceDown: (site) => site.interfaceDown(),
  AgentIsolated: (site) => site.active('agent-line'),
  PowerLost: (site) => site.active('power'),
  LinkDown: (site) => site.active('link'),
}

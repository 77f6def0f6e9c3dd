import type { TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { AgentId, DeviceId, type EpochMs, epochMs, SiteName } from '@eyenet/shared/identity'
import { type Answer, type Cause, type DownPort, explain, type Standing, type Ways, waysOf } from './depend.ts'

const SITE = SiteName.parse('test')
export const AGENT = AgentId.parse('00000000-0000-4000-8000-00000000a001')
/** The agent's own machine. */
export const HOST = 'host'

export function idOf(name: string): DeviceId {
  const hex = Buffer.from(name).toString('hex').slice(-12).padStart(12, '0')
  return DeviceId.parse(`00000000-0000-4000-8000-${hex}`)
}

export type Cable = readonly [a: string, b: string, more?: Partial<TopologyLink>]

export type Plan = {
  readonly cables: readonly Cable[]
  /** Names of switches that nobody asks. */
  readonly unmanaged?: readonly string[]
  readonly places?: Readonly<Record<string, string>>
  /** Seconds between polls; 60 where it is not said. */
  readonly intervals?: Readonly<Record<string, number>>
  /** Watched by another agent. */
  readonly agents?: Readonly<Record<string, string>>
  readonly names?: readonly string[]
  /** Whose ports are not told. */
  readonly dumb?: readonly string[]
}

/** A small network with the truth at hand: what is off and what is cut is given, polls tell it device by device. */
export class Plant {
  readonly ways: Ways
  readonly nodes: readonly TopologyNode[]
  readonly links: readonly TopologyLink[]
  readonly off = new Set<string>()
  readonly cut = new Set<string>()
  /** Ports that an administrator has switched off, as in the plan: 'dist-2 ge-0/0/0'. */
  readonly shut = new Set<string>()
  /** Answers no check, and passes on what it gets. */
  readonly mute = new Set<string>()
  now: number
  standing: readonly Standing[] = []
  told: ReturnType<typeof explain> = { causes: [], held: new Set(), quietPorts: [] }
  readonly #plan: Plan
  readonly #answers = new Map<string, Answer>()
  #ports: readonly DownPort[] = []
  #count = 0

  constructor(plan: Plan, startedAt = 1_800_000_000_000) {
    this.#plan = plan
    this.now = startedAt
    const names = [...new Set([...plan.cables.flatMap(([a, b]) => [nameOf(a), nameOf(b)]), ...(plan.names ?? [])])]
    this.nodes = names.map((name) => ({
      id: this.node(name),
      kind: plan.unmanaged?.includes(name) ? 'unmanaged' : 'device',
      name,
      site: SITE,
      role: 'switch',
      place: plan.places?.[name] ?? '',
    }))
    this.links = plan.cables.map(([a, b, more]) => ({
      id: `${a}~${b}`,
      layer: 'l2',
      kind: 'ethernet',
      a: { node: this.node(nameOf(a)), port: portOf(a, b) },
      b: { node: this.node(nameOf(b)), port: portOf(b, a) },
      members: [],
      confidence: 0.95,
      evidence: [{ kind: 'lldp', device: idOf(nameOf(a)), text: 'heard', at: epochMs(0) }],
      state: 'up',
      vlans: [],
      since: epochMs(0),
      ...more,
    }))
    this.ways = waysOf({ nodes: [...this.nodes], links: [...this.links] })
    for (const [at, name] of names.entries()) if (!plan.unmanaged?.includes(name)) this.#add(name, at)
  }

  node(name: string): string {
    return this.#plan.unmanaged?.includes(name) ? `unmanaged:${name}` : idOf(name)
  }

  /** Time passes; each device is asked when it is due, and everything is decided anew every five seconds. */
  run(seconds: number): this {
    for (const until = this.now + seconds * 1_000; this.now < until; ) {
      this.now += 1_000
      const reached = this.#reached()
      for (const [name, answer] of this.#answers) {
        if (!answer.isHost && this.now % answer.intervalMs === this.#phase(name, answer)) this.#ask(name, reached)
      }
      if (this.now % 5_000 === 0) this.decide()
    }
    return this
  }

  decide(): void {
    const answers = new Map([...this.#answers.values()].map((answer) => [answer.device as string, answer]))
    const agents = [...new Set([...this.#answers.values()].map(({ agent }) => agent))]
    this.told = explain({
      ways: this.ways,
      answers,
      downPorts: this.#ports,
      watchers: agents.map((agent) => ({
        agent,
        name: agent === AGENT ? 'agent-1' : 'agent-2',
        site: SITE,
        isConnected: true,
        ...(agent === AGENT && { host: idOf(HOST) }),
      })),
      open: this.standing,
      now: epochMs(this.now),
    })
    this.standing = this.told.causes.map((cause) => this.#standingOf(cause))
  }

  /** The causes that are there now, as "kind: text | or" and who is behind. */
  causes(): readonly string[] {
    return this.told.causes
      .filter(({ overAt }) => overAt === undefined)
      .map(({ kind, cause, or }) => [`${kind}: ${cause.text}`, ...or].join(' | '))
      .sort()
  }

  behind(at = 0): readonly string[] {
    return this.#names(this.told.causes[at]?.behind)
  }

  failed(at = 0): readonly string[] {
    return this.#names(this.told.causes[at]?.failed)
  }

  /** Devices that would have an alert of their own now. */
  alerting(): readonly string[] {
    const quiet = new Set<DeviceId>(this.told.held)
    for (const { kind, failed, behind } of this.told.causes) {
      for (const device of kind === 'device' ? behind : [...failed, ...behind]) quiet.add(device)
    }
    const down = [...this.#answers.values()].filter(({ state, device }) => state === 'down' && !quiet.has(device))
    return this.#names(down.map(({ device }) => device))
  }

  quietPorts(): readonly string[] {
    return this.told.quietPorts.map(({ device, port }) => `${this.#names([device])[0]} ${port}`).sort()
  }

  #names(devices: readonly DeviceId[] = []): readonly string[] {
    const names = new Map([...this.#answers].map(([name, { device }]) => [device, name]))
    return devices.map((device) => names.get(device) ?? device).sort()
  }

  #standingOf({ failed, behind, ...cause }: Cause): Standing {
    const id = cause.id ?? `incident-${++this.#count}`
    const before = this.standing.find((one) => one.id === id)?.members ?? new Map()
    const parts = [...behind.map((one) => [one, 'behind'] as const), ...failed.map((one) => [one, 'failed'] as const)]
    return { ...cause, id, members: new Map([...before, ...parts]) }
  }

  #add(name: string, at: number): void {
    const intervalMs = 1_000 * (this.#plan.intervals?.[name] ?? 60)
    const now = epochMs(this.now - 1_000 * (at % 60))
    this.#answers.set(name, {
      device: idOf(name),
      name,
      site: SITE,
      agent: AgentId.parse(this.#plan.agents?.[name] ?? AGENT),
      place: this.#plan.places?.[name] ?? '',
      role: 'switch',
      isHost: name === HOST || name === 'host-2',
      tellsPorts: name !== HOST && !this.#plan.dumb?.includes(name),
      state: 'up',
      since: epochMs(0),
      askedAt: now,
      answeredAt: now,
      intervalMs,
    })
  }

  #phase(name: string, { intervalMs }: Answer): number {
    const at = [...this.#answers.keys()].indexOf(name)
    return (at * 7_000) % intervalMs
  }

  #ask(name: string, reached: ReadonlySet<string>): void {
    const before = this.#answers.get(name)
    if (before === undefined) return
    const now: EpochMs = epochMs(this.now)
    const state = reached.has(name) && !this.mute.has(name) ? 'up' : 'down'
    const since = state === before.state ? before.since : now
    this.#answers.set(name, { ...before, state, since, askedAt: now, ...(state === 'up' && { answeredAt: now }) })
    if (state === 'up' && !this.#plan.dumb?.includes(name)) this.#readPorts(name, before.device)
  }

  #readPorts(name: string, device: DeviceId): void {
    const others = this.#ports.filter((one) => one.device !== device)
    const down = this.#plan.cables.flatMap(([a, b]) => {
      const [own, far] = nameOf(a) === name ? [a, b] : [b, a]
      const isOff = this.shut.has(own)
      const isDown = isOff || this.cut.has(`${a}~${b}`) || this.off.has(nameOf(far)) || this.shut.has(far)
      return nameOf(own) === name && isDown ? [{ port: portOf(own, far), ...(isOff && { isOff }) }] : []
    })
    const before = new Map(this.#ports.map((one) => [`${one.device} ${one.port}`, one]))
    const askedAt = epochMs(this.now)
    const now = down.map((one) => ({
      ...{ ...one, device, askedAt },
      since: before.get(`${device} ${one.port}`)?.since ?? askedAt,
    }))
    this.#ports = [...others, ...now]
  }

  #reached(): ReadonlySet<string> {
    const reached = new Set<string>()
    for (const agent of new Set([...this.#answers.values()].map((one) => one.agent))) {
      const own = agent === AGENT ? HOST : 'host-2'
      const queue = [own]
      const seen = new Set(queue)
      for (const name of queue) {
        for (const [a, b] of this.#plan.cables) {
          if (this.cut.has(`${a}~${b}`) || this.shut.has(a) || this.shut.has(b)) continue
          const [from, to] = nameOf(a) === name ? [nameOf(a), nameOf(b)] : [nameOf(b), nameOf(a)]
          if (from !== name || seen.has(to) || this.off.has(to)) continue
          seen.add(to)
          queue.push(to)
        }
      }
      for (const name of seen) if (this.#answers.get(name)?.agent === agent) reached.add(name)
    }
    return reached
  }
}

/** 'dist-2 ge-0/0/0' names a port; a bare name has one named for the other end. */
function nameOf(end: string): string {
  return end.split(' ')[0] ?? end
}

function portOf(end: string, far: string): string {
  return end.split(' ')[1] ?? `to-${nameOf(far)}`
}

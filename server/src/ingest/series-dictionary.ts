import { EyeNetError } from '@eyenet/shared/errors'
import { type AgentId, DeviceId, faultOfLabels, type Labels, type OutboxEpoch } from '@eyenet/shared/identity'
import type { Peer, SeriesDefinition } from '@eyenet/shared/wire'
import type { ControlDb } from '../db/db.ts'
import { type MetricStore, NO_ROOM } from '../store/store.ts'

/** Bounds memory and rows that one agent can claim: 5,000 devices with some 40 series, or 200 with 1,000. */
export const MAX_SERIES_PER_AGENT = 2_000_000
/** Rows of one INSERT; SQLite takes 32,766 variables. */
const ROWS_PER_INSERT = 2_000

const UNKNOWN = -1

/** What the series ids of one outbox mean. */
export type Dictionary = {
  readonly refs: Int32Array
  readonly devices: readonly (DeviceId | undefined)[]
}

type Growing = { refs: Int32Array; readonly devices: (DeviceId | undefined)[] }

/**
 * The series ids of all agents: in memory, and in the database so that a restart need not ask for them again. Of each
 * agent the newest outbox alone: another epoch means that the one before is gone, and one that returns is asked again.
 */
export class SeriesDictionaries {
  readonly #db: ControlDb
  readonly #store: MetricStore
  /** The device that an id in a label stands for: two ids may have turned out to be one device. */
  readonly #deviceOf: (id: DeviceId) => DeviceId
  readonly #loaded = new Map<AgentId, { readonly epoch: OutboxEpoch; readonly known: Growing }>()

  constructor(db: ControlDb, store: MetricStore, deviceOf: (id: DeviceId) => DeviceId) {
    this.#db = db
    this.#store = store
    this.#deviceOf = deviceOf
  }

  /** Ids have become one device, or two again: what they mean is looked up anew. */
  forgetAll(): void {
    this.#loaded.clear()
  }

  /** Forgets an agent that was removed, or whose numbers have to be looked up again. */
  forget(agent: AgentId): void {
    this.#loaded.delete(agent)
  }

  /** The dictionary of one outbox with these definitions added, which are on disk when it answers. */
  async with(peer: Peer, epoch: OutboxEpoch, definitions: readonly SeriesDefinition[]): Promise<Dictionary> {
    const known = await this.#load(peer.agent, epoch)
    const fresh = definitions.filter(({ id }) => (known.refs[id] ?? UNKNOWN) === UNKNOWN)
    if (fresh.length === 0) return known
    for (const definition of fresh) checkDefinition(peer, definition)
    // Before they are written: what the store refuses must not come back after a restart.
    const refs = await this.#store.intern(fresh.map(({ labels }) => this.#stored(labels)))
    if (refs.includes(NO_ROOM)) throw new EyeNetError('limit_exceeded', 'the store has no room for another series')
    if (known.devices.length === 0) await this.#forgetOthers(peer.agent, epoch)
    for (let at = 0; at < fresh.length; at += ROWS_PER_INSERT) {
      const rows = fresh.slice(at, at + ROWS_PER_INSERT).map(({ id, labels }) => ({
        agent: peer.agent,
        epoch,
        id,
        labels: JSON.stringify(labels),
      }))
      await this.#db
        .insertInto('agent_series')
        .values(rows)
        .onConflict((one) => one.doNothing())
        .execute()
    }
    for (const [at, { id, labels }] of fresh.entries())
      add(known, id, { labels: this.#stored(labels), ref: refs[at] ?? NO_ROOM })
    return known
  }

  /** The labels under which a series is stored. */
  #stored(labels: Labels): Labels {
    const id = DeviceId.safeParse(labels.device)
    if (!id.success) return labels
    const device = this.#deviceOf(id.data)
    return device === id.data ? labels : { ...labels, device }
  }

  /** Removes what the former outboxes of an agent meant. */
  async #forgetOthers(agent: AgentId, epoch: OutboxEpoch): Promise<void> {
    await this.#db.deleteFrom('agent_series').where('agent', '=', agent).where('epoch', '!=', epoch).execute()
  }

  async #load(agent: AgentId, epoch: OutboxEpoch): Promise<Growing> {
    const loaded = this.#loaded.get(agent)
    if (loaded?.epoch === epoch) return loaded.known
    const fresh: Growing = { refs: new Int32Array(1_024).fill(UNKNOWN), devices: [] }
    const rows = await this.#db
      .selectFrom('agent_series')
      .select(['id', 'labels'])
      .where('agent', '=', agent)
      .where('epoch', '=', epoch)
      .execute()
    const labels: Labels[] = rows.map((row) => this.#stored(JSON.parse(row.labels)))
    const refs = await this.#store.intern(labels)
    for (const [at, row] of rows.entries()) {
      // Where the store is full: this series is asked for again, and refused by name; the others go on.
      if (refs[at] !== NO_ROOM) add(fresh, row.id, { labels: labels[at] ?? {}, ref: refs[at] ?? NO_ROOM })
    }
    // Two messages may have asked at once: the first to come back wins.
    const raced = this.#loaded.get(agent)
    if (raced?.epoch === epoch) return raced.known
    this.#loaded.set(agent, { epoch, known: fresh })
    return fresh
  }
}

function add(known: Growing, id: number, { labels, ref }: { labels: Labels; ref: number }): void {
  if (id >= known.refs.length) {
    const longer = new Int32Array(Math.max(id + 1, known.refs.length * 2)).fill(UNKNOWN)
    longer.set(known.refs)
    known.refs = longer
  }
  known.refs[id] = ref
  const device = DeviceId.safeParse(labels.device)
  known.devices[id] = device.success ? device.data : undefined
}

/** The store's number of each sample's series; undefined when an id has no definition. */
export function resolveRefs(dictionary: Dictionary, ids: Int32Array): Int32Array | undefined {
  const refs = new Int32Array(ids.length)
  for (let at = 0; at < ids.length; at += 1) {
    const ref = dictionary.refs[ids[at] ?? UNKNOWN] ?? UNKNOWN
    if (ref === UNKNOWN) return undefined
    refs[at] = ref
  }
  return refs
}

/** The devices that these samples belong to, each once. Ids come ordered, so that runs of one device cost little. */
export function devicesOf(dictionary: Dictionary, ids: Int32Array): readonly DeviceId[] {
  const devices = new Set<DeviceId>()
  let last: DeviceId | undefined
  for (let at = 0; at < ids.length; at += 1) {
    const device = dictionary.devices[ids[at] ?? UNKNOWN]
    if (device !== undefined && device !== last) devices.add(device)
    last = device
  }
  return [...devices]
}

function checkDefinition({ site, agent }: Peer, { id, labels }: SeriesDefinition): void {
  const refuse = (why: string): never => {
    throw new EyeNetError('invalid', `series ${id} is refused: ${why}`)
  }
  if (id < 0 || id >= MAX_SERIES_PER_AGENT) refuse(`an agent may have ${MAX_SERIES_PER_AGENT} series`)
  const fault = faultOfLabels(labels)
  if (fault !== undefined) refuse(fault)
  if (labels.site !== site) refuse('its label site is not the site of the agent')
  if (labels.agent !== undefined && labels.agent !== agent) refuse('its label agent is another agent')
}

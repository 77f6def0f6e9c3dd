import { EyeNetError } from '@eyenet/shared/errors'
import { type AgentId, type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { ControlDb, DeviceLifecycleRow, DeviceRow } from '../db/db.ts'
import { type LifecycleSettings, type LifecycleState, nextLifecycle } from './device-lifecycle.ts'

/** When a device answered last is written down that often: days are counted by it. */
const WRITE_ANSWERS_MS = 3_600_000

export type LifecycleChange = {
  readonly device: DeviceId
  readonly agent: AgentId
  readonly from: LifecycleState['lifecycle']
  readonly to: LifecycleState['lifecycle']
  readonly at: EpochMs
  /** Empty: the server by itself. */
  readonly by: string
}

/** What people and searches may do about it. */
export interface Lifecycles {
  /** Not polled, not shown by default, its history kept. EyeNetError `conflict` where it is so, or its agent's file names it. */
  retire(device: DeviceId, by: string): Promise<void>
  /** Takes back `stale` or `retired`. EyeNetError `conflict` where it is neither. */
  restore(device: DeviceId, by: string): Promise<void>
}

export type LifecyclesOptions = {
  readonly db: ControlDb
  readonly now: () => EpochMs
  readonly settings: LifecycleSettings
  readonly rowOf: (device: DeviceId) => DeviceRow | undefined
  readonly isManaged: (device: DeviceId) => Promise<boolean>
  /** What changes devices is done one after the other. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>
  readonly addEvent: (key: string, change: LifecycleChange) => Promise<void>
  readonly onMoved: (row: DeviceRow) => void
}

/** How a device is asked and answers now. */
export type Asked = {
  /** Its agent tells of it now, be it that it does not answer. */
  readonly isHeard: boolean
  readonly hasAnswered: boolean
  /** Newest sample of a time when it answered, since the server started. */
  readonly answeredAt: EpochMs | undefined
}

type Known = LifecycleState & {
  readonly answeredAt: EpochMs | undefined
  /** What of it is in the database. */
  readonly writtenAt: EpochMs | undefined
}

/** Which devices are stale or retired. */
export class DeviceLifecycles implements Lifecycles {
  readonly #options: LifecyclesOptions
  /** At most one entry per device. */
  readonly #known: Map<DeviceId, Known>
  readonly #listeners = new Set<(change: LifecycleChange) => void>()
  #settings: LifecycleSettings
  #writtenAt = Number.NEGATIVE_INFINITY

  constructor(options: LifecyclesOptions, rows: readonly DeviceLifecycleRow[]) {
    this.#options = options
    this.#settings = options.settings
    this.#known = new Map(rows.map((row) => [row.device, knownOf(row)]))
  }

  /** Answers a function that ends the listening. */
  onChange(listener: (change: LifecycleChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  of(device: DeviceId): LifecycleState['lifecycle'] {
    return this.#known.get(device)?.lifecycle ?? 'active'
  }

  set(settings: LifecycleSettings): void {
    this.#settings = settings
  }

  #answered(row: DeviceRow, at: EpochMs): void {
    const before = this.#known.get(row.id) ?? fresh(row)
    if ((before.answeredAt ?? 0) < at) this.#known.set(row.id, { ...before, answeredAt: at })
  }

  forget(device: DeviceId): void {
    this.#known.delete(device)
  }

  /** What has become stale, retired or active again by itself: on disk when it answers. */
  async look(rows: Iterable<DeviceRow>, askedOf: (row: DeviceRow) => Asked): Promise<void> {
    const now = this.#options.now()
    const moves: [DeviceRow, LifecycleState][] = []
    for (const row of rows) {
      const { isHeard, hasAnswered, answeredAt } = askedOf(row)
      if (answeredAt !== undefined) this.#answered(row, answeredAt)
      const isSilentNow = isHeard && !hasAnswered
      // Of one that has not answered since there is this record, the silence counts from now.
      if (isSilentNow && this.#known.get(row.id)?.answeredAt === undefined) this.#answered(row, now)
      const state = this.#known.get(row.id) ?? fresh(row)
      const silence = { answeredAt: state.answeredAt ?? now, isSilentNow, isManaged: true }
      const to = nextLifecycle(state, silence, { ...this.#settings, now })
      if (to === undefined) continue
      if (to === 'retired' && !(await this.#options.isManaged(row.id))) continue
      moves.push([row, { lifecycle: to, since: now, by: '' }])
    }
    for (const [row, state] of moves) await this.#move(row, state)
    if (now - this.#writtenAt >= WRITE_ANSWERS_MS || now < this.#writtenAt) await this.write()
  }

  retire(device: DeviceId, by: string): Promise<void> {
    return this.#options.inTurn(() => this.#decide(device, 'retired', by))
  }

  restore(device: DeviceId, by: string): Promise<void> {
    return this.#options.inTurn(() => this.#decide(device, 'active', by))
  }

  /** A search has found these: what the server retired by itself is watched again. */
  found(devices: readonly DeviceId[], at: EpochMs): Promise<void> {
    return this.#options.inTurn(async () => {
      for (const device of devices) {
        const row = this.#options.rowOf(device)
        const known = row && this.#known.get(row.id)
        if (row === undefined || known?.lifecycle !== 'retired' || known.by !== '' || at <= known.since) continue
        this.#answered(row, at)
        await this.#move(row, { lifecycle: 'active', since: this.#options.now(), by: '' })
      }
    })
  }

  /** Writes when devices answered last. */
  async write(): Promise<void> {
    this.#writtenAt = this.#options.now()
    const changed = [...this.#known].filter(([, { answeredAt, writtenAt }]) => answeredAt !== writtenAt)
    if (changed.length === 0) return
    await this.#options.db.transaction().execute(async (trx) => {
      for (const [device, known] of changed) await save(trx, device, known)
    })
    for (const [device, known] of changed) {
      const now = this.#known.get(device)
      if (now !== undefined) this.#known.set(device, { ...now, writtenAt: known.answeredAt })
    }
  }

  async #decide(device: DeviceId, to: 'retired' | 'active', by: string): Promise<void> {
    const { rowOf, isManaged, now } = this.#options
    const row = rowOf(device)
    if (row === undefined) throw new EyeNetError('not_found', `there is no device ${device}; it may have been removed`)
    if (this.of(row.id) === to) {
      const message = to === 'retired' ? 'is retired already' : 'is neither stale nor retired: there is nothing to undo'
      throw new EyeNetError('conflict', `${row.name} ${message}`)
    }
    if (to === 'retired' && !(await isManaged(row.id))) {
      const message = `${row.name} is named in its agent's configuration file: remove it there, and it is polled no more`
      throw new EyeNetError('conflict', message)
    }
    await this.#move(row, { lifecycle: to, since: now(), by })
  }

  async #move(row: DeviceRow, state: LifecycleState): Promise<void> {
    const { db, addEvent, onMoved } = this.#options
    const { lifecycle: from, answeredAt } = this.#known.get(row.id) ?? fresh(row)
    const known: Known = { ...state, answeredAt, writtenAt: answeredAt }
    await save(db, row.id, known)
    this.#known.set(row.id, known)
    const { lifecycle: to, since: at, by } = state
    const change: LifecycleChange = { device: row.id, agent: row.agent, from, to, at, by }
    await addEvent(`lifecycle/${row.id}/${at}/${to}`, change)
    onMoved(row)
    for (const listener of this.#listeners) listener(change)
  }
}

export function lifecycleRows(db: ControlDb): Promise<readonly DeviceLifecycleRow[]> {
  return db.selectFrom('device_lifecycles').selectAll().execute()
}

function knownOf({ lifecycle, since, by, answered_at }: DeviceLifecycleRow): Known {
  const answeredAt = answered_at ?? undefined
  return { lifecycle, since, by, answeredAt, writtenAt: answeredAt }
}

function fresh(row: DeviceRow): Known {
  const since = epochMs(row.first_seen_at)
  return { lifecycle: 'active', since, by: '', answeredAt: undefined, writtenAt: undefined }
}

/** A device that was removed meanwhile has none. */
async function save(db: ControlDb, device: DeviceId, { lifecycle, since, by, answeredAt }: Known): Promise<void> {
  const isThere = await db.selectFrom('devices').select('id').where('id', '=', device).executeTakeFirst()
  if (isThere === undefined) return
  const columns = { lifecycle, since, by, answered_at: answeredAt ?? null }
  await db
    .insertInto('device_lifecycles')
    .values({ device, ...columns })
    .onConflict((one) => one.column('device').doUpdateSet(columns))
    .execute()
}

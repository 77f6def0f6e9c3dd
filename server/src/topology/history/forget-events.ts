import type { TopologyEventKind } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'
import type { ControlDb } from '../../db/db.ts'

/** Of events that are too old, so many go at a time: a clock that jumps a year ahead does not empty the history. */
const MAX_OLD_AT_ONCE = 2_000
/** What one device has more of than this part of all goes before anybody else's. */
const SHARE = 1 / 10

/** Forgets the oldest events from before this moment. Mostly that is a day's; what is more goes the next time. */
export async function forgetOld(db: ControlDb, before: EpochMs): Promise<void> {
  await db
    .deleteFrom('topology_events')
    .where('seq', 'in', (eb) =>
      eb
        .selectFrom('topology_events')
        .select('topology_events.seq')
        .where('at', '<', before)
        .orderBy('topology_events.seq')
        .limit(MAX_OLD_AT_ONCE),
    )
    .execute()
}

type Kinds = {
  readonly kinds: readonly TopologyEventKind[]
  readonly op: 'in' | 'not in'
  /** Events of these kinds that are kept. */
  readonly max: number
}

/**
 * Where there are too many, forgets the oldest of each device that has more than its share; answers how many. They are
 * older than the newest snapshot, so the graph of now does not need them; one of those days lacks what they told.
 */
export async function forgetOverShare(db: ControlDb, { kinds, op, max }: Kinds): Promise<number> {
  const { count } = await db
    .selectFrom('topology_events')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('kind', op, kinds)
    .executeTakeFirstOrThrow()
  if (count <= max) return 0
  const share = Math.floor(max * SHARE)
  const greedy = await db
    .selectFrom('topology_event_devices')
    .innerJoin('topology_events', 'topology_events.seq', 'topology_event_devices.seq')
    .select((eb) => ['topology_event_devices.device', eb.fn.countAll<number>().as('count')])
    .where('kind', op, kinds)
    .groupBy('topology_event_devices.device')
    .having((eb) => eb.fn.countAll<number>(), '>', share)
    .orderBy('count', 'desc')
    .execute()
  let gone = 0
  for (const { device, count: own } of greedy) {
    const left = count - max - gone
    if (left <= 0) break
    const { numDeletedRows } = await db
      .deleteFrom('topology_events')
      .where('seq', 'in', (eb) =>
        eb
          .selectFrom('topology_event_devices')
          .innerJoin('topology_events', 'topology_events.seq', 'topology_event_devices.seq')
          .select('topology_event_devices.seq')
          .where('topology_event_devices.device', '=', device)
          .where('kind', op, kinds)
          .orderBy('topology_event_devices.seq')
          .limit(Math.min(left, own - share)),
      )
      .executeTakeFirstOrThrow()
    gone += Number(numDeletedRows)
  }
  return gone
}

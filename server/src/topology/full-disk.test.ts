import { epochMs } from '@eyenet/shared/identity'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { hears, idOf, kindsOf, linksNow, linksOf, PEER, topologyWorld } from './topology.testkit.ts'

test.each(['topology_events', 'endpoints'])(
  'where the disk is full for a while at %s, all is told once it is not, each once, and a merge is no news',
  async (table) => {
    const { topology, clock, db, inventory, open } = await topologyWorld(['a', 'b', 'c'])
    const forwarding = (macs: string) => [{ port: 'p3', vlan: 1, macs }]
    const later = () => {
      clock.now = epochMs(clock.now + 31_000)
    }
    await topology.receiveLinks(PEER, linksOf('a', clock.now, { forwarding: forwarding('0200000000aa') }))
    await topology.receiveLinks(PEER, linksOf('b', clock.now, { neighbors: [hears('p1', 'a', 'p1')] }))
    await topology.work()
    later()
    await sql`CREATE TRIGGER full BEFORE INSERT ON ${sql.table(table)} BEGIN SELECT RAISE(ABORT, 'disk full'); END`.execute(
      db,
    )
    await topology.receiveLinks(PEER, linksOf('a', clock.now, { forwarding: forwarding('0200000000aa0200000000bb') }))
    await db.deleteFrom('devices').where('id', '=', idOf('b')).execute()
    inventory.tell({ kind: 'device-removed', id: idOf('b') })
    await topology.deviceMerged(idOf('b'), idOf('c'))
    await expect(topology.work()).rejects.toThrow(/disk full/)
    later()
    await topology.work().catch(() => {})
    await sql`DROP TRIGGER full`.execute(db)
    later()
    await topology.work()
    expect((await kindsOf(topology)).sort()).toEqual(['endpoint-new', 'link-changed', 'node-removed'])
    expect(linksNow(topology)).toEqual(['a p1 - c p1 up'])
    await topology.close()
    const again = await open()
    await again.work()
    expect(await kindsOf(again)).toHaveLength(3)
    expect(again.endpoints({ limit: 10 }).total).toBe(2)
    await again.close()
  },
)

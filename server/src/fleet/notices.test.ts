import { epochMs } from '@eyenet/shared/identity'
import { afterEach, expect, test } from 'vitest'
import { enrolled, fleetWorld, START } from './fleet.testkit.ts'
import { addNotices, newestNotices } from './notices.ts'
import { PendingNotices } from './pending-notices.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function world() {
  const at = await fleetWorld()
  closing.push(at.close)
  const { agent } = await enrolled(at.fleet)
  const notice = (key: string, ms = 0) => ({
    ...{ agent, key, code: 'test', message: key },
    at: epochMs(START + ms),
  })
  const shown = async () => (await newestNotices(at.db, [agent])).get(agent)?.map(({ message }) => message)
  const count = async () => (await at.db.selectFrom('agent_notices').select('key').execute()).length
  return { ...at, agent, notice, shown, count }
}

test('the newest twenty are shown, newest first, and one that comes again stays one', async () => {
  const { db, notice, shown, count } = await world()
  await addNotices(db, [...Array.from({ length: 30 }, (_, at) => notice(`n${at}`, at)), notice('n0', 99)])
  const messages = await shown()
  expect(messages).toHaveLength(20)
  expect(messages?.slice(0, 3)).toEqual(['n0', 'n29', 'n28'])
  expect(await count()).toBe(30)
})

test('the newest two hundred are kept, also when all came in one moment', async () => {
  const { db, notice, count } = await world()
  await addNotices(
    db,
    Array.from({ length: 250 }, (_, at) => notice(`n${at}`)),
  )
  expect(await count()).toBe(200)
})

test('notices of an agent that was removed are dropped, and the others kept', async () => {
  const { db, fleet, agent, notice, count } = await world()
  const other = await enrolled(fleet)
  await fleet.remove(agent)
  await addNotices(db, [notice('gone'), { ...notice('here'), agent: other.agent }])
  expect(await count()).toBe(1)
})

test('what an agent does wrong a thousand times waits as a few notices, and the rest is counted', async () => {
  const { notice } = await world()
  const pending = new PendingNotices()
  for (let at = 0; at < 1_000; at += 1) pending.add(notice(`topic ${at}`))
  for (let at = 0; at < 1_000; at += 1) pending.add(notice('topic 3', at))
  expect(pending.take()).toHaveLength(20)
  expect(pending.dropped).toBe(980)
  expect(pending.take()).toEqual([])
})

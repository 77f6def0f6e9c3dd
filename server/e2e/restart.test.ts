import { afterAll, beforeAll, expect, test } from 'vitest'
import { parts } from '../../install/parts.mjs'
import { startAgent } from './agent-process.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { type Snmpd, startSnmpd } from './snmpd.testkit.ts'
import { Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
const here = parts.snmpd !== undefined
let server: ServerProcess
let snmpd: Snmpd

beforeAll(async () => {
  if (!here) return
  // One small group of objects: polls that take no time, so that no tick is missed on a busy machine.
  const small = ['view small included .1.3.6.1.2.1.1', 'rocommunity public default -V small']
  const [started, device] = await Promise.all([startServer(stage), startSnmpd(stage, { lines: small })])
  server = started
  snmpd = device
})
afterAll(() => stage.close())

const INTERVAL_MS = 1_000

function settings() {
  const snmp = { credential: 'lab', port: snmpd.port, timeoutMs: 500, retries: 0 }
  return {
    credentials: { lab: { version: '2c', community: 'public' } },
    targets: [{ name: 'sw', address: snmpd.address, ping: false, snmp }],
  }
}

/** The ticks that the server has stored samples of, oldest first, each as often as it has. */
async function ticks(): Promise<readonly number[]> {
  const [series, ...others] = await server.api.query('snmp_up[1h]')
  expect(others).toEqual([])
  return series?.times ?? []
}

/** Waits until the server has so many more ticks than now. */
async function moreTicks(count: number): Promise<void> {
  const before = (await ticks()).length
  await until(`${count} more ticks`, async () => (await ticks()).length >= before + count)
}

/**
 * Places where more than one interval lies between two stored ticks. The first poll after a start comes at once, outside
 * the ticks, and the tick that meets it under way is left out: no gap.
 */
function gaps(times: readonly number[]): { from: number; to: number }[] {
  const phase = (times.at(-1) ?? 0) % INTERVAL_MS
  return times.flatMap((to, at) => {
    const from = times[at - 1]
    if (from === undefined || to - from <= INTERVAL_MS) return []
    return from % INTERVAL_MS !== phase && to - from < 2 * INTERVAL_MS ? [] : [{ from, to }]
  })
}

test.skipIf(!here)(
  'every tick is stored once, whoever is killed: the server, the agent, or the server before the agent starts',
  { timeout: 240_000 },
  async () => {
    const agent = await startAgent(stage, server, { name: 'eye', settings: settings() })
    await until('first ticks', async () => (await ticks()).length >= 3)

    await server.kill()
    const serverDiedAt = Date.now()
    // The agent polls on without anybody to tell.
    await until('three polls later', () => Date.now() > serverDiedAt + 3 * INTERVAL_MS)
    await server.start()
    await moreTicks(5)
    expect(gaps(await ticks())).toEqual([])

    await agent.kill()
    const agentDiedAt = Date.now()
    await until('two ticks later', () => Date.now() > agentDiedAt + 2 * INTERVAL_MS)
    await agent.start()
    await moreTicks(4)
    const [silence, ...others] = gaps(await ticks())
    expect(others).toEqual([])
    // Its last group of samples, 200 ms, may not have been on disk yet.
    expect(silence?.from).toBeGreaterThan(agentDiedAt - INTERVAL_MS - 500)
    expect(silence?.to).toBeGreaterThan(agentDiedAt)

    await agent.stop()
    const agentStoppedAt = Date.now()
    await server.kill()
    await agent.start()
    const aloneSince = Date.now()
    await until('three polls without a server', () => Date.now() > aloneSince + 3 * INTERVAL_MS)
    await server.start()
    await moreTicks(5)
    const all = await ticks()
    for (const { from } of gaps(all).slice(1)) expect(from).toBeGreaterThan(agentStoppedAt - INTERVAL_MS)
    expect(new Set(all).size).toBe(all.length)
    // The first of the three may have met the first poll under way.
    const alone = all.filter((tick) => tick > aloneSince && tick <= aloneSince + 3 * INTERVAL_MS)
    expect(alone.length).toBeGreaterThanOrEqual(2)
    // Every series of a poll has its tick, not only one.
    const last = all.at(-1) ?? 0
    const upTimes = await server.api.query('sysUpTime[1h]')
    expect(upTimes[0]?.times.filter((time) => time <= last)).toEqual(all)
  },
)

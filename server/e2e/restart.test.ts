import { afterAll, beforeAll, expect, test } from 'vitest'
import { parts } from '../../install/parts.mjs'
import { startAgent } from './agent-process.testkit.ts'
import { type Gap, leftOut } from './left-out.testkit.ts'
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

/** On a machine that is busy for a second no tick is left out. */
const INTERVAL_MS = 2_000
/** The last group of samples may not have been on disk when the agent was killed: 200 ms, and some patience. */
const NOT_ON_DISK_MS = 500

function settings() {
  const snmp = { credential: 'lab', port: snmpd.port, timeoutMs: 1_500, retries: 0 }
  return {
    intervalSeconds: INTERVAL_MS / 1_000,
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
function gaps(times: readonly number[]): Gap[] {
  const phase = (times.at(-1) ?? 0) % INTERVAL_MS
  return times.flatMap((to, at) => {
    const from = times[at - 1]
    if (from === undefined || to - from <= INTERVAL_MS) return []
    return from % INTERVAL_MS !== phase && to - from < 2 * INTERVAL_MS ? [] : [{ from, to }]
  })
}

/** A tick is missing only where the agent was down, or where it says that it left one out. */
async function nothingLost(downAt: readonly number[]): Promise<void> {
  const missing = ({ from, to }: Gap): number => {
    const down = downAt.find((one) => from <= one && one < to)
    if (down === undefined) return Math.round((to - from) / INTERVAL_MS) - 1
    return Math.max(0, Math.floor((down - NOT_ON_DISK_MS - from) / INTERVAL_MS))
  }
  await until('what is missing was left out', async () => {
    const all = gaps(await ticks()).reduce((sum, gap) => sum + missing(gap), 0)
    return all <= (await leftOut(server))
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
    await nothingLost([])

    await agent.kill()
    const agentDiedAt = Date.now()
    await until('two ticks later', () => Date.now() > agentDiedAt + 2 * INTERVAL_MS)
    await agent.start()
    await moreTicks(4)
    await nothingLost([agentDiedAt])

    await agent.stop()
    const agentStoppedAt = Date.now()
    await server.kill()
    await agent.start()
    const aloneSince = Date.now()
    await until('three polls without a server', () => Date.now() > aloneSince + 3 * INTERVAL_MS)
    await server.start()
    await moreTicks(5)
    const all = await ticks()
    await nothingLost([agentDiedAt, agentStoppedAt])
    expect(new Set(all).size).toBe(all.length)
    // The first of the three may have met the first poll under way.
    const alone = all.filter((tick) => tick > aloneSince && tick <= aloneSince + 3 * INTERVAL_MS)
    expect(alone.length + (await leftOut(server))).toBeGreaterThanOrEqual(2)
    // Every series of a poll has its tick, not only one.
    const last = all.at(-1) ?? 0
    const upTimes = await server.api.query('sysUpTime[1h]')
    expect(upTimes[0]?.times.filter((time) => time <= last)).toEqual(all)
  },
)

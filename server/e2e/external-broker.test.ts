import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { parts } from '../../install/parts.mjs'
import { startAgent } from './agent-process.testkit.ts'
import { runChild, startChild } from './child.testkit.ts'
import { leftOut, ticksIn } from './left-out.testkit.ts'
import { startMosquitto } from './mosquitto.testkit.ts'
import { startServer } from './server-process.testkit.ts'
import { startSnmpd } from './snmpd.testkit.ts'
import { Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

const INTERVAL_MS = 1_000

/** The access list that the operator's page shows. */
function documentedAccess(): string {
  const page = readFileSync(new URL('../../docs/operations/brokers.md', import.meta.url), 'utf8')
  return /```text\n(# \/etc\/mosquitto\/eyenet\.acl\n[^`]+)```/.exec(page)?.[1] ?? ''
}

test.skipIf(parts.mosquitto === undefined || parts.snmpd === undefined || parts.mosquittoSub === undefined)(
  'a broker beside the server is killed and restarted in the middle: no tick is missing, none is there twice, and all work again',
  { timeout: 240_000 },
  async () => {
    const small = ['view small included .1.3.6.1.2.1.1', 'rocommunity public default -V small']
    const access = stage.write('eyenet.acl', documentedAccess(), 0o644)
    const [mosquitto, snmpd] = await Promise.all([
      // Without passwords here: who connects says who it is, as a certificate would.
      startMosquitto(stage, ['allow_anonymous true', `acl_file ${access}`]),
      startSnmpd(stage, { lines: small }),
    ])
    const server = await startServer(stage, {
      broker: { kind: 'external', url: mosquitto.url, username: 'eyenet-server' },
    })
    const snmp = { credential: 'lab', port: snmpd.port, timeoutMs: 500, retries: 0 }
    const agent = await startAgent(stage, server, {
      name: 'eye',
      settings: {
        credentials: { lab: { version: '2c', community: 'public' } },
        targets: [{ name: 'sw', address: snmpd.address, ping: false, snmp }],
      },
    })
    const ticks = async (): Promise<readonly number[]> => (await server.api.query('snmp_up[1h]'))[0]?.times ?? []
    const agentState = async () => (await server.api.agents()).find((one) => one.id === agent.id)?.state
    await until('first ticks', async () => (await ticks()).length >= 3)
    expect(await agentState()).toBe('connected')

    await mosquitto.kill()
    await until('the agent is seen to be away', async () => (await agentState()) === 'disconnected')
    const away = (await ticks()).length
    const cutAt = Date.now()
    await until('the agent polls on', () => Date.now() - cutAt > 3_000)
    await mosquitto.start()
    await until('what was polled meanwhile, and more', async () => (await ticks()).length >= away + 6)
    expect(await agentState()).toBe('connected')

    const times = await ticks()
    expect(new Set(times).size).toBe(times.length)
    const gaps = times.slice(2).flatMap((to, at) => {
      const from = times[at + 1] ?? 0
      return to - from === INTERVAL_MS ? [] : [{ from, to }]
    })
    await until('what is missing was left out', async () => ticksIn(gaps, INTERVAL_MS) <= (await leftOut(server)))

    // The retained state of devices is told anew to a broker that has forgotten it.
    const words = ['-p', String(mosquitto.port), '-u', 'dashboard', '-t', 'eyenet/v1/public/devices/#', '-v', '-C', '1']
    const reader = startChild(parts.mosquittoSub ?? '', words)
    expect(await reader.line((line) => line.startsWith('eyenet/v1/public/devices/'))).toContain('"name":"sw"')

    // Another agent's name in the topic: the broker lets nothing of it through.
    const topic = `eyenet/v1/lab/${agent.id}/status`
    const death = JSON.stringify({ kind: 'death', agent: agent.id, epoch: '0123456789abcdef', reason: 'lost' })
    const other = ['-p', String(mosquitto.port), '-u', 'dashboard', '-q', '1', '-t', topic, '-m', death]
    await runChild(parts.mosquittoPub ?? '', other)
    expect(await agentState()).toBe('connected')
  },
)

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { ApiClient } from './api-client.testkit.ts'
import { runChild, startChild } from './child.testkit.ts'
import { AGENT, freePort, SERVER, START, Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

const WITHIN_MS = 120_000
/** The programs as they are: what may have to be built before belongs to no test. */
const BUILT = { EYENET_TEST_SERVER: SERVER, EYENET_TEST_AGENT: AGENT }

test('`npm start -- --demo`: within two minutes at least 12 devices, moving series and a fired alert; Ctrl-C ends all of it', {
  timeout: 240_000,
}, async () => {
  await theDemoAddressesAreFree()
  const data = stage.path('demo')
  const port = await freePort()
  const where = ['--data', data, '--port', String(port), '--mqtt-port', String(await freePort())]
  const demo = startChild(process.execPath, [START, '--demo', ...where], { env: BUILT })
  stage.onClose(async () => {
    // It ends what it has started, and in time; killed, it could not.
    demo.signal('SIGINT')
    await demo.ended
  })
  await demo.line((line) => line.includes('Ctrl-C stops it.'))
  // From here on, as it says itself: how long a start takes is the machine's.
  const startedAt = performance.now()
  const left = (): number => WITHIN_MS - (performance.now() - startedAt)
  expect(demo.stdout()).toMatch(/Setup code: +[0-9A-Z-]{8,}/)

  const made = await runChild(process.execPath, [
    ...[SERVER, 'token', 'add', '--data', `${data}/server`, '--role', 'viewer', '--name', 'test', '--quiet'],
  ])
  const api = new ApiClient(`http://127.0.0.1:${port}/`, made.stdout.trim())
  const devices = await until(
    'twelve devices answer',
    async () => {
      const answering = (await api.devices()).filter((one) => one.kind === 'snmp' && one.reach.snmp === 'up')
      return answering.length >= 12 && answering
    },
    left(),
  )
  expect(new Set(devices.map((one) => one.name)).size).toBe(devices.length)
  const moving = await until(
    'traffic moves',
    async () => {
      const rates = await api.query('count(rate(ifHCInOctets[1m]) > 0)')
      const count = rates[0]?.values[0] ?? 0
      return count >= 12 && count
    },
    left(),
  )
  expect(moving).toBeGreaterThanOrEqual(12)
  const fired = await until(
    'an alert fires',
    async () => (await api.alerts('open')).find((one) => one.state === 'firing'),
    left(),
  )
  expect(fired.annotations.summary).not.toBe('')

  const family = processesOf(data)
  expect(family.length).toBeGreaterThanOrEqual(3)
  demo.signal('SIGINT')
  expect(await demo.ended).toBe(0)
  expect(processesOf(data)).toEqual([])
  expect(family.filter((pid) => existsSync(`/proc/${pid}`) && isOf(pid, data))).toEqual([])
})

/** Processes that were started with this folder in their words. */
function processesOf(folder: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isOf(pid, folder))
}

function isOf(pid: string, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
  } catch {
    return false
  }
}

/** The simulated site has fixed addresses: two demonstrations at once are not possible, and the test says so. */
async function theDemoAddressesAreFree(): Promise<void> {
  await until('127.0.10.1:1161 is free: is another demonstration running?', async () => {
    const socket = createSocket('udp4')
    const bound = once(socket, 'listening')
    socket.bind(1161, '127.0.10.1')
    await bound.finally(() => socket.close())
    return true
  })
}

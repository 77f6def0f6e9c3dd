import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parts } from '../../install/parts.mjs'
import { type AgentProcess, startAgent } from './agent-process.testkit.ts'
import { setUpInPage, startBrowser } from './browser.testkit.ts'
import { runChild, startChild } from './child.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { type Snmpd, startSnmpd } from './snmpd.testkit.ts'
import { AGENT, Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

const RULES = {
  groups: [{ name: 'test', interval: '1s', rules: [{ alert: 'AlwaysTrue', expr: 'vector(1)' }] }],
}
/** A name that would colour a terminal, ring its bell, rename its window and run in a page. */
const HOSTILE = 'a\u001b[31mred\u0007\u001b]0;owned\u0007<img src=x onerror=alert(1)>'
const AS_TEXT = '<img src=x onerror=alert(1)>'

let server: ServerProcess
let snmpd: Snmpd
let agent: AgentProcess
let browser: Browser

beforeAll(async () => {
  const [started, device, page] = await Promise.all([
    startServer(stage, { alerting: { ruleFiles: [stage.write('rules.yaml', JSON.stringify(RULES))] } }),
    parts.snmpd ? startSnmpd(stage, { lines: ['rocommunity public', `sysName ${HOSTILE}`] }) : undefined,
    parts.chromium ? startBrowser(stage) : undefined,
  ])
  server = started
  if (device !== undefined) snmpd = device
  if (page !== undefined) browser = page
  agent = await startAgent(stage, server, { name: 'eye', settings: device === undefined ? {} : watching(device) })
})

const watching = ({ address, port }: Snmpd) => ({
  credentials: { lab: { version: '2c', community: 'public' } },
  targets: [{ address, ping: false, snmp: { credential: 'lab', port, timeoutMs: 500 } }],
})

/** Where and as whom a foreign MQTT client connects. */
function account(user?: string, password?: string): string[] {
  const where = ['-h', '127.0.0.1', '-p', String(server.mqttPort)]
  return [...where, ...(user === undefined ? [] : ['-u', user]), ...(password === undefined ? [] : ['-P', password])]
}

test.skipIf(!parts.mosquittoSub)('mosquitto_sub with an integration token reads the open alerts', async () => {
  const token = await server.token('integration')
  const words = [...account('token', token), '-t', 'eyenet/v1/public/alerts/#', '-v']
  const reader = startChild(parts.mosquittoSub ?? '', words)
  stage.onClose(() => reader.kill())
  const line = await reader.line((one) => one.startsWith('eyenet/v1/public/alerts/'))
  const alert = JSON.parse(line.slice(line.indexOf(' ')))
  expect(alert).toMatchObject({ rule: 'AlwaysTrue', state: 'firing' })
  await reader.kill()
})

test.skipIf(!parts.mosquittoSub)(
  'without an account, with a wrong one, or with the right one on other topics, mosquitto_sub reads nothing',
  async () => {
    const asked = ['-t', 'eyenet/v1/public/alerts/#', '-W', '10']
    const [nobody, wrong, viewer] = await Promise.all([
      runChild(parts.mosquittoSub ?? '', [...account(), ...asked]),
      runChild(parts.mosquittoSub ?? '', [...account('token', 'eyn_wrong'), ...asked]),
      runChild(parts.mosquittoSub ?? '', [...account(agent.id, 'wrong'), '-i', agent.id, ...asked]),
    ])
    for (const { status, stdout, stderr } of [nobody, wrong, viewer]) {
      expect(status).toBe(5)
      expect(stdout).toBe('')
      expect(stderr).toContain('Connection Refused: not authorised')
    }
    const integration = account('token', await server.token('integration'))
    const denied = startChild(parts.mosquittoSub ?? '', [...integration, '-t', 'eyenet/v1/lab/#', '-v', '-d'])
    stage.onClose(() => denied.kill())
    // 128 is MQTT's "failure" of a subscription.
    await denied.line((line) => /Subscribed \(mid: 1\): 128|All subscription requests were denied/.test(line))
    await denied.kill()
    expect(denied.stdout()).not.toContain('birth')
  },
)

test.skipIf(!parts.mosquittoPub)(
  "what an agent says in another agent's name is dropped, told and harms nobody",
  async () => {
    const liar = await startAgent(stage, server, { name: 'liar', settings: {} })
    const { agent: user, site, mqttPassword } = liar.identity
    await liar.stop()
    const topic = `eyenet/v1/${site}/${agent.id}/status`
    const death = JSON.stringify({ kind: 'death', agent: agent.id, epoch: 'x', reason: 'stopped' })
    const words = [...account(user, mqttPassword), '-i', user, '-q', '1', '-t', topic, '-m', death]
    const said = await runChild(parts.mosquittoPub ?? '', words)
    expect(said.status).toBe(0)
    const notice = await until('the server tells what it refused', async () =>
      (await server.api.agent(user)).notices.find((one) => one.code === 'denied'),
    )
    expect(notice.message).toContain(topic)
    expect((await server.api.agent(agent.id)).state).toBe('connected')
    expect((await server.api.agent(agent.id)).notices).toEqual([])
  },
)

test('an agent with a wrong password is refused, says so, and measures on', async () => {
  const stray = await startAgent(stage, server, { name: 'stray', settings: { host: { enabled: true } } })
  await until('it is connected', async () => (await server.api.agent(stray.id)).state === 'connected')
  await stray.stop()
  const file = join(stray.data, 'agent.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/("mqttPassword": ")[^"]{4}/, '$1XXXX'))
  await stray.start()
  await until('it says why', () => stray.log().includes('the server refuses the credentials of this agent'))
  expect(stray.log()).not.toContain(stray.identity.mqttPassword)
  await until('the server logs it', () => server.log().includes('an MQTT login was refused'))
  expect((await server.api.agent(stray.id)).state).toBe('disconnected')
  const waiting = await until('samples wait on disk', async () => {
    const { samples } = await stray.bufferStatus()
    return samples > 0 && samples
  })
  expect(waiting).toBeGreaterThan(0)
})

test.skipIf(!parts.snmpd)('a hostile sysName reaches API and terminal as text', async () => {
  const device = await until('the device is known', async () =>
    (await server.api.devices()).find((one) => one.kind === 'snmp' && one.name.includes('onerror')),
  )
  expect(device.name).toContain(AS_TEXT)
  const { sysName } = await server.api.device(device.id)
  expect(sysName).toContain(AS_TEXT)
  const community = stage.write('community', 'public\n')
  const port = ['--port', String(snmpd.port)]
  const words = [AGENT, 'probe', snmpd.address, ...port, '--community-file', community, '--no-ping']
  const [probed, asJson] = await Promise.all([
    runChild(process.execPath, words),
    runChild(process.execPath, [...words, '--json']),
  ])
  expect(probed.status).toBe(0)
  // The device did send them: JSON has them, escaped.
  expect(JSON.parse(asJson.stdout)).toMatchObject({ device: { sysName: HOSTILE } })
  expect(probed.stdout).toContain(AS_TEXT)
  expect(probed.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  expect(agent.log()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  expect(server.log()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
})

test.skipIf(!parts.snmpd || !parts.chromium)('a hostile sysName is text in the page, and runs nothing', async () => {
  const page = await setUpInPage(browser, server)
  const faults: string[] = []
  page.on('dialog', (dialog) => {
    faults.push(dialog.message())
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => faults.push(error.message))
  const device = await until('the device is known', async () =>
    (await server.api.devices()).find((one) => one.name.includes('onerror')),
  )
  await page.goto(`${server.url}devices`)
  await page.getByText(AS_TEXT).first().waitFor()
  await page.goto(`${server.url}devices/${device.id}`)
  const heading = page.getByRole('heading', { level: 1 })
  await heading.waitFor()
  expect(await heading.textContent()).toContain(AS_TEXT)
  expect(await page.locator('img[src="x"]').count()).toBe(0)
  expect(faults).toEqual([])
})

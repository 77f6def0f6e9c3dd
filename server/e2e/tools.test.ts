import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AgentProcess, startAgent } from './agent-process.testkit.ts'
import { setUpInPage, startBrowser } from './browser.testkit.ts'
import { startChild } from './child.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { freeUdpPort } from './snmpd.testkit.ts'
import { AGENT, Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

const ADDRESS = '127.0.83.1'
let server: ServerProcess
let agent: AgentProcess
let page: Page
let port: number

beforeAll(async () => {
  port = await freeUdpPort(ADDRESS)
  const words = [AGENT, 'simulate', '--address', ADDRESS, '--port', `${port}`, '--ready-json']
  const simulator = startChild(process.execPath, words)
  stage.onClose(() => simulator.kill())
  server = await startServer(stage)
  await simulator.line((one) => one.includes('"ready"'))
  const browser = await startBrowser(stage)
  page = await setUpInPage(browser, server)
  agent = await startAgent(stage, server, {
    name: 'eye',
    settings: {
      credentials: { lab: { version: '2c', community: 'public' } },
      targets: [{ address: ADDRESS, ping: false, snmp: { credential: 'lab', port } }],
    },
  })
}, 240_000)

const run = () => page.getByRole('button', { name: 'Run', exact: true }).click()
const result = () => page.getByRole('region', { name: 'Result' })
const choose = (tool: string) =>
  page.getByRole('navigation', { name: 'Tools' }).getByRole('link', { name: tool }).click()

test('a device is walked from its own page with the credential that the agent has, and what was asked stays on the list', {
  timeout: 240_000,
}, async () => {
  const device = await until('the device is known', async () =>
    (await server.api.devices()).find(({ address }) => address === ADDRESS),
  )
  await page.goto(`${server.url}/devices/${device.id}`)
  await page.getByRole('link', { name: 'Tools' }).click()
  await choose('SNMP walk')
  expect(await page.getByLabel('Device', { exact: true }).inputValue()).toContain(ADDRESS)
  await run()
  await result().getByText('complete').waitFor()
  await result().getByText('SNMPv2-MIB::sysName.0').waitFor()
  const saved = page.waitForEvent('download')
  await result().getByRole('button', { name: 'Text' }).click()
  expect((await saved).suggestedFilename()).toBe('snmp-walk.txt')
  const asked = page.getByRole('region', { name: 'Asked of eye' }).getByRole('listitem')
  expect(await asked.count()).toBe(1)
  expect(await asked.innerText()).toContain(`system of ${device.name}`)
})

test('an agent tells of itself, and credentials that nobody answers to are told as such', {
  timeout: 240_000,
}, async () => {
  await page.goto(`${server.url}/agents`)
  await page.getByRole('link', { name: 'Tools' }).click()
  await choose('Diagnostics')
  await run()
  await result().getByText('Link to the server').waitFor()
  await choose('Test credentials')
  await page.getByLabel('Address', { exact: true }).fill(ADDRESS)
  await page.getByLabel('Community', { exact: true }).fill('nobody')
  await page.getByLabel('Port', { exact: true }).fill(`${port}`)
  await run()
  await page.getByText('SNMP failed').waitFor()
  const audited = await server.api.send('GET', '/api/v1/audit')
  const asked = `${ADDRESS}, at agent ${agent.id}: failed`
  expect(audited.body).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ subject: asked })]) })
})

test('a tool of an agent that is not connected is not offered to run', { timeout: 240_000 }, async () => {
  await agent.stop()
  await page.getByText('eye is not connected').waitFor()
  expect(await page.getByRole('button', { name: 'Run', exact: true }).isDisabled()).toBe(true)
})

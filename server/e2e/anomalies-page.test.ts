import { randomBytes } from 'node:crypto'
import { Anomaly, pageOf } from '@eyenet/shared/api'
import type { AnomalyReport } from '@eyenet/shared/wire'
import { laneTopic } from '@eyenet/shared/wire'
import { connectAsync } from 'mqtt'
import type { Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { parts } from '../../install/parts.mjs'
import { type AgentProcess, startAgent } from './agent-process.testkit.ts'
import { setUpInPage, startBrowser } from './browser.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

const HOSTILE = '<img src=x onerror=document.title=1>'
const MINUTE_MS = 60_000

test.skipIf(parts.chromium === undefined)(
  'what an agent finds unusual appears in the open page, a person says that it was expected and takes it back, and it goes when it ends',
  { timeout: 240_000 },
  async () => {
    const [browser, server] = await Promise.all([startBrowser(stage), startServer(stage)])
    const page = await setUpInPage(browser, server)
    const settings = { host: { enabled: true } }
    const agent = await startAgent(stage, server, { name: 'eye', settings })
    const device = await until('the machine of the agent is a device', async () => (await server.api.devices())[0])
    // From here on this test speaks in the agent's name: what it finds by itself takes hours.
    await agent.stop()
    const found = {
      ...{ kind: 'anomaly' as const, device: device.id, since: Date.now() - 3 * MINUTE_MS, reason: 'above' },
      series: {
        name: 'device_cpu_ratio',
        labels: { site: agent.identity.site, device: device.id, cpu: HOSTILE },
      },
      ...{ score: 0.97, value: 0.93, low: 0.1, high: 0.4, detail: null },
      sentence: 'above the usual range for this hour: 0.93 where 0.1 to 0.4 is usual',
    }

    await page.goto(`${server.url}anomalies`)
    await page.getByRole('heading', { name: 'Nothing unusual now' }).waitFor()
    await tell(server, agent, [{ ...found, phase: 'began' }])
    // Nobody touched the page since.
    await page.getByRole('heading', { name: 'One thing is unusual now' }).waitFor()
    const row = page.locator('.anomaly-row')
    await row.getByText('93 %').waitFor()
    await row.getByText('usual 10 – 40 %').waitFor()
    await row.getByRole('link', { name: `CPU, ${HOSTILE}` }).waitFor()
    expect(await page.locator('.anomaly-row img').count()).toBe(0)

    const [known] = await anomalies(server)
    await sayAndTakeBack(page, server)
    await row.getByRole('link', { name: `CPU, ${HOSTILE}` }).click()
    await page.waitForURL(`**/anomalies/${known?.id}`)
    await page.getByText('taken back by ada').waitFor()

    await page.goBack()
    await tell(server, agent, [{ ...found, phase: 'ended', at: Date.now() }])
    await page.getByRole('heading', { name: 'Nothing unusual now' }).waitFor()
    await page
      .getByRole('region', { name: 'Anomalies that are over' })
      .getByText('Above the usual range for this hour', { exact: true })
      .waitFor()
    expect(await anomalies(server)).toMatchObject([{ id: known?.id, closedBy: 'agent' }])
    expect(await page.title()).toContain('Anomalies')
  },
)

/** The words of a person, with the undo of the page. */
async function sayAndTakeBack(page: Page, server: ServerProcess): Promise<void> {
  const row = page.locator('.anomaly-row')
  const expected = row.getByRole('button', { name: 'Expected' })
  await expected.click()
  await row.getByText('by ada').waitFor()
  expect(await expected.getAttribute('aria-pressed')).toBe('true')
  expect(await anomalies(server)).toMatchObject([{ feedback: { kind: 'expected', by: 'ada' } }])
  await page.getByRole('button', { name: 'Undo' }).click()
  await row.getByText('by ada').waitFor({ state: 'detached' })
  expect((await anomalies(server))[0]).not.toHaveProperty('feedback')
}

async function anomalies(server: ServerProcess): Promise<readonly Anomaly[]> {
  return (await server.api.get('/api/v1/anomalies', pageOf(Anomaly))).items
}

type Told = Omit<AnomalyReport, 'epoch' | 'seq' | 'at' | 'device' | 'since'> & {
  readonly device: string
  readonly since: number
  readonly at?: number
}

/** Publishes events in the agent's name, with an outbox of their own, and waits until the server has taken them. */
async function tell(server: ServerProcess, agent: AgentProcess, events: readonly Told[]): Promise<void> {
  const { agent: id, site, mqttPassword = '' } = agent.identity
  const client = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, {
    ...{ clientId: id, username: id, password: mqttPassword, reconnectPeriod: 0 },
  })
  const epoch = randomBytes(8).toString('hex')
  for (const [seq, event] of events.entries()) {
    const body = Buffer.from(JSON.stringify({ at: event.since, ...event, epoch, seq }))
    await client.publishAsync(laneTopic({ site, agent: id }, 'events'), Buffer.concat([Buffer.from([0]), body]), {
      qos: 1,
    })
  }
  await client.endAsync()
}

import { afterAll, expect, test } from 'vitest'
import { parts } from '../../install/parts.mjs'
import { startAgent } from './agent-process.testkit.ts'
import { setUpInPage, startBrowser } from './browser.testkit.ts'
import { startServer } from './server-process.testkit.ts'
import { startSnmpd } from './snmpd.testkit.ts'
import { Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'
import { startWebhook } from './webhook.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

const RULES = {
  groups: [
    {
      name: 'test',
      interval: '1s',
      rules: [
        {
          alert: 'SwitchDown',
          expr: 'snmp_up == 0',
          for: '3s',
          labels: { severity: 'critical' },
          annotations: { summary: '{{ $labels.device }} does not answer' },
        },
      ],
    },
  ],
}

test.skipIf(parts.snmpd === undefined || parts.chromium === undefined)(
  'a real device: charts fill within three polls; when it goes silent the page turns red and one webhook comes, and one more when it is back',
  { timeout: 240_000 },
  async () => {
    const [webhook, snmpd, browser] = await Promise.all([startWebhook(stage), startSnmpd(stage), startBrowser(stage)])
    const server = await startServer(stage, {
      alerting: {
        ruleFiles: [stage.write('rules.yaml', JSON.stringify(RULES))],
        webhooks: [{ name: 'chat', url: webhook.url }],
      },
    })
    const page = await setUpInPage(browser, server)
    const target = { name: 'sw1', address: snmpd.address, ping: false }
    await startAgent(stage, server, {
      name: 'eye',
      settings: {
        // As far apart as the points of the chart below: 15 minutes.
        intervalSeconds: 5,
        credentials: { lab: { version: '2c', community: 'public' } },
        targets: [{ ...target, snmp: { credential: 'lab', port: snmpd.port, timeoutMs: 500, retries: 0 } }],
      },
    })

    const device = await until('the device is in the inventory', async () =>
      (await server.api.devices()).find((one) => one.name === 'sw1'),
    )
    await page.goto(`${server.url}devices/${device.id}?range=15m`)
    await page.getByRole('heading', { name: 'sw1', level: 1 }).waitFor()
    // The chart in words, and drawn: a rate needs two polls, so the third one at the latest fills it.
    const traffic = page.getByRole('figure', { name: 'Traffic, all interfaces' })
    await traffic.getByRole('img', { name: /maximum [\d.,]+.*last [\d.,]+/ }).waitFor()
    await traffic.locator('canvas').waitFor()
    const polled = await server.api.query(`snmp_up{device="${device.id}"}[10m]`)
    const charted = await server.api.query(`rate(ifHCInOctets{device="${device.id}"}[1m])`)
    expect(charted.length).toBeGreaterThan(0)
    expect(polled[0]?.values.length).toBeLessThanOrEqual(3)
    expect(webhook.calls).toEqual([])

    await snmpd.stop()
    const pending = await until('the alert is pending', async () => (await server.api.activeAlerts())[0])
    expect(pending).toMatchObject({ state: 'pending', labels: { alertname: 'SwitchDown', device: device.id } })
    const [fired] = await until('the alert fires', async () => {
      const alerts = await server.api.alerts()
      return alerts.length > 0 && alerts
    })
    expect(fired).toMatchObject({ id: pending.id, state: 'firing', device: device.id })
    await until('the webhook comes', () => webhook.calls.length > 0)
    expect(webhook.calls[0]).toMatchObject({ status: 'firing', receiver: 'chat' })
    expect(webhook.calls[0]?.alerts[0]?.labels).toMatchObject({ alertname: 'SwitchDown', device: device.id })
    // Nobody touched the page since.
    const head = page.locator('.page-head')
    await head.getByText('Critical').waitFor()
    await page.getByRole('heading', { name: 'Open alerts' }).waitFor()
    const colour = await head.locator('.state').evaluate((mark) => getComputedStyle(mark).color)
    expect(redness(colour)).toBeGreaterThan(1.5)

    await snmpd.start()
    const resolved = await until('the alert is resolved', async () => (await server.api.alerts('resolved'))[0])
    expect(resolved.id).toBe(pending.id)
    await until('the second webhook comes', () => webhook.calls.length > 1)
    await head.getByText('OK').waitFor()
    expect(webhook.calls.map((call) => call.status)).toEqual(['firing', 'resolved'])
    const told = await until('both notifications are sent', async () => {
      const { notifications } = (await server.api.alerts('resolved'))[0] ?? { notifications: [] }
      return notifications.filter((one) => one.state === 'sent').length === 2 && notifications
    })
    expect(told.map((one) => [one.change, one.attempts])).toEqual([
      ['firing', 1],
      ['resolved', 1],
    ])
  },
)

/** How much more red a colour has than green and blue. */
function redness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number)
  return red / Math.max(1, green, blue)
}

import { expect, test } from 'vitest'
import type { AlertNotice } from './channel.ts'
import { webhookBody } from './webhook.ts'

const firing: AlertNotice = {
  alert: '6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11',
  change: 'firing',
  labels: { alertname: 'DeviceDown', severity: 'critical', device: 'core-1' },
  annotations: { summary: 'core-1 does not answer' },
  startsAt: Date.UTC(2026, 5, 1),
  url: 'https://eyenet.example.net/alerts/1',
  externalUrl: 'https://eyenet.example.net',
}

test("a firing alert has the shape of Alertmanager's webhook, version 4", () => {
  const { alerts, ...group } = webhookBody('hook', firing)
  expect(group).toEqual({
    version: '4',
    groupKey: expect.stringMatching(/^\{\}:\{alertname="DeviceDown"\}\/[0-9a-f]{16}$/),
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'hook',
    groupLabels: { alertname: 'DeviceDown' },
    commonLabels: firing.labels,
    commonAnnotations: firing.annotations,
    externalURL: 'https://eyenet.example.net',
  })
  expect(alerts).toEqual([
    {
      status: 'firing',
      labels: firing.labels,
      annotations: firing.annotations,
      startsAt: '2026-06-01T00:00:00.000Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'https://eyenet.example.net/alerts/1',
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    },
  ])
})

test('the resolution carries its end and the fingerprint of the firing; other labels have another', () => {
  const resolved = webhookBody('hook', { ...firing, change: 'resolved', endsAt: firing.startsAt + 60_000 })
  const other = webhookBody('hook', { ...firing, labels: { ...firing.labels, device: 'core-2' } })
  const fingerprint = webhookBody('hook', firing).alerts[0]?.fingerprint
  expect(resolved).toMatchObject({ status: 'resolved', alerts: [{ endsAt: '2026-06-01T00:01:00.000Z', fingerprint }] })
  expect(other.alerts[0]?.fingerprint).not.toBe(fingerprint)
})

import { randomBytes } from 'node:crypto'
import { DeviceId, epochMs } from '@eyenet/shared/identity'
import { LinksReport, MAX_LINKS } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { MAX_MESSAGE_BYTES, sentReport } from '../buffer/report-body.ts'
import { LinkTeller } from './links.ts'
import type { LinkParts } from './told-parts.ts'

const DEVICE = DeviceId.parse('00000000-0000-4000-8000-000000000001')
const HEAD = { epoch: LinksReport.shape.epoch.parse('0123456789abcdef'), seq: 1 }
const at = (nowMs: number) => ({ device: DEVICE, at: epochMs(nowMs), nowMs })

const text = (length: number): string => randomBytes(length).toString('latin1')
const ports = Array.from({ length: 400 }, (_, port) => `TenGigabitEthernet1/${port >> 6}/${port & 63}`)

/** As many of everything as a report may hold, in texts that do not deflate. */
const EVERYTHING: LinkParts = {
  identifiers: ['00:00:5e:00:53:00'],
  neighbors: Array.from({ length: MAX_LINKS.neighbors }, () => ({
    ...{ protocol: 'lldp' as const, port: text(255), remoteSysName: text(255), remotePort: text(255) },
    ...{ remotePortDescr: text(255), remoteChassisId: text(255), remoteSysDescr: text(500) },
  })),
  arp: Array.from({ length: MAX_LINKS.arp }, (_, one) => ({
    ip: `192.0.2.${one}`,
    mac: randomBytes(6).toString('hex'),
  })),
  forwarding: ports.map((port) => ({ port, vlan: 10, macs: randomBytes(6 * 50).toString('hex') })),
}

test('each report fits a message, whatever a device tells, and names the parts that were cut', () => {
  const reports = new LinkTeller().reports(EVERYTHING, [], at(0))
  for (const report of reports) {
    const message = sentReport(Buffer.from(JSON.stringify(report)), HEAD)
    expect(message.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
    expect(() => LinksReport.parse({ ...report, ...HEAD })).not.toThrow()
  }
  const whole = (name: keyof LinkParts) => reports.filter((one) => one[name] !== undefined)
  expect(whole('forwarding').map(({ forwarding }) => forwarding)).toEqual([EVERYTHING.forwarding])
  expect(whole('arp')[0]?.arp).toHaveLength(MAX_LINKS.arp)
  expect(reports.flatMap(({ truncated }) => truncated)).toEqual(['neighbors'])
})

test('a part is told when it differs, and after a day', () => {
  const teller = new LinkTeller()
  const parts: LinkParts = { identifiers: ['a'], vlans: [{ id: 1, name: 'one' }] }
  expect(teller.reports(parts, ['vlans'], at(0))).toMatchObject([{ ...parts, truncated: ['vlans'] }])
  expect(teller.reports(parts, [], at(86_399_999))).toEqual([])
  const [changed] = teller.reports({ ...parts, vlans: [] }, [], at(86_399_999))
  expect(changed).toMatchObject({ vlans: [] })
  expect(changed).not.toHaveProperty('identifiers')
  expect(teller.reports(parts, [], at(86_400_000))[0]).toMatchObject(parts)
})

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { DeviceId } from '@eyenet/shared/identity'
import pino from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { Collector } from '../device/collector.testkit.ts'
import { findProgram } from '../probe/probe.ts'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { PassiveCapture } from './capture.ts'
import { openTcpdump } from './tcpdump.ts'

const DEVICE = DeviceId.parse('00000000-0000-4000-8000-000000000001')
/** A namespace with one end of a cable; the other end is here. */
const [SPACE, NEAR, FAR] = [`eyenet-${process.pid}`, `eyn${process.pid % 100_000}`, `eyf${process.pid % 100_000}`]
const FAR_ADDRESS = '198.51.100.2'

const run = (...words: string[]): string => execFileSync(words[0] ?? '', words.slice(1), { stdio: 'pipe' }).toString()

function madeCable(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root'
  if (findProgram('tcpdump') === null || findProgram('ip') === null) return 'it needs tcpdump and ip'
  try {
    run('ip', 'netns', 'add', SPACE)
    run('ip', 'link', 'add', NEAR, 'type', 'veth', 'peer', 'name', FAR)
    run('ip', 'link', 'set', FAR, 'netns', SPACE)
    // Else the kernel asks for routers by itself.
    writeFileSync(`/proc/sys/net/ipv6/conf/${NEAR}/disable_ipv6`, '1')
    run('ip', 'link', 'set', NEAR, 'up')
    inSpace('ip', 'link', 'set', FAR, 'up')
    inSpace('ip', 'addr', 'add', `${FAR_ADDRESS}/24`, 'dev', FAR)
    return undefined
  } catch (thrown) {
    return `no network namespaces here: ${thrown instanceof Error ? thrown.message.slice(0, 200) : ''}`
  }
}

const inSpace = (...words: string[]): string => run('ip', 'netns', 'exec', SPACE, ...words)

afterEach(() => {
  for (const words of [
    ['link', 'del', NEAR],
    ['netns', 'del', SPACE],
  ]) {
    try {
      run('ip', ...words)
    } catch {
      // It was not made.
    }
  }
})

test('stations at the far end of a real cable are seen by tcpdump, and nothing is sent to them', async (context) => {
  const lack = madeCable()
  if (lack !== undefined) context.skip(lack)
  const told = new Collector()
  const clock = new FakeClock(Date.now())
  let frames = 0
  const capture = new PassiveCapture({
    ...{ clock, outbox: told, logger: pino({ level: 'silent' }), device: () => DEVICE },
    interfaces: () => [NEAR],
    open: (name, { frame, ended }) =>
      openTcpdump(name, {
        ended,
        frame(octets) {
          frames++
          frame(octets)
        },
      }),
  })
  capture.want(true)
  try {
    // Nobody answers: each ask is a frame of ARP.
    await vi.waitFor(
      () => {
        inSpace('sh', '-c', 'ping -c 1 -W 1 198.51.100.9 || true')
        expect(frames).toBeGreaterThan(0)
      },
      { interval: 200 },
    )
    await clock.advance(60_000)
  } finally {
    capture.close()
  }
  const mac = inSpace('cat', `/sys/class/net/${FAR}/address`).trim()
  const via = { device: DEVICE, port: NEAR }
  expect(told.findings).toMatchObject([{ items: [{ mac, address: FAR_ADDRESS, how: 'passive', via }] }])
  expect(readFileSync(`/sys/class/net/${NEAR}/statistics/tx_packets`, 'utf8').trim()).toBe('0')
})

import { afterAll, expect, test } from 'vitest'
import { createPinger } from './probe.ts'

const pinger = createPinger({ without: ['ping-program'] })
afterAll(() => pinger.close())
// Needs CAP_NET_RAW and the raw-socket package built.
const rawTest = test.skipIf(pinger.kind !== 'raw-socket')

rawTest.each(['127.0.0.1', '::1'])('%s answers every echo', async (address) => {
  const outcome = await pinger.ping(address, { count: 3 })
  expect(outcome).toMatchObject({ kind: 'reply', sent: 3, received: 3, lossRatio: 0 })
  if (outcome.kind === 'reply') expect(outcome.rttSeconds).toBeGreaterThan(0)
})

rawTest('five hundred targets at once are paced and all answered', async () => {
  const addresses = Array.from({ length: 500 }, (_, at) => `127.0.${1 + (at >> 8)}.${at & 0xff}`)
  const outcomes = await Promise.all(addresses.map((address) => pinger.ping(address, { timeoutMs: 5_000 })))
  expect(outcomes.filter((outcome) => outcome.kind === 'reply')).toHaveLength(500)
})

rawTest('two pingers do not take each other for answered', async () => {
  const other = createPinger({ without: ['ping-program'] })
  const outcomes = await Promise.all([pinger.ping('127.0.0.1', { count: 5 }), other.ping('127.0.0.1', { count: 5 })])
  other.close()
  expect(outcomes).toMatchObject([{ received: 5 }, { received: 5 }])
})

rawTest('an address that this machine refuses is unreachable', async () => {
  expect((await pinger.ping('255.255.255.255', { timeoutMs: 50 })).kind).toBe('unreachable')
})

rawTest('an address where nobody answers is a timeout or unreachable', async () => {
  expect(['timeout', 'unreachable']).toContain((await pinger.ping('2001:db8::1', { timeoutMs: 50 })).kind)
})

rawTest('closing ends open pings', async () => {
  const mine = createPinger({ without: ['ping-program'] })
  const open = mine.ping('192.0.2.254', { timeoutMs: 20_000 })
  await new Promise((resolve) => setImmediate(resolve))
  mine.close()
  expect(['timeout', 'unreachable']).toContain((await open).kind)
})

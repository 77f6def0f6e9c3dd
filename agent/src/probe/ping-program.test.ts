import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findProgram } from './find-program.ts'
import { readPingOutput } from './ping-program.ts'
import { createPinger, describePing } from './probe.ts'

const folder = mkdtempSync(join(tmpdir(), 'eyenet-ping-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function program(name: string, script: string): string {
  const file = join(folder, name)
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return file
}

const IPUTILS = `PING 192.0.2.1 (192.0.2.1) 56(84) bytes of data.
64 bytes from 192.0.2.1: icmp_seq=1 ttl=64 time=0.500 ms
64 bytes from 192.0.2.1: icmp_seq=3 ttl=64 time=1.500 ms

--- 192.0.2.1 ping statistics ---
3 packets transmitted, 2 received, 33.3333% packet loss, time 402ms
rtt min/avg/max/mdev = 0.500/1.000/1.500/0.500 ms
`
const BUSYBOX = `PING 192.0.2.1 (192.0.2.1): 56 data bytes
64 bytes from 192.0.2.1: seq=0 ttl=64 time=0.250 ms

--- 192.0.2.1 ping statistics ---
1 packets transmitted, 1 packets received, 0% packet loss
round-trip min/avg/max = 0.250/0.250/0.250 ms
`

test("iputils' answer is read", () => {
  const outcome = readPingOutput(IPUTILS, '', 3)
  expect(outcome).toEqual({
    kind: 'reply',
    rttSeconds: 0.0005,
    meanRttSeconds: 0.001,
    maxRttSeconds: 0.0015,
    sent: 3,
    received: 2,
    lossRatio: 1 / 3,
  })
  expect(describePing(outcome, '192.0.2.1')).toBe('Ping of 192.0.2.1: 2 of 3 answered, 0.50 ms at best.')
})

test("busybox' answer is read", () => {
  expect(readPingOutput(BUSYBOX, '', 1)).toMatchObject({ kind: 'reply', rttSeconds: 0.00025, lossRatio: 0 })
})

test.each([
  ['2 packets transmitted, 0 received, 100% packet loss', '', 'timeout'],
  ['From 192.0.2.9 icmp_seq=1 Destination Host Unreachable\n1 packets transmitted, 0 received', '', 'unreachable'],
  ['', 'ping: connect: Network is unreachable', 'unreachable'],
  ['', 'ping: socket: Operation not permitted', 'unavailable'],
  ['', 'Usage: ping', 'unavailable'],
])('the answer %j %j is %s', (stdout, stderr, kind) => {
  expect(readPingOutput(stdout, stderr, 1).kind).toBe(kind)
})

test('the program gets the address as one argument and never through a shell', async () => {
  const args = join(folder, 'args')
  const file = program('ping-args', `printf '%s\\n' "$@" > ${args}\nexit 1`)
  const pinger = createPinger({ without: ['raw-socket'], program: file })
  expect(pinger.kind).toBe('ping-program')
  expect(pinger.lack).toContain('CAP_NET_RAW')
  for (const hostile of ['192.0.2.1; touch pwned', '-f', '$(id)', 'sw1.example.net', '']) {
    expect((await pinger.ping(hostile)).kind).toBe('unreachable')
  }
  await pinger.ping('2001:db8::1', { count: 3, timeoutMs: 1_500 })
  expect(readFileSync(args, 'utf8').trim().split('\n')).toEqual([
    '-n',
    '-c',
    '3',
    '-i',
    '0.2',
    '-W',
    '2',
    '2001:db8::1',
  ])
})

test('no more than eight processes run at once, and all pings are answered', async () => {
  const file = program(
    'ping-slow',
    `touch ${folder}/run.$$; ls ${folder} | grep -c '^run' >> ${folder}/most; rm ${folder}/run.$$`,
  )
  const pinger = createPinger({ without: ['raw-socket'], program: file })
  const outcomes = await Promise.all(Array.from({ length: 30 }, () => pinger.ping('192.0.2.1')))
  expect(outcomes).toHaveLength(30)
  const seen = readFileSync(join(folder, 'most'), 'utf8').trim().split('\n').map(Number)
  expect(Math.max(...seen)).toBeLessThanOrEqual(8)
})

test('a program that cannot be started is unavailable', async () => {
  const pinger = createPinger({ without: ['raw-socket'], program: join(folder, 'gone') })
  expect((await pinger.ping('192.0.2.1')).kind).toBe('unavailable')
})

test('where nothing can ping, a sentence says what to do', async () => {
  const pinger = createPinger({ without: ['raw-socket', 'ping-program'] })
  expect(pinger.kind).toBe('none')
  expect(pinger.lack).toMatch(/CAP_NET_RAW.*apt-get install iputils-ping/)
  expect((await pinger.ping('127.0.0.1')).kind).toBe('unavailable')
})

test.skipIf(findProgram('ping') === null)('the real ping program answers on loopback', async () => {
  const pinger = createPinger({ without: ['raw-socket'] })
  expect(await pinger.ping('127.0.0.1', { count: 2 })).toMatchObject({ kind: 'reply', sent: 2, lossRatio: 0 })
  expect((await pinger.ping('::1')).kind).toBe('reply')
})

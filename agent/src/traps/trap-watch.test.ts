import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { DeviceId } from '@eyenet/shared/identity'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parts } from '../../../install/parts.mjs'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { TrapWatch } from './traps.ts'

const netSnmp = createRequire(import.meta.url)('net-snmp')
const run = promisify(execFile)
const DEVICE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const HERE = '127.0.0.1'

let clock: FakeClock
let looked: string[]
let said: string[]
let watch: TrapWatch
const closers: (() => unknown)[] = []

beforeEach(() => {
  clock = new FakeClock(1_700_000_000_000)
  looked = []
  said = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void said.push(JSON.parse(line).problem) })
  watch = new TrapWatch({
    ...{ clock, logger: log },
    *targets() {
      yield { key: 'by name', address: 'switch.example.net', device: undefined }
      yield { key: 'by address', address: '127.0.0.9', device: DEVICE }
    },
    resolve: async (name) => (name === 'switch.example.net' ? '127.0.0.2' : undefined),
    look: (key) => looked.push(key),
  })
  closers.push(() => watch.close())
})

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const settle = () => new Promise(setImmediate)

async function listening(address?: string): Promise<number> {
  const port = await freePort()
  watch.configure({ port, address })
  await expect.poll(() => watch.port).toBe(port)
  await settle()
  return port
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, HERE, resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return port
}

type Options = { readonly from?: string; readonly version?: number; readonly type?: number }

/** One notification by another implementation of SNMP. */
function sent(
  what: 'trap' | 'inform',
  port: number,
  { from = '127.0.0.2', version = netSnmp.Version2c, type = 3 }: Options = {},
) {
  const session = netSnmp.createSession(HERE, 'any', { trapPort: port, sourceAddress: from, version, timeout: 2_000 })
  return new Promise<Error | null>((resolve) => {
    session[what](type - 1, (failure: Error | null) => {
      session.close()
      resolve(failure)
    })
  })
}

test('a watched device that says that a link went down is looked at, by v1 and v2c, whatever address it sends from', async () => {
  const port = await listening()
  watch.owned(DEVICE, ['127.0.0.9', '127.0.0.3'])
  watch.configure({ port })
  await settle()
  await sent('trap', port)
  await expect.poll(() => looked).toEqual(['by name'])
  await sent('trap', port, { from: '127.0.0.3', version: netSnmp.Version1, type: netSnmp.TrapType.LinkUp + 1 })
  await expect.poll(() => looked).toEqual(['by name', 'by address'])
  // Somebody else, and a device that says something else.
  await sent('trap', port, { from: '127.0.0.4' })
  await sent('trap', port, { type: netSnmp.TrapType.AuthenticationFailure + 1 })
  await expect.poll(() => [watch.counts.stranger, watch.counts.other]).toEqual([1, 1])
  // Twice within half a minute: once more when it is over.
  await sent('trap', port)
  await sent('trap', port)
  await expect.poll(() => watch.counts.later).toBe(2)
  await clock.advance(29_000)
  expect(looked).toHaveLength(2)
  await clock.advance(1_000)
  expect(looked).toEqual(['by name', 'by address', 'by name'])
  expect(watch.counts).toEqual({ used: 2, later: 2, 'held-back': 0, other: 1, unreadable: 0, stranger: 1 })
})

test('who informs gets its confirmation, a stranger none', async () => {
  const port = await listening(HERE)
  expect(await sent('inform', port)).toBeNull()
  expect(looked).toEqual(['by name'])
  const stranger = createSocket('udp4')
  closers.push(() => stranger.close())
  const answers: Buffer[] = []
  stranger.on('message', (packet) => answers.push(packet))
  await new Promise<void>((resolve) => stranger.bind(0, '127.0.0.4', resolve))
  stranger.send(Buffer.from('30060201010400', 'hex'), port, HERE)
  await expect.poll(() => watch.counts.stranger).toBe(1)
  expect(answers).toEqual([])
})

test.skipIf(parts.snmptrap === undefined)('traps of v3 count where they are not encrypted', async () => {
  const port = await listening()
  const user = [
    '-v3',
    '-e',
    '0x8000000001020304',
    '-u',
    'u',
    '-a',
    'SHA',
    '-A',
    'a-password',
    '-x',
    'AES',
    '-X',
    'b-password',
  ]
  const trap = (level: string) =>
    run(parts.snmptrap ?? '', [
      ...user,
      '-l',
      level,
      `--clientaddr=127.0.0.2`,
      `udp:${HERE}:${port}`,
      '',
      '1.3.6.1.6.3.1.1.5.3',
    ])
  await trap('authNoPriv')
  await expect.poll(() => looked).toEqual(['by name'])
  await trap('authPriv')
  await expect.poll(() => watch.counts.unreadable).toBe(1)
})

test('a port that cannot be opened is said once with what to do, tried again each minute, and closed when not wanted', async () => {
  const other = createSocket('udp4')
  await new Promise<void>((resolve) => other.bind(0, HERE, resolve))
  const { port } = other.address()
  watch.configure({ port, address: HERE })
  await expect
    .poll(() => said)
    .toEqual([
      `UDP port ${port} of ${HERE} belongs to another program, such as snmptrapd: stop that, or choose another discovery.traps.port`,
    ])
  await clock.advance(60_000)
  await settle()
  await new Promise<void>((resolve) => other.close(() => resolve()))
  expect(watch.port).toBeUndefined()
  await expect
    .poll(async () => {
      await clock.advance(60_000)
      return watch.port
    })
    .toBe(port)
  expect(said).toHaveLength(1)
  watch.configure(undefined)
  expect(watch.port).toBeUndefined()
})

test('while names are asked again, those stay known that were, and nobody asks twice at a time', async () => {
  let asked = 0
  const later = new TrapWatch({
    ...{ clock, logger: pino({ level: 'silent' }), look: (key) => looked.push(key) },
    *targets() {
      yield { key: 'by name', address: 'switch.example.net', device: undefined }
    },
    resolve: (name) => (asked++ === 0 ? Promise.resolve('127.0.0.2') : new Promise(() => name)),
  })
  closers.push(() => later.close())
  const port = await freePort()
  later.configure({ port, address: HERE })
  await expect.poll(() => later.port).toBe(port)
  await settle()
  for (let minute = 0; minute < 3; minute += 1) await clock.advance(60_000)
  expect(asked).toBe(2)
  await sent('trap', port)
  await expect.poll(() => looked).toEqual(['by name'])
})

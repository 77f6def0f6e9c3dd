import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Ended, runCommand } from './run-command.testkit.ts'
import { topologyCommand } from './topology.ts'

const EVIL = 'core\u001b[2J\u009b\u202e-1'
const AT = Date.UTC(2026, 5, 1)
const id = (number: number): string => `0190bbbb-0000-7000-8000-00000000000${number}`
const [ROUTER, CORE, TWIN, EYE, SPARE] = [id(1), id(2), id(3), id(4), id(5)]
const TASK = '0190dddd-0000-4000-8000-000000000001'
const device = (own: string, name: string) => ({
  ...{ id: own, kind: 'device', device: own, name, site: 'lab', role: 'router', place: '' },
})
const agent = (own: string, name: string, state: string) => ({
  ...{ id: own, name, site: 'lab', state, since: AT, version: '1', hostname: name, enrolledAt: AT, devices: 1 },
  ...{ desiredRevision: 1, actualRevision: 1, notices: [] },
})
const nodes = [
  device(ROUTER, 'gate'),
  device(CORE, EVIL),
  ...[device(TWIN, 'Twin'), device(id(6), 'twin')],
  { id: 'heard:x', kind: 'heard', name: 'stranger', role: 'switch', place: '' },
]
const task = (more: object) => ({
  ...{ id: TASK, agent: EYE, kind: 'traceroute', about: '192.0.2.9', by: 'cli', at: AT, state: 'running' },
  ...more,
})
const hop = (number: number, place: string, more: object) => ({
  hop: number,
  place,
  rtts: [],
  lost: 3,
  answers: [],
  ...more,
})
const LAID = {
  hops: [
    hop(1, 'expected', { answers: [{ address: '192.0.2.1', node: ROUTER }], rtts: [0.00042, 0.001, 0.002], lost: 0 }),
    hop(2, 'silent', {}),
    hop(3, 'unknown', {
      answers: [{ address: `203.0.113.1${EVIL}` }, { address: '203.0.113.2' }],
      rtts: [1.5],
      lost: 2,
    }),
    hop(4, 'expected', { answers: [{ address: '192.0.2.9', node: CORE }], rtts: [0.004], lost: 2 }),
  ],
  expected: [
    { node: ROUTER, link: 'l1', hop: 1 },
    { node: CORE, hop: 4 },
  ],
  ...{ taken: [], outcome: 'as-expected', text: `The packets go as the map has it. Not on the map: ${EVIL}.` },
}
/** Over a router that the map has nowhere on the way. */
const BESIDE = {
  ...{ ...LAID, outcome: 'elsewhere', text: 'The packets go by Twin.' },
  hops: [hop(1, 'elsewhere', { answers: [{ address: '192.0.2.3', node: TWIN }], rtts: [0.001], lost: 2 })],
}
const ended = (end: string, message = 'The target is 4 hops away.') =>
  task({ state: 'done', result: { kind: 'traceroute', ended: end, message, hops: [] } })

/** What the server says of the trace, one after the other; the last one again and again. */
let says: unknown[] = []
const asked: string[] = []
/** Somebody presses Ctrl-C as soon as the trace runs. */
let isImpatient = false
let agents = [agent(EYE, 'Eye', 'connected'), agent(SPARE, 'spare', 'disconnected')]
const folder = mkdtempSync(join(tmpdir(), 'eyenet-cli-trace-'))
const token = join(folder, 'token')
let server: Server
let url = ''

function answerTo(what: string): unknown {
  if (what === 'GET /api/v1/agents') return { items: agents, total: agents.length }
  if (what === 'GET /api/v1/topology') return { at: AT, seq: 1, nodes, links: [], vlans: [] }
  if (what === 'POST /api/v1/topology/trace') return { task: task({}) }
  if (what.startsWith('DELETE')) return {}
  return says.length > 1 ? says.shift() : says[0]
}

beforeAll(async () => {
  writeFileSync(token, 'eyn_good\n')
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const what = `${request.method} ${new URL(request.url ?? '', 'http://localhost').pathname}`
    asked.push(`${what} ${body}`.trim())
    if (isImpatient && what === `GET /api/v1/topology/trace/${EYE}/${TASK}`) process.emit('SIGINT')
    response.writeHead(200).end(JSON.stringify(answerTo(what)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  asked.length = 0
  isImpatient = false
  agents = [agent(EYE, 'Eye', 'connected'), agent(SPARE, 'spare', 'disconnected')]
  says = [{ task: task({ progress: { done: 1, at: EVIL } }) }, { task: ended('whole'), laid: LAID }]
})

const trace = (...words: readonly string[]): Promise<Ended> =>
  runCommand([topologyCommand()], ['topology', 'trace', ...words, '--server', url, '--token-file', token])
const STEERS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/

test('a way is traced with its progress told, and its hops stand beside the way of the map', async () => {
  const { status, out, err, told } = await trace('--agent', 'eye', EVIL)
  expect({ status, err }).toEqual({ status: 0, err: '' })
  expect(asked.find((one) => one.startsWith('POST'))).toBe(
    `POST /api/v1/topology/trace ${JSON.stringify({ from: EYE, to: { device: CORE }, maxHops: 30, timeoutMs: 60_000 })}`,
  )
  expect(told).toBe('Eye traces the way to 192.0.2.9\nhop 1: core [2J -1\n')
  expect(out.split('\n').map((line) => line.trimEnd().replaceAll(/ {2,}/g, ' | '))).toEqual([
    '192.0.2.9, traced from Eye: The target is 4 hops away.',
    '',
    'the map has | hop | address | who | round trip | lost',
    'gate | 1 | 192.0.2.1 | gate | 0.42 ms',
    ' | 2 | * | no answer',
    ' | 3 | 203.0.113.1core [2J -1 | not on the map | 1.5 s | 2 of 3',
    ' | 203.0.113.2 | not on the map',
    'core [2J -1 | 4 | 192.0.2.9 | core [2J -1 | 4 ms | 2 of 3',
    '',
    'As expected: The packets go as the map has it. Not on the map: core [2J -1.',
    '',
  ])
  expect(STEERS.test(`${out}${told}`)).toBe(false)
})

test('who answers beside the way of the map is told as that, where the map knows a way', async () => {
  says = [{ task: ended('whole'), laid: BESIDE }]
  const beside = await trace('gate')
  says = [{ task: ended('whole'), laid: { ...BESIDE, expected: [], outcome: 'unknown', text: 'No way.' } }]
  const alone = await trace('gate')
  expect([beside.status, beside.out]).toEqual([0, expect.stringMatching(/192\.0\.2\.3 +Twin, beside it +1 ms +2 of 3/)])
  expect(beside.out).toContain('Another way: The packets go by Twin.')
  expect([alone.status, alone.out]).toEqual([0, expect.stringMatching(/192\.0\.2\.3 +Twin +1 ms/)])
})

test('an address is traced by the only agent that is connected, and JSON has no chatter beside it', async () => {
  const { status, out, told } = await trace('2001:db8::9', '--json', '--timeout', '5')
  expect([status, told, JSON.parse(out).laid.outcome]).toEqual([0, '', 'as-expected'])
  expect(asked.some((one) => one.includes('"to":{"address":"2001:db8::9"},"maxHops":30,"timeoutMs":5000'))).toBe(true)
})

test('Ctrl-C has the agent stop, and what came until then is told', async () => {
  isImpatient = true
  says = [{ task: task({}) }, { task: ended('cancelled', 'It was stopped.') }]
  const listeners = process.listenerCount('SIGINT')
  const { status, out, told } = await trace('gate')
  expect([status, told]).toEqual([66, 'Eye traces the way to 192.0.2.9\nstopping it …\n'])
  expect(asked).toContain(`DELETE /api/v1/agents/${EYE}/tasks/${TASK}`)
  expect(out).toContain('It was stopped.\nNothing on the way answered.')
  expect(process.listenerCount('SIGINT')).toBe(listeners)
})

test('how a trace ended is a status of its own', async () => {
  const cut = { ...LAID, outcome: 'cut', text: 'After gate nobody answers.' }
  const all = [
    { task: ended('limit'), laid: cut },
    { task: ended('failed', 'No program that traces is there.') },
    { task: task({ state: 'failed', problem: `the agent refused: ${EVIL}` }) },
  ]
  const ends: Ended[] = []
  for (const one of all) {
    says = [one]
    ends.push(await trace('gate'))
  }
  expect(ends.map(({ status }) => status)).toEqual([66, 69, 69])
  expect(ends[0]?.out).toContain('Not reached: After gate nobody answers.')
  expect(ends[1]?.out).toContain('No program that traces is there.')
  expect(ends[2]?.err).toBe('the trace failed: the agent refused: core [2J -1')
})

test('who cannot trace and what cannot be traced is refused before anybody is asked', async () => {
  const ends = [
    await trace('nobody'),
    await trace('twin'),
    await trace('stranger'),
    await trace('gate', '--agent', 'nobody'),
    await trace('gate', '--timeout', '9999'),
    await trace('gate', '--max-hops', '0'),
  ]
  agents = [agent(EYE, EVIL, 'connected'), agent(SPARE, 'spare', 'connected')]
  ends.push(await trace('gate'))
  agents = [agent(EYE, 'eye', 'disconnected')]
  ends.push(await trace('gate'))
  expect(ends.map(({ status }) => status)).toEqual([66, 65, 66, 66, 65, 65, 65, 69])
  expect(ends[3]?.err).toBe('there is no agent nobody; connected are Eye')
  expect(ends[6]?.err).toBe('name one with --agent: connected are core [2J -1, spare')
  expect(asked.some((one) => one.startsWith('POST'))).toBe(false)
})

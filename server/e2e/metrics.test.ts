import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runChild } from './child.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { Stage } from './stage.testkit.ts'

/** Prometheus' own scripts and their runner, where they lie beside the checkout. */
const SCRIPTS = fileURLToPath(new URL('../../../shared/promql/', import.meta.url))
const hasScripts = existsSync(`${SCRIPTS}promqlcheck.mjs`)
const SERIES = 40
const STEP_S = 10
const HOURS = 4
/** Sorts 140 million numbers, which takes many seconds on any machine. */
const HEAVY = 'quantile_over_time(0.5, heavy[1h])'

const stage = new Stage()
let server: ServerProcess
let token = ''
const now = Math.floor(Date.now() / 1000 / STEP_S) * STEP_S

beforeAll(async () => {
  server = await startServer(stage)
  token = await server.token('admin')
  await writeHeavySeries()
})
afterAll(() => stage.close())

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(new URL(path, server.url), { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })
}

async function write(lines: readonly string[]): Promise<void> {
  const answer = await ask('/write?precision=s', { method: 'POST', body: lines.join('\n') })
  expect([answer.status, await answer.text()]).toEqual([204, ''])
}

const range = (query: string, more = '', init: RequestInit = {}): Promise<Response> =>
  ask(`/api/v1/query_range?query=${encodeURIComponent(query)}&start=${now - 3 * 3600}&end=${now}&step=1${more}`, init)

async function writeHeavySeries(): Promise<void> {
  for (let from = now - HOURS * 3600; from <= now; from += 1_000) {
    const lines: string[] = []
    for (let time = from; time < Math.min(now + 1, from + 1_000); time += STEP_S) {
      for (let at = 0; at < SERIES; at += 1) lines.push(`heavy,at=${at} value=${(time * (at + 7)) % 1009} ${time}`)
    }
    await write(lines)
  }
}

test('while heavy queries run, everything else goes on; when their clients go, they end', async () => {
  const gone = new AbortController()
  const threads = Math.min(4, availableParallelism())
  let ended = 0
  const heavy = Array.from({ length: threads }, async () => {
    const answer = await range(HEAVY, '', { signal: gone.signal }).catch(() => undefined)
    ended += 1
    return answer
  })
  for (let round = 0; round < 20; round += 1) {
    await write(Array.from({ length: 500 }, (_, at) => `live,at=${at} value=${round} ${now - 100 + round}`))
    expect((await fetch(new URL('/healthz', server.url))).status).toBe(200)
  }
  expect(ended).toBe(0)
  gone.abort()
  expect(await Promise.all(heavy)).toEqual(heavy.map(() => undefined))
  const [count] = await server.api.query('sum(count_over_time(live[200s]))')
  expect(count?.values).toEqual([500 * 20])
}, 240_000)

test('a query over a limit is ended with 422, and the answer names the limit', async () => {
  const late = await range(HEAVY, '&timeout=300ms')
  expect(late.status).toBe(422)
  expect(await late.json()).toMatchObject({ errorType: 'timeout', error: expect.stringContaining('0.3 s') })
  const long = await ask(`/api/v1/query_range?query=heavy&start=${now - 86_400 * 30}&end=${now}&step=1`)
  expect(await long.json()).toMatchObject({ error: expect.stringContaining('11000 points') })
  const many = await ask('/api/v1/query?query=count_over_time((heavy*2)[4h:1ms])')
  expect([many.status, ((await many.json()) as { error: string }).error]).toEqual([422, expect.stringMatching(/\d{4}/)])
}, 240_000)

test('the same question is answered alike until samples of its time come, go, or are deleted', async () => {
  const count = async () => {
    const answer = await ask(`/api/v1/query?query=count_over_time(again[1h])&time=1200003600`)
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
    return data.result[0]?.value[1]
  }
  await write(['again value=1 1200000010'])
  expect([await count(), await count()]).toEqual(['1', '1'])
  await write(['again value=1 1200000020', 'again value=1 1200090000'])
  expect([await count(), await count()]).toEqual(['2', '2'])
  await ask('/api/v1/admin/tsdb/delete_series?match[]=again', { method: 'POST' })
  expect(await count()).toBeUndefined()
})

test('what was pushed is there after a kill, and a snapshot and an export have it', async () => {
  await write(['kept,a=b value=1.5 1000000000', 'kept,a=b value=2 1000000060'])
  await server.kill()
  await server.start()
  const snapshot = await ask('/api/v1/admin/tsdb/snapshot', { method: 'POST' })
  const { data } = (await snapshot.json()) as { data: { name: string } }
  expect(existsSync(`${server.data}/store/snapshots/${data.name}/chunks.db`)).toBe(true)
  const lines = await (await ask('/api/v1/export?match[]=kept')).text()
  expect(JSON.parse(lines)).toEqual({
    metric: { __name__: 'kept', a: 'b' },
    values: [1.5, 2],
    timestamps: [1_000_000_000_000, 1_000_000_060_000],
  })
}, 240_000)

// The last one: it deletes everything, again and again.
test.skipIf(!hasScripts)(
  "Prometheus' own scripts pass over HTTP",
  async () => {
    const words = [
      ...[`${SCRIPTS}promqlcheck.mjs`, '--base', server.url.replace(/\/$/, ''), '--token', token],
      ...['--files', `${SCRIPTS}tests`, '--max-fail', '5'],
      ...['--require', 'float-stable>=98%', '--require', 'annotations>=80%'],
    ]
    const { status, stdout, stderr } = await runChild(process.execPath, words)
    expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, ''])
  },
  120_000,
)

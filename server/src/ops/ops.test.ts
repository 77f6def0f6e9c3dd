import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { createOps } from './ops.ts'

const clock = { now: () => epochMs(1_000) }

test('it is ready when each part is, and names the one that is not', async () => {
  const ops = createOps({ version: '1', clock, checkTimeoutMs: 1 })
  ops.addCheck('db', () => ({ kind: 'ready' }))
  expect(await ops.readiness()).toEqual({ ready: true, checks: { db: { kind: 'ready' } } })
  ops.addCheck('broker', async () => ({ kind: 'failed', reason: 'port in use' }))
  ops.addCheck('store', () => Promise.reject(new Error('/var/lib/secret')))
  ops.addCheck('hung', () => new Promise(() => {}))
  expect(await ops.readiness()).toEqual({
    ready: false,
    checks: {
      db: { kind: 'ready' },
      broker: { kind: 'failed', reason: 'port in use' },
      store: { kind: 'failed', reason: 'the check itself failed' },
      hung: { kind: 'failed', reason: 'no answer in 1 ms' },
    },
  })
})

test('the metrics have the process, requests, and what other rooms count', async () => {
  const ops = createOps({ version: '1', clock })
  let dropped = 3
  ops.addCounter({ name: 'eyenet_server_dropped_total', help: 'Dropped.', read: () => dropped })
  ops.addGauge({ name: 'eyenet_server_connections', help: 'Open.', read: () => 7 })
  ops.observeHttp({ method: 'GET', route: '/healthz', status: 200, seconds: 0.001 })
  await ops.metrics()
  dropped = 5
  const { text, contentType } = await ops.metrics()
  expect(contentType).toMatch(/^text\/plain/)
  expect(text).toContain('eyenet_server_dropped_total 5')
  expect(text).toContain('eyenet_server_connections 7')
  expect(text).toContain(
    'eyenet_server_http_request_duration_seconds_count{method="GET",route="/healthz",status="200"} 1',
  )
  expect(text).toContain('process_cpu_seconds_total')
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ModelDetails } from '@eyenet/shared/api'
import { blankNetwork } from '@eyenet/shared/judge'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { JUDGE_SHAPE, writeOnnx } from '../src/learn/training/training.ts'
import { Database } from '../src/sqlite/sqlite.ts'
import { startAgent } from './agent-process.testkit.ts'
import { runChild } from './child.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { SERVER, Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())
let server: ServerProcess

beforeAll(async () => {
  server = await startServer(stage)
  await startAgent(stage, server, { name: 'eye', settings: {} })
})

/** A model whose answers differ with the number. */
function modelFile(name: string, bias: number): string {
  const network = blankNetwork(JUDGE_SHAPE)
  network.inverseScale.fill(1)
  network.unusual[2].bias.fill(-bias)
  const onnx = writeOnnx(network, { contract: 'eyenet-judge/1', name, createdAt: '2026-06-01T00:00:00Z' })
  const file = stage.path(`${name}.onnx`)
  writeFileSync(file, onnx)
  return file
}

/** The command line, beside the running server. */
async function models(...words: readonly string[]): Promise<void> {
  const done = await runChild(process.execPath, [SERVER, 'models', ...words, '--data', server.data])
  expect(done).toMatchObject({ status: 0 })
}

const model = (id: string) => server.api.get(`/api/v1/models/${id}`, ModelDetails)

test('a model that is imported and rolled out beside a running server runs at its agent; a tampered one never does', {
  timeout: 300_000,
}, async () => {
  await models('import', modelFile('first', 5), '--name', 'mine')
  await models('rollout', 'mine-1', '--stage', 'all', '--observe', '10s')
  await until('the agent runs it', async () => (await model('mine-1')).counts.running === 1, 60_000)

  await models('import', modelFile('second', 6), '--name', 'mine')
  const database = new Database(join(server.data, 'control.db'))
  database.prepare("UPDATE model_files SET onnx = x'00' WHERE model = 'mine-2'").run()
  database.close()
  const refused = await runChild(process.execPath, [
    ...[SERVER, 'models', 'rollout', 'mine-2', '--stage', 'all', '--data', server.data],
  ])
  expect(refused.status).not.toBe(0)
  expect(refused.stderr).toMatch(/not what was put in/)
  expect(await model('mine-1')).toMatchObject({ stage: 'all', counts: { running: 1 } })

  await models('import', modelFile('third', 7), '--name', 'mine')
  await models('rollout', 'mine-3', '--stage', 'canary', '--observe', '1h')
  await until('the canary runs it', async () => (await model('mine-3')).counts.running === 1, 60_000)
  // The former one scores beside it.
  await models('return', 'mine-3')
  await until('the former one counts again', async () => {
    const { agents } = await model('mine-1')
    return agents.every(({ mode, state }) => mode === 'live' && state === 'running')
  })
})

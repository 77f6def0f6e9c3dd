import { AgentId } from '@eyenet/shared/identity'
import { MODEL_TYPE, ModelManifest } from '@eyenet/shared/wire'
import { compactVerify, importJWK } from 'jose'
import { expect, test } from 'vitest'
import { openDatabase } from '../db/db.ts'
import { vaultOf } from '../vault/vault.ts'
import { openDownlink } from './downlink.ts'
import { START } from './fleet.testkit.ts'
import { deliveredModels } from './model-delivery.ts'
import { SigningKeys } from './signing-keys.ts'

const AGENT = AgentId.parse('0190aaaa-0000-7000-8000-000000000001')
const manifest = ModelManifest.parse({
  ...{ id: 'site-1', name: 'site', version: 1, contract: 'eyenet-judge/1', sha256: 'a'.repeat(64), bytes: 3 },
  ...{ createdAt: START, server: 'https://eyenet.example.net' },
})

test('a manifest is signed by the key that signs now, and by the next one once it took over', async () => {
  const db = await openDatabase(':memory:')
  const keys = new SigningKeys({ db, vault: vaultOf(new Uint8Array(32).fill(3)), now: () => START })
  const downlink = await openDownlink(keys)
  const supply = { modelsFor: async () => [{ manifest, onnx: Uint8Array.of(1, 2, 3), mode: 'live' as const }] }
  const read = async () => {
    const { models = [] } = await deliveredModels(supply, downlink, AGENT)
    const [model] = models
    const key = await importJWK(downlink.publicKey, 'EdDSA')
    const { payload, protectedHeader } = await compactVerify(model?.manifest ?? '', key)
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(manifest)
    expect(protectedHeader.typ).toBe(MODEL_TYPE)
    expect(model).toMatchObject({ onnx: 'AQID', mode: 'live' })
    return protectedHeader.kid
  }
  const first = await read()
  await keys.replaceAtOnce()
  await downlink.reload()
  expect(await read()).not.toBe(first)
  await db.destroy()
})

test('an agent that is to run none is told nothing about models', async () => {
  const sign = () => Promise.reject(new Error('nothing is signed'))
  expect(await deliveredModels({ modelsFor: async () => [] }, { sign }, AGENT)).toEqual({})
})

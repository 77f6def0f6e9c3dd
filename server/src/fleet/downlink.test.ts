import { SIGNED_TYPES } from '@eyenet/shared/wire'
import { compactDecrypt, compactVerify, decodeProtectedHeader, importJWK } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ControlDb, openDatabase } from '../db/db.ts'
import { type Vault, vaultOf } from '../vault/vault.ts'
import { type Downlink, openDownlink } from './downlink.ts'
import { agentKey, START } from './fleet.testkit.ts'
import { SigningKeys } from './signing-keys.ts'

let db: ControlDb
beforeEach(async () => {
  db = await openDatabase(':memory:')
})
afterEach(() => db.destroy())

const vault = vaultOf(new Uint8Array(32).fill(5))
const downlinkOn = (on: ControlDb, withVault: Vault = vault) =>
  openDownlink(new SigningKeys({ db: on, vault: withVault, now: () => START }))
const MESSAGE = { hello: 'agent', community: 'a-secret' }

/** As an agent does it. */
async function opened(
  message: string,
  { publicKey }: Pick<Downlink, 'publicKey'>,
  privateJwk: Awaited<ReturnType<typeof agentKey>>['privateJwk'],
) {
  const { payload } = await compactVerify(message, await importJWK(publicKey, 'EdDSA'), { algorithms: ['EdDSA'] })
  const { plaintext } = await compactDecrypt(
    new TextDecoder().decode(payload),
    await importJWK(privateJwk, 'ECDH-ES'),
    {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    },
  )
  return JSON.parse(new TextDecoder().decode(plaintext))
}

test('the agent checks the signature, decrypts and reads the message', async () => {
  const { publicJwk, privateJwk } = await agentKey()
  const downlink = await downlinkOn(db)
  const message = await downlink.protect('task', MESSAGE, JSON.stringify(publicJwk))
  expect(await opened(message, downlink, privateJwk)).toEqual(MESSAGE)
  expect(decodeProtectedHeader(message)).toEqual({
    alg: 'EdDSA',
    kid: downlink.publicKey.kid,
    typ: SIGNED_TYPES.task,
  })
})

test('no other agent can read it, and no other key signs it', async () => {
  const [mine, other] = [await agentKey(), await agentKey()]
  const downlink = await downlinkOn(db)
  const message = await downlink.protect('desired', MESSAGE, JSON.stringify(mine.publicJwk))
  await expect(opened(message, downlink, other.privateJwk)).rejects.toThrow()
  const strange = await openDatabase(':memory:')
  const attacker = await downlinkOn(strange)
  const forged = await attacker.protect('desired', MESSAGE, JSON.stringify(mine.publicJwk))
  await expect(opened(forged, downlink, mine.privateJwk)).rejects.toThrow()
  await strange.destroy()
})

test('the key stays over a restart, and rests sealed', async () => {
  const first = await downlinkOn(db)
  const again = await downlinkOn(db)
  expect(again.publicKey).toEqual(first.publicKey)
  await expect(downlinkOn(db, vaultOf(new Uint8Array(32)))).rejects.toMatchObject({ code: 'unavailable' })
})

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AgentId, type EpochMs, epochMs, SiteName } from '@eyenet/shared/identity'
import type { Peer } from '@eyenet/shared/wire'
import { exportJWK, generateKeyPair } from 'jose'
import { pino } from 'pino'
import { openDatabase } from '../db/db.ts'
import { openAuthority } from '../pki/pki.ts'
import { openStore } from '../store/store.ts'
import { vaultOf } from '../vault/vault.ts'
import { type FleetRoom, openFleet } from './fleet.ts'

export const HOME = SiteName.parse('home')
export const START = epochMs(Date.UTC(2026, 5, 1))

export type Sent = { readonly topic: string; readonly payload: string; readonly retain: boolean }

/** An agent's key pair for ECDH-ES, as it makes one when it enrols. */
export async function agentKey() {
  const { privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true })
  const { x = '', y = '', d = '' } = await exportJWK(privateKey)
  const head = { kty: 'EC', crv: 'P-256' } as const
  return { publicJwk: { ...head, x, y }, privateJwk: { ...head, x, y, d } }
}

/** A fleet on a database in memory and a store in a temporary folder, with a broker that only writes down. */
export async function fleetWorld() {
  const logger = pino({ level: 'silent' })
  const clock: { now: EpochMs } = { now: START }
  const now = () => clock.now
  const db = await openDatabase(':memory:')
  const store = await openStore({ folder: mkdtempSync(join(tmpdir(), 'eyenet-fleet-')), logger, clock: { now } })
  const sent: Sent[] = []
  const cut: AgentId[] = []
  const removed: AgentId[] = []
  const vault = vaultOf(new Uint8Array(32).fill(3))
  const authority = await openAuthority(db, vault, START)
  const open = (): Promise<FleetRoom> =>
    openFleet({
      ...{ db, store, vault, logger, now },
      send: async (topic, payload, { retain }) => void sent.push({ topic, payload, retain }),
      disconnect: (agent) => cut.push(agent),
      mqttUrl: 'mqtt://:1883',
      serverUrl: 'https://eyenet.example.net',
      trust: { authority, wantsCertificates: false, brokerCas: undefined },
      onRemoved: (agent) => removed.push(agent),
    })
  const fleet = await open()
  const close = async (): Promise<void> => {
    await fleet.close()
    await store.close()
    await db.destroy()
  }
  return { db, store, clock, vault, authority, fleet, open, close, sent, cut, removed }
}

/** Enrols an agent of the site `home`. */
export async function enrolled(fleet: FleetRoom) {
  const key = await agentKey()
  const { token } = await fleet.createEnrolmentToken({ site: HOME }, 'test')
  const request = { token, hostname: 'box', version: '0.1.0', encryptionKey: key.publicJwk }
  const answer = await fleet.enrol(request)
  const peer: Peer = { site: HOME, agent: answer.agent }
  return { ...answer, key, peer, request }
}

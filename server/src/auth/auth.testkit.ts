import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { openDatabase } from '../db/db.ts'
import { vaultOf } from '../vault/vault.ts'
import { createAuth } from './auth.ts'

export const START = epochMs(Date.UTC(2026, 0, 1))

export function fakeClock(start: EpochMs = START) {
  let now: number = start
  return {
    now: () => epochMs(now),
    advance(ms: number) {
      now += ms
    },
  }
}

/** An Auth over a database in memory, and a clock that only moves when told. */
export async function authWorld() {
  const db = await openDatabase(':memory:')
  const clock = fakeClock()
  return { db, clock, auth: createAuth({ db, clock, vault: TEST_VAULT }) }
}

export const TEST_VAULT = vaultOf(new Uint8Array(32).fill(9))
export const ROOT = { name: 'root', address: '192.0.2.1' }
export const PASSWORD = 'correct horse battery'

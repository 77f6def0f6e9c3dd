import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SigningKey } from '@eyenet/shared/wire'
import { writeWhole } from './identity-file.ts'
import { followChain } from './key-chain.ts'
import { KeyRing, knownKey, type RingChange, ringOf } from './key-ring.ts'

/** The server's signing keys that this agent trusts, kept in its data folder beside its identity. */
export class TrustedKeys {
  readonly #file: string
  #ring: KeyRing

  /** Begins with the key of the enrolment; a ring on disk without it belongs to an enrolment before. */
  constructor(dataDir: string, enrolled: SigningKey) {
    this.#file = join(dataDir, 'signing-keys.json')
    const kept = readRing(this.#file)
    this.#ring = kept !== undefined && knownKey(kept, enrolled.kid)?.key.x === enrolled.x ? kept : ringOf(enrolled)
  }

  get ring(): KeyRing {
    return this.#ring
  }

  /** Takes over what the announcements of a message change, once that is on disk. */
  async learn(message: string): Promise<RingChange> {
    const change = await followChain(message, this.#ring)
    if (change.kind !== 'changed') return change
    writeWhole(this.#file, `${JSON.stringify(change.ring)}\n`)
    this.#ring = change.ring
    return change
  }
}

function readRing(file: string): KeyRing | undefined {
  try {
    return KeyRing.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch {
    return undefined
  }
}

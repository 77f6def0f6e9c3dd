import { hash, verify } from '@node-rs/argon2'
import { createTurns } from '../turns/turns.ts'

/** Each takes a core for about 25 ms and 19 MiB (OWASP's argon2id parameters, the package's defaults). */
const MAX_CONCURRENT = 2
/** Waiting logins beyond it are refused at once: about a second's work. */
const MAX_WAITING = 64

export type Passwords = {
  hash(password: string): Promise<string>
  /** Takes as long for an unknown user (`undefined`) as for a known one. */
  verify(hashed: string | undefined, password: string): Promise<boolean>
  /** How many were turned away because too many waited. */
  refused(): number
}

/** Hashes by argon2id, a bounded number at a time: a login storm cannot eat the machine. */
export function createPasswords(limits = { concurrent: MAX_CONCURRENT, waiting: MAX_WAITING }): Passwords {
  const turns = createTurns({ ...limits, sentence: 'too many logins at once: try again in a few seconds' })
  let decoy: Promise<string> | undefined
  return {
    hash: (password) => turns.take(() => hash(password)),
    verify: (hashed, password) =>
      turns.take(async () => {
        decoy ??= hash('nobody has this password')
        const fits = await verify(hashed ?? (await decoy), password)
        return fits && hashed !== undefined
      }),
    refused: turns.refused,
  }
}

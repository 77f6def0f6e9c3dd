import { EyeNetError } from '@eyenet/shared/errors'
import { hash, verify } from '@node-rs/argon2'

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
  const waiting: (() => void)[] = []
  let running = 0
  let refused = 0
  let decoy: Promise<string> | undefined

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= limits.concurrent) {
      if (waiting.length >= limits.waiting) {
        refused += 1
        throw new EyeNetError('too_many', 'too many logins at once: try again in a few seconds')
      }
      // The one that ends hands its place over, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  return {
    hash: (password) => inTurn(() => hash(password)),
    verify: (hashed, password) =>
      inTurn(async () => {
        decoy ??= hash('nobody has this password')
        const known = await verify(hashed ?? (await decoy), password)
        return known && hashed !== undefined
      }),
    refused: () => refused,
  }
}

import type { SetupRequest } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { createAttemptLimit, senderKey } from './attempt-limit.ts'
import { normalCode, printableCode, sameSecret } from './secrets.ts'
import type { LoggedIn, Sessions } from './sessions.ts'
import { administratorExists, insertUser, type UserDeps } from './users.ts'

const LIMIT_WINDOW_MS = 15 * 60_000
const MAX_TRIES_PER_SENDER = 10
/** All senders together: at 60 bits a guess stays hopeless for longer than the code lives. */
const MAX_TRIES = 100
const LIMIT_KEYS = 1_000

export type Setup = {
  /** Whether there is no administrator yet. */
  needed(): Promise<boolean>
  /** XXXX-XXXX-XXXX, for the operator to read; undefined once an administrator exists. It changes with each start. */
  code(): Promise<string | undefined>
  /**
   * Makes the first administrator and logs in. EyeNetError('conflict') when there is one, ('unauthenticated') for a wrong
   * code, ('too_many').
   */
  finish(request: SetupRequest, address: string): Promise<LoggedIn>
}

export function createSetup(deps: UserDeps, sessions: Sessions): Setup {
  const code = printableCode()
  const perSender = createAttemptLimit({ max: MAX_TRIES_PER_SENDER, windowMs: LIMIT_WINDOW_MS, keys: LIMIT_KEYS })
  const all = createAttemptLimit({ max: MAX_TRIES, windowMs: LIMIT_WINDOW_MS, keys: 1 })
  const needed = async (): Promise<boolean> => !(await administratorExists(deps.db))

  return {
    needed,
    code: async () => ((await needed()) ? code : undefined),
    async finish({ code: typed, username, password }, address) {
      if (!(await needed())) throw new EyeNetError('conflict', 'an administrator exists already: log in')
      const now = deps.clock.now()
      if (!perSender.take(senderKey(address), now) || !all.take('', now)) {
        throw new EyeNetError('too_many', 'too many wrong setup codes: try again in 15 minutes')
      }
      if (!sameSecret(normalCode(typed), normalCode(code))) {
        await deps.audit.record({ name: '(setup)', address }, 'setup.failed', '')
        throw new EyeNetError('unauthenticated', 'the setup code is wrong: the server prints it when it starts')
      }
      const by = { name: username, address }
      const user = await insertUser(deps, { username, password, role: 'admin' }, { by, onlyFirst: true })
      return sessions.open(user.id)
    },
  }
}

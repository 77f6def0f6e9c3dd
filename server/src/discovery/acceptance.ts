import type { InboxAcceptance, InboxResult } from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { AgentId, DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { Target } from '@eyenet/shared/wire'
import type { FleetRoom } from '../fleet/fleet.ts'
import type { CredentialRecords, OpenCredential } from './credential-records.ts'
import type { InboxEntry } from './inbox-entry.ts'
import { targetOf } from './target-of.ts'
import type { WatchedIndex } from './watched-index.ts'

export type AcceptanceOptions = {
  readonly now: () => EpochMs
  readonly fleet: Pick<FleetRoom, 'watchAll'>
  readonly credentials: CredentialRecords
  readonly watched: Pick<WatchedIndex, 'siteOf'>
  readonly deviceName: (device: DeviceId) => string | undefined
  readonly save: (entries: readonly InboxEntry[]) => Promise<void>
}

type Ready = { readonly entry: InboxEntry; readonly target: Target }

/** Makes devices of entries: each is watched by its agent from then on. */
export class Acceptance {
  readonly #options: AcceptanceOptions

  constructor(options: AcceptanceOptions) {
    this.#options = options
  }

  /** Each is done or not. EyeNetError `invalid` for a credential that there is not. */
  async accept(
    entries: readonly InboxEntry[],
    { credential, intervalSeconds }: Omit<InboxAcceptance, 'ids'>,
    by: string,
  ): Promise<readonly InboxResult[]> {
    const { credentials, deviceName } = this.#options
    const worked = entries.flatMap(({ evidence }) => evidence.snmp?.credential ?? [])
    const wanted = [...new Set([...worked, ...(credential === undefined ? [] : [credential])])]
    const known = new Map((await credentials.open(wanted)).map((one) => [one.id, one]))
    const plans = await credentials.ofAgents(new Set(entries.map(({ agent }) => agent)))
    const chosen = credential === undefined ? undefined : known.get(credential)
    if (credential !== undefined && chosen === undefined) {
      throw new EyeNetError('invalid', `there is no credential ${credential}; choose another`)
    }
    const results: InboxResult[] = []
    const ready: Ready[] = []
    for (const entry of entries) {
      const { id, state, device } = entry
      const own = ownCredentials(known, plans.get(entry.agent) ?? [])
      const found = targetOf(entry, { credentials: own, chosen, intervalSeconds })
      if (state === 'accepted') results.push({ id, ok: false, problem: 'it is accepted already' })
      else if (state === 'known') {
        const name = (device && deviceName(device)) ?? device
        results.push({ id, ok: false, problem: `it is watched already, as ${name}` })
      } else if (this.#isElsewhere(entry)) {
        results.push({
          id,
          ok: false,
          problem: 'its agent says that it is a device of another site: it cannot be both',
        })
      } else if ('problem' in found) results.push({ id, ok: false, problem: found.problem })
      else ready.push({ entry, target: found.target })
    }
    for (const agent of new Set(ready.map(({ entry }) => entry.agent))) {
      const some = ready.filter(({ entry }) => entry.agent === agent)
      results.push(...(await this.#watch(agent, some, by)))
    }
    return results
  }

  /** What an agent says is only its word: a device of another site is not touched because of it. */
  #isElsewhere({ evidence, site }: InboxEntry): boolean {
    const of = evidence.snmp && this.#options.watched.siteOf(evidence.snmp.device)
    return of !== undefined && of !== site
  }

  async #watch(agent: AgentId, ready: readonly Ready[], by: string): Promise<readonly InboxResult[]> {
    const decided = { at: this.#options.now(), by }
    const targets = ready.map(({ target }) => target)
    let outcomes: Awaited<ReturnType<FleetRoom['watchAll']>>
    try {
      outcomes = await this.#options.fleet.watchAll(agent, targets)
    } catch (thrown) {
      if (!(thrown instanceof EyeNetError)) throw thrown
      return ready.map(({ entry: { id } }) => ({ id, ok: false, problem: messageOf(thrown) }))
    }
    const accepted: InboxEntry[] = []
    const results = ready.map(({ entry }, at): InboxResult => {
      const outcome = outcomes[at]
      if (outcome === undefined || outcome.problem !== undefined) {
        return { id: entry.id, ok: false, problem: outcome?.problem?.message ?? 'the agent was not told' }
      }
      accepted.push({ ...entry, state: 'accepted', device: outcome.device, decided })
      return { id: entry.id, ok: true, device: outcome.device }
    })
    await this.#options.save(accepted)
    return results
  }
}

/**
 * A credential goes to an agent that its plan names for it: which one worked is only the word of an agent, and it must get
 * no secret by naming one.
 */
function ownCredentials(known: ReadonlyMap<string, OpenCredential>, plan: readonly string[]) {
  const own = plan.flatMap((id) => known.get(id) ?? [])
  return new Map(own.map((one) => [one.id, one]))
}

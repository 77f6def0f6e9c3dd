import type { Hop } from '@eyenet/shared/wire'
import type { AddressOwner } from './address-owners.ts'

/** What a trace found, and what is known beside it. */
export type Traced = {
  /** The node of the agent's machine; undefined where it is not on the map. */
  readonly from: string | undefined
  readonly to: string | undefined
  /** The address or name that was traced. */
  readonly address: string
  readonly hops: readonly Hop[]
  /** How it ended. whole: who was traced has answered; limit: it went as far as it may, and nobody did. */
  readonly ended: 'whole' | 'limit' | 'timeout' | 'cancelled' | 'failed'
  readonly owners: ReadonlyMap<string, AddressOwner>
}

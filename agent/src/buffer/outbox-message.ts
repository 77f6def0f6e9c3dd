import type { Lane } from '@eyenet/shared/wire'

/** What one publish carries. `lane` and `first` name it. */
export type OutboxMessage = {
  readonly lane: Lane
  readonly first: number
  readonly last: number
  readonly samples: number
  readonly payload: Uint8Array
}

/** What waits in the live lane. */
export type LiveQueue = { readonly messages: number; readonly samples: number }

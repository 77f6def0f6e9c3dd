import type { Problem } from '@eyenet/shared/api'

/** Why a request brought nothing. */
export type Failure =
  | { readonly kind: 'offline' }
  | {
      readonly kind: 'problem'
      readonly status: number
      readonly code: Problem['code']
      readonly detail: string
      readonly body: unknown
    }
  /** The answer is not what this page understands: page and server are of different versions. */
  | { readonly kind: 'strange'; readonly detail: string }
  | { readonly kind: 'cancelled' }

export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: Failure }

export const ok = <T>(value: T): Answer<T> => ({ kind: 'ok', value })
export const failed = (failure: Failure): Answer<never> => ({ kind: 'failed', failure })

/** One sentence for people: what happened, and what to do. */
export function failureSentence(failure: Failure): string {
  switch (failure.kind) {
    case 'offline':
      return 'The server does not answer. It may be restarting, or the way to it is down.'
    case 'strange':
      return `The server answered something that this page does not understand (${failure.detail}). Reload the page: it may be older than the server.`
    case 'cancelled':
      return 'Cancelled.'
    case 'problem':
      return failure.detail
  }
}

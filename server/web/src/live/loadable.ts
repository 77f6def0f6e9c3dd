import type { Failure } from '../net/failure.ts'

/** Something that is fetched. `stale` says that the value is old: a later try failed. */
export type Loadable<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: T; readonly at: number; readonly stale?: Failure }
  | { readonly kind: 'failed'; readonly failure: Failure }

export const LOADING = { kind: 'loading' } as const

/** What stays on the screen when a fetch fails: the old value if there is one. */
export function afterFailure<T>(before: Loadable<T>, failure: Failure): Loadable<T> {
  if (failure.kind === 'cancelled') return before
  return before.kind === 'ready' ? { ...before, stale: failure } : { kind: 'failed', failure }
}

import type { StoreStats } from '../metric-store.ts'

export type LogLevel = 'info' | 'warn' | 'error'

/** What a thread tells unasked, beside its answers. */
export type ThreadNews =
  | { readonly news: 'ready'; readonly stats: StoreStats }
  | { readonly news: 'failed'; readonly code: string; readonly message: string }
  | { readonly news: 'stats'; readonly stats: StoreStats }
  | { readonly news: 'log'; readonly level: LogLevel; readonly fields: object; readonly message: string }

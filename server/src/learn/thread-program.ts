import { parentPort, type TransferListItem, workerData } from 'node:worker_threads'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { ThreadNews } from './run-in-thread.ts'

export type Told = { readonly result: unknown; readonly transfer: readonly TransferListItem[] }

/** The other end of `runInThread`: does the work on what was handed over, and tells how it went. */
export async function threadProgram(
  work: (data: unknown, onProgress: (share: number, step: string) => void) => Promise<Told> | Told,
): Promise<void> {
  const tell = (news: ThreadNews, transfer: readonly TransferListItem[] = []): void =>
    parentPort?.postMessage(news, [...transfer])
  try {
    const { result, transfer } = await work(workerData, (share, step) => tell({ kind: 'progress', share, step }))
    tell({ kind: 'done', result }, transfer)
  } catch (thrown) {
    // A bug ends the thread, and with it the work, but not the server: models are not what it lives by.
    const code = thrown instanceof EyeNetError ? thrown.code : 'unavailable'
    tell({ kind: 'failed', code, message: messageOf(thrown) })
  }
}

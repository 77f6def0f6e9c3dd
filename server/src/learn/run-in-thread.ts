import { type TransferListItem, Worker } from 'node:worker_threads'
import { ERROR_CODES, EyeNetError, messageOf } from '@eyenet/shared/errors'
import { z } from 'zod'

export type ThreadOptions<T> = {
  readonly data: unknown
  /** Buffers in the data that are handed over instead of copied. */
  readonly transfer?: readonly TransferListItem[]
  /** Of the thread's heap; typed arrays are beside it. */
  readonly heapMegabytes: number
  readonly timeoutMs: number
  readonly onProgress?: (share: number, step: string) => void
  readonly signal?: AbortSignal
  readonly result: z.ZodType<T>
}

/** What a thread tells. */
export const ThreadNews = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), share: z.number(), step: z.string() }),
  z.object({ kind: z.literal('done'), result: z.unknown() }),
  z.object({ kind: z.literal('failed'), code: z.enum(ERROR_CODES), message: z.string() }),
])
export type ThreadNews = z.infer<typeof ThreadNews>

/**
 * Runs a program of ours in a thread of its own and answers its result. EyeNetError as the program throws them; `timeout`,
 * `cancelled`; `unavailable` where the thread ends without a word, for want of memory for example.
 */
export function runInThread<T>(program: URL, options: ThreadOptions<T>): Promise<T> {
  const { data, transfer = [], heapMegabytes, timeoutMs, onProgress, signal, result } = options
  if (signal?.aborted === true) return Promise.reject(cancelled())
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, {
      workerData: data,
      transferList: [...transfer],
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    })
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      worker.removeAllListeners()
      // Whatever it still says is of no interest; without a listener an error would end the server.
      worker.on('error', () => {})
      settle()
      void worker.terminate()
    }
    const fail = (error: EyeNetError): void => end(() => reject(error))
    const stop = (): void => fail(cancelled())
    const timer = setTimeout(() => {
      fail(new EyeNetError('timeout', `it was not done within ${Math.round(timeoutMs / 1_000)} seconds`))
    }, timeoutMs)
    signal?.addEventListener('abort', stop, { once: true })
    worker.on('message', (message: unknown) => {
      const news = ThreadNews.safeParse(message).data
      if (news?.kind === 'progress') onProgress?.(news.share, news.step)
      else if (news?.kind === 'failed') fail(new EyeNetError(news.code, news.message))
      else {
        const parsed = result.safeParse(news?.result)
        if (parsed.success) end(() => resolve(parsed.data))
        else fail(new EyeNetError('unavailable', 'its thread answered what it was not asked for'))
      }
    })
    worker.on('error', (error) => {
      fail(new EyeNetError('unavailable', `its thread ended: ${messageOf(error)}`, { cause: error }))
    })
    worker.on('exit', () => fail(new EyeNetError('unavailable', 'its thread ended without a result')))
  })
}

const cancelled = (): EyeNetError => new EyeNetError('cancelled', 'it was cancelled')

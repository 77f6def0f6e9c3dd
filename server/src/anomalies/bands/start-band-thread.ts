import { Worker } from 'node:worker_threads'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { Logger } from 'pino'
import { Caller } from '../../calls/calls.ts'
import type { BandCalls } from './band-calls.ts'
import type { BandThread } from './band-desk.ts'

/** Memory of the thread beside the samples. */
const OLD_SPACE_MB = 512

/** Starts the thread that judges history; a failure ends the questions that it has, and the next one starts another. */
export function startBandThread(logger: Logger, onEnd: () => void): BandThread {
  const worker = new Worker(new URL('./band-thread.js', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: OLD_SPACE_MB },
  })
  const calls = new Caller<BandCalls>(worker)
  const ended = (reason: string): void => {
    calls.end(new EyeNetError('unavailable', `history could not be judged: ${reason}; try again`))
    onEnd()
  }
  worker.on('error', (error) => {
    logger.error({ error: messageOf(error) }, 'the thread that judges history failed')
    ended(messageOf(error))
  })
  worker.on('exit', () => ended('its thread has ended'))
  worker.unref()
  return { calls, end: () => worker.terminate() }
}

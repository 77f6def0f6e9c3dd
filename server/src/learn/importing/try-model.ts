import { fork } from 'node:child_process'
import { ERROR_CODES, EyeNetError } from '@eyenet/shared/errors'
import { z } from 'zod'

/** What a model says of itself, once it has been run. */
export const TriedModel = z.object({
  contract: z.string(),
  name: z.string(),
  /** All that its metadata says. */
  metadata: z.record(z.string(), z.string()),
  /** Processor time of one row in a batch of a thousand, microseconds. */
  rowMicroseconds: z.number(),
})
export type TriedModel = z.infer<typeof TriedModel>

const TrialNews = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), tried: TriedModel }),
  z.object({ kind: z.literal('failed'), code: z.enum(ERROR_CODES), message: z.string() }),
])
export type TrialNews = z.infer<typeof TrialNews>

/** Loading the runtime takes a second on a slow machine; a model that computes longer is none for agents. */
const TRIAL_TIMEOUT_MS = 30_000
const HEAP_MEGABYTES = 256

/**
 * Reads a model that nobody vouches for and runs it, in a process of its own that knows no secret: what a hostile file does
 * to the runtime, it does there. EyeNetError `invalid` or `too_large`: what is wrong with it.
 */
export function tryModel(
  onnx: Uint8Array,
  program = new URL('./trial-process.js', import.meta.url),
): Promise<TriedModel> {
  return new Promise((resolve, reject) => {
    const child = fork(program, {
      serialization: 'advanced',
      env: {},
      execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      timeout: TRIAL_TIMEOUT_MS,
      killSignal: 'SIGKILL',
    })
    const refuse = (why: string): void => {
      reject(new EyeNetError('invalid', `The model cannot be used: the trial with it ${why}.`))
    }
    child.on('message', (message) => {
      const news = TrialNews.safeParse(message)
      child.kill('SIGKILL')
      if (!news.success) refuse('ended with an answer that means nothing')
      else if (news.data.kind === 'done') resolve(news.data.tried)
      else reject(new EyeNetError(news.data.code, news.data.message))
    })
    child.on('error', (cause) => {
      reject(new EyeNetError('unavailable', `the trial of the model could not begin: ${cause.message}`, { cause }))
    })
    // Too late to matter where it has answered already.
    child.on('exit', (code, signal) => refuse(signal === null ? `ended (${code})` : `was ended (${signal})`))
    child.send(onnx, () => {})
  })
}

// The thread that writes: it has the log, the samples in memory and the index, and is the only one that changes files.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { epochMs } from '@eyenet/shared/identity'
import { Handed, serve } from '../../calls/calls.ts'
import { createPush } from '../../push/push.ts'
import { internAll, statsOf } from '../direct-store.ts'
import { type FinderCalls, openEmbeddedStore, type StoreOptions } from '../embedded/embedded.ts'
import type { LogLevel, ThreadNews } from './thread-news.ts'
import type { WriterCalls } from './writer-calls.ts'

/** Statistics are told that often. */
const STATS_MS = 500

const port = parentPort
if (port === null) throw new Error('this file is the body of a thread')
const tell = (news: ThreadNews): void => port.postMessage(news)
const logAs = (level: LogLevel) => (fields: object, message: string) => tell({ news: 'log', level, fields, message })
const logger = { info: logAs('info'), warn: logAs('warn'), error: logAs('error') }
const clock = { now: () => epochMs(Date.now()) }

try {
  await run({ ...(workerData as Omit<StoreOptions, 'logger' | 'clock'>), logger, clock })
} catch (thrown) {
  const code = thrown instanceof EyeNetError ? thrown.code : 'bug'
  tell({ news: 'failed', code, message: messageOf(thrown) })
  port.close()
}

async function run(options: StoreOptions): Promise<void> {
  if (port === null) return
  const store = await openEmbeddedStore(options)
  const push = createPush({ store, clock })
  store.onSeriesEnded(() => push.forget())
  const finders = new Set<MessagePort>()
  const timer = setInterval(() => tell({ news: 'stats', stats: statsOf(store, push) }), STATS_MS)
  serve<WriterCalls>(port, {
    append: (batch) => store.append(batch),
    intern: (labels) => internAll(store, labels),
    push: (bytes, format, own) => push.take(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), format, own),
    series: (selection) => store.series(selection),
    labelNames: (selection) => store.labelNames(selection),
    labelValues: (name, selection) => store.labelValues(name, selection),
    delete: (matchers) => store.delete(matchers),
    snapshot: (options) => store.snapshot(options),
    isUnchanged: (from, to, changes) => store.isUnchanged(from, to, changes),
    marks: (source) => store.marks(source),
    admit: (finder) => {
      finders.add(finder)
      finder.on('close', () => finders.delete(finder))
      serve<FinderCalls>(finder, {
        find: (selection) => {
          const found = store.find(selection)
          const columns = [found.refs, found.counts, found.timesAt, found.values, found.times]
          return new Handed(
            found,
            columns.map(({ buffer }) => buffer),
          )
        },
        labelsOf: (refs) => store.labelsOf(refs),
        damaged: (refs) => store.damagedElsewhere(refs),
      })
    },
    close: async () => {
      clearInterval(timer)
      for (const finder of finders) finder.close()
      await store.close()
      tell({ news: 'stats', stats: statsOf(store, push) })
      // The answer goes out before the thread has nothing more to listen to.
      setImmediate(() => port.close())
    },
  })
  tell({ news: 'ready', stats: statsOf(store, push) })
}

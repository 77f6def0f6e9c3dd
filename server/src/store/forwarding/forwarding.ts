/**
 * A metric store in front of an external engine: what is accepted lies in a log on disk until the engine has it, and
 * new samples never wait for old ones. Nothing outside the store imports this.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { AppendLog } from '../log/append-log.ts'
import { createLogFile } from '../log/log-file.ts'
import { replayLog } from '../log/log-replay.ts'
import { ForwardDatabase } from './forward-database.ts'
import { ForwardingCore } from './forwarding-core.ts'
import type { ForwardingOptions } from './forwarding-options.ts'
import { ForwardingState } from './forwarding-state.ts'

export { backOffMs } from './back-off.ts'
export type { EnginePort, Outgoing, WriteOptions, WriteOutcome } from './engine-port.ts'
export { ForwardingCore } from './forwarding-core.ts'
export type { ForwardingOptions } from './forwarding-options.ts'
export type { ForwardingStats } from './forwarding-stats.ts'
export { type SendOutcome, sendAll } from './sending.ts'
export { withRecent } from './with-recent.ts'

/** Opens the log in its folder. EyeNetError `unavailable` when that cannot be done; the engine may be away. */
export async function openForwardingCore(options: ForwardingOptions): Promise<ForwardingCore> {
  const { createLogFile: create = createLogFile, folder, logger } = options
  const logFolder = join(folder, 'log')
  try {
    await mkdir(logFolder, { recursive: true })
  } catch (cause) {
    const sentence = `cannot make the folder ${logFolder}: ${messageOf(cause)}; check its rights`
    throw new EyeNetError('unavailable', sentence, { cause })
  }
  const database = ForwardDatabase.open(join(folder, 'forward.db'))
  try {
    const state = new ForwardingState(database)
    const end = await replayLog(logFolder, { from: database.namesFrom, keepFrom: 0 }, (record) => {
      if (record.kind === 'series') state.replay(record.ref, record.labels)
      else if (record.kind === 'samples' && record.mark !== undefined) state.ledger.add(record.mark)
    })
    const { damagedBytes, cutBytes } = end
    if (damagedBytes > 0)
      logger.error({ folder: logFolder, bytes: damagedBytes }, 'metric log damaged; kept as *.damaged')
    if (cutBytes > 0)
      logger.warn({ folder: logFolder, bytes: cutBytes }, 'the end of the metric log was not whole and is cut')
    state.loadDebt(end.segments)
    const log = new AppendLog({ folder: logFolder, end, create, prelude: () => state.prelude() })
    return new ForwardingCore({ options, state, database, log, logFolder, damagedLogBytes: damagedBytes })
  } catch (error) {
    database.close()
    throw error
  }
}

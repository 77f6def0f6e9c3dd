import { accessSync, constants } from 'node:fs'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { type Matcher, parseQuery } from '@eyenet/shared/promql'
import { chunksFileOf } from '../embedded/chunks/chunks-file.ts'
import { openEmbeddedStore, type StoreLogger } from '../embedded/embedded.ts'
import type { EnginePort } from '../forwarding/forwarding.ts'
import { waitFor } from '../wait-for.ts'
import { Migration, type MigrationProgress } from './migration.ts'
import { BEGINNING, loadState, type MigrationPlan, type MigrationState, saveState } from './migration-state.ts'

export type MigrateStoreOptions = {
  /** Of the embedded store. No server may have it open. */
  readonly folder: string
  /** Where the migration writes how far it is. */
  readonly stateFile: string
  readonly engine: EnginePort
  /** A selector in PromQL; everything without it. */
  readonly match?: string | undefined
  readonly from?: EpochMs | undefined
  /** Without it what is there when the migration begins. */
  readonly until?: EpochMs | undefined
  /** Begins anew, whatever was copied before. */
  readonly restart: boolean
  readonly progress: (progress: MigrationProgress) => void
  readonly logger: StoreLogger
  readonly signal: AbortSignal
}

/** Behind every series. */
const END = { key: '\uffff', time: Number.MAX_SAFE_INTEGER }

/**
 * Copies the embedded store into an engine, or goes on where that was stopped. EyeNetError: `conflict` when another
 * migration was stopped or this one is done, `unavailable` when the store is in use or the engine stays away,
 * `invalid` for a bad selector, `not_found` where there is no store.
 */
export async function migrateStore(options: MigrateStoreOptions): Promise<MigrationState> {
  const { engine, folder, logger, progress, signal, stateFile } = options
  const clock = { now: () => epochMs(Date.now()) }
  const matchers = matchersOf(options.match)
  assertStore(folder)
  const state = await stateOf(options, clock.now())
  // Nothing is expired meanwhile.
  const source = await openEmbeddedStore({ folder, logger, clock, maintainEveryMs: 0 })
  try {
    const migration = new Migration({
      ...{ source, engine, matchers, state, progress, clock, signal, random: Math.random, wait: waitFor },
      save: (next) => saveState(stateFile, next),
    })
    return await migration.run()
  } finally {
    await source.close()
    await engine.close()
  }
}

/** A store that is not there would be made, and an empty one copied. */
function assertStore(folder: string): void {
  const file = chunksFileOf(folder)
  try {
    accessSync(file, constants.R_OK)
  } catch (cause) {
    const sentence = `there is no metric store in ${folder}: ${messageOf(cause)}`
    throw new EyeNetError('not_found', `${sentence}; name the server's data folder with --data`, { cause })
  }
}

async function stateOf(options: MigrateStoreOptions, now: EpochMs): Promise<MigrationState> {
  const { engine, from, match = '', restart, stateFile, until } = options
  const known = restart ? undefined : await loadState(stateFile)
  const plan = { target: engine.name, match, from: from ?? 0, until: until ?? known?.plan.until ?? now }
  if (known === undefined) {
    // What an earlier migration sent is not known, so that everything may be there.
    const sentTo = restart ? END : BEGINNING
    return { ...{ format: 1, plan, sentTo, safe: BEGINNING }, samples: 0, refused: 0, unstorable: 0, isDone: false }
  }
  if (!isSame(known.plan, plan)) {
    const sentence = `${stateFile} is of a migration to ${known.plan.target} that copies something else`
    throw new EyeNetError('conflict', `${sentence}; finish that one with its own options, or begin anew with --restart`)
  }
  if (!known.isDone) return known
  const sentence = `everything was copied to ${known.plan.target}: ${known.samples} samples`
  throw new EyeNetError('conflict', `${sentence}; --restart copies again what is not there`)
}

const isSame = (one: MigrationPlan, other: MigrationPlan): boolean =>
  one.target === other.target && one.match === other.match && one.from === other.from && one.until === other.until

function matchersOf(match: string | undefined): readonly Matcher[] {
  if (match === undefined) return []
  const { expr } = parseQuery(match)
  if (expr.kind === 'selector' && expr.at === undefined && expr.offsetMs === 0) return expr.matchers
  throw new EyeNetError('invalid', `${match} is no selector; give one such as {site="north"} or ifHCInOctets`)
}

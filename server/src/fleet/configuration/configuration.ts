import type {
  AgentConfigurationView,
  AgentGroup,
  ConfigRevision,
  ConfigRevisionAnswer,
  ConfigScope,
  NewConfigRevision,
  NewRollout,
  Rollout,
} from '@eyenet/shared/api'
import { GroupName } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { AgentId } from '@eyenet/shared/identity'
import {
  AppliedRevision,
  type Birth,
  type DesiredState,
  namedSettings,
  RejectedRevision,
  SETTING_PATHS,
  SettingPath,
  settingAt,
  settingsWithoutAnomaly,
} from '@eyenet/shared/wire'
import { z } from 'zod'
import type { AgentRow, ControlDb } from '../../db/db.ts'
import { bumpRevision } from '../revisions.ts'
import { configurationOf, type Layer, layersOf } from './assigned-configuration.ts'
import { GroupRecords } from './group-records.ts'
import { forgetScope, RevisionRecords } from './revision-records.ts'
import { Rollouts, type RolloutsOptions } from './rollouts.ts'
import { scopesOf } from './scope-agents.ts'

/** What people may ask of the configuration of agents. */
export interface Configuration {
  groups(): Promise<readonly AgentGroup[]>
  /** Makes a group or gives one its agents anew; who came or went runs something else at once. */
  setGroup(name: GroupName, agents: readonly AgentId[], by: string): Promise<void>
  removeGroup(name: GroupName): Promise<void>
  revisions(scope: ConfigScope): Promise<readonly ConfigRevision[]>
  revision(scope: ConfigScope, revision: number): Promise<ConfigRevision>
  /** Makes a revision that nobody runs until it is rolled out. */
  createRevision(scope: ConfigScope, wanted: NewConfigRevision, author: string): Promise<ConfigRevisionAnswer>
  rollouts(): Promise<readonly Rollout[]>
  rollout(id: string): Promise<Rollout>
  startRollout(wanted: NewRollout, by: string): Promise<Rollout>
  haltRollout(id: string, by: string): Promise<Rollout>
  resumeRollout(id: string): Promise<Rollout>
  abortRollout(id: string, by: string): Promise<Rollout>
  /** What one agent should run, and for each setting who rules it. EyeNetError `not_found` without such an agent. */
  viewOf(agent: AgentId): Promise<AgentConfigurationView>
}

/** How often a revision that an agent left by itself is sent again, where no roll-out halts over it. */
export const MAX_RESENDS = 3

export class Configurations implements Configuration {
  readonly #options: RolloutsOptions
  readonly #db: ControlDb
  readonly #groups: GroupRecords
  readonly #revisions: RevisionRecords
  readonly #rollouts: Rollouts

  constructor(options: RolloutsOptions) {
    this.#options = options
    this.#db = options.db
    this.#groups = new GroupRecords(options.db, options.now)
    this.#revisions = new RevisionRecords(options.db, options.now)
    this.#rollouts = new Rollouts(options)
  }

  groups(): Promise<readonly AgentGroup[]> {
    return this.#groups.list()
  }

  async setGroup(name: GroupName, agents: readonly AgentId[], by: string): Promise<void> {
    this.#options.onAssigned(await this.#groups.set(name, agents, by))
  }

  async removeGroup(name: GroupName): Promise<void> {
    this.#options.onAssigned(await this.#groups.remove(name))
  }

  revisions(scope: ConfigScope): Promise<readonly ConfigRevision[]> {
    return this.#revisions.list(scope)
  }

  revision(scope: ConfigScope, revision: number): Promise<ConfigRevision> {
    return this.#revisions.get(scope, revision)
  }

  createRevision(scope: ConfigScope, wanted: NewConfigRevision, author: string): Promise<ConfigRevisionAnswer> {
    return this.#revisions.create(scope, wanted, author)
  }

  rollouts(): Promise<readonly Rollout[]> {
    return this.#rollouts.list()
  }

  rollout(id: string): Promise<Rollout> {
    return this.#rollouts.get(id)
  }

  startRollout(wanted: NewRollout, by: string): Promise<Rollout> {
    return this.#rollouts.start(wanted, by)
  }

  haltRollout(id: string, by: string): Promise<Rollout> {
    return this.#rollouts.halt(id, by)
  }

  resumeRollout(id: string): Promise<Rollout> {
    return this.#rollouts.resume(id)
  }

  abortRollout(id: string, by: string): Promise<Rollout> {
    return this.#rollouts.abort(id, by)
  }

  async viewOf(agent: AgentId): Promise<AgentConfigurationView> {
    const row = await this.#db.selectFrom('agents').selectAll().where('id', '=', agent).executeTakeFirst()
    if (row === undefined) throw new EyeNetError('not_found', `there is no agent ${agent}; it may have been removed`)
    const layers = await layersOf(this.#db, row)
    const { applied, rejected, fileRules } = toldBy(row)
    const configuration = configurationOf(layers)
    return {
      agent,
      ...(row.group_name !== null && { group: GroupName.parse(row.group_name) }),
      takesSettings: row.takes_settings !== 0,
      layers: layers.map(({ scope, revision }) => ({ scope, revision })),
      configuration,
      settings: SETTING_PATHS.map((path) => ({
        path,
        value: settingAt(configuration.settings, path),
        ruledBy: fileRules.includes(path) ? 'file' : ruler(path, layers),
      })),
      ...(applied && { applied }),
      ...(rejected && { rejected }),
    }
  }

  /** What the desired state of an agent holds beside its targets; nothing for one that would refuse it. */
  async stateOf(row: AgentRow): Promise<Pick<DesiredState, 'settings' | 'profiles'>> {
    if (row.takes_settings === 0) return {}
    const { settings: all, profiles } = configurationOf(await layersOf(this.#db, row))
    const settings = (await this.#judges(row)) ? all : settingsWithoutAnomaly(all)
    return {
      ...(namedSettings(settings).length > 0 && { settings }),
      ...(profiles.length > 0 && { profiles: [...profiles] }),
    }
  }

  /** Whether an agent knows of anomalies; one that does not would refuse settings that name them. */
  async #judges({ id }: AgentRow): Promise<boolean> {
    const said = await this.#db
      .selectFrom('agent_models')
      .select('contracts')
      .where('agent', '=', id)
      .executeTakeFirst()
    return said !== undefined && said.contracts !== NO_CONTRACTS
  }

  /** The first revision for an agent that has none yet, where there is something to tell it. */
  async begin(row: AgentRow): Promise<boolean> {
    if (Object.keys(await this.stateOf(row)).length === 0) return false
    await bumpRevision(this.#db, row.id)
    return true
  }

  /** What an agent says of itself when it connects, and whenever that changes. */
  async receiveBirth(agent: AgentId, birth: Birth): Promise<void> {
    const { abilities, applied, rejected } = birth
    const wants = await this.#db.transaction().execute(async (trx) => {
      const row = await trx.selectFrom('agents').selectAll().where('id', '=', agent).executeTakeFirst()
      if (row === undefined) return false
      const takes_settings = abilities.settings === true ? (abilities.links === true ? 2 : 1) : 0
      const isConfirmed = applied?.confirmed === true && applied.revision === row.desired_revision
      const resends = isConfirmed ? 0 : row.resends
      // It went back by itself, perhaps because the server was away: it should still run this, unless a roll-out says otherwise.
      const isLeft = rejected?.how === 'rolled-back' && rejected.revision === row.desired_revision
      const isSentAgain = isLeft && resends < MAX_RESENDS && !(await isRolledOut(trx, row))
      await trx
        .updateTable('agents')
        .set({
          takes_settings,
          applied: applied === undefined ? null : JSON.stringify(applied),
          rejected: rejected === undefined ? null : JSON.stringify(rejected),
          file_rules: birth.fileRules === undefined ? null : JSON.stringify(fileRulesIn(birth)),
          resends: isSentAgain ? resends + 1 : resends,
        })
        .where('id', '=', agent)
        .execute()
      const [layers, judgesNow] = [await layersOf(trx, row), await noteContracts(trx, agent, abilities.models ?? [])]
      const isNewlyAble =
        (takes_settings !== row.takes_settings && layers.length > 0) ||
        (judgesNow && configurationOf(layers).settings.anomaly !== undefined)
      if (isSentAgain || isNewlyAble) await bumpRevision(trx, agent)
      return isSentAgain || isNewlyAble
    })
    if (wants) this.#options.onAssigned([agent])
  }

  /** Roll-outs that halted and wait for a person. */
  get halted(): number {
    return this.#rollouts.halted
  }

  /** Judges open roll-outs. Call it every few seconds. */
  judge(): Promise<void> {
    return this.#rollouts.judge()
  }

  /** Call it before the agent's row goes. */
  async forget(row: Pick<AgentRow, 'id'>): Promise<void> {
    for (const scope of scopesOf({ ...row, group_name: null })) {
      if (scope !== 'all') await forgetScope(this.#db, scope)
    }
  }
}

/** Writes down at once which models an agent runs; true: it knows of anomalies now and did not before, or the reverse. */
async function noteContracts(trx: ControlDb, agent: AgentId, models: readonly string[]): Promise<boolean> {
  const contracts = JSON.stringify(models)
  const said = await trx.selectFrom('agent_models').select('contracts').where('agent', '=', agent).executeTakeFirst()
  const before = said?.contracts ?? NO_CONTRACTS
  if (contracts === before) return false
  await trx
    .insertInto('agent_models')
    .values({ agent, contracts, reports: '[]', assigned: '' })
    .onConflict((one) => one.column('agent').doUpdateSet({ contracts }))
    .execute()
  return (contracts === NO_CONTRACTS) !== (before === NO_CONTRACTS)
}

const NO_CONTRACTS = '[]'

/** While one is open for a scope of the agent, that decides what becomes of a revision that the agent left. */
async function isRolledOut(db: ControlDb, row: AgentRow): Promise<boolean> {
  const open = await db
    .selectFrom('rollouts')
    .select('id')
    .where('scope', 'in', scopesOf(row))
    .where('open', '=', 1)
    .executeTakeFirst()
  return open !== undefined
}

/** The narrowest scope that names the setting. */
function ruler(path: SettingPath, layers: readonly Layer[]): ConfigScope | 'default' {
  const found = layers.findLast(({ configuration }) => settingAt(configuration.settings, path) !== undefined)
  return found?.scope ?? 'default'
}

const FileRules = z.array(SettingPath)

function fileRulesIn({ fileRules = [], laterFileRules = [] }: Birth): readonly SettingPath[] {
  return [...fileRules, ...SETTING_PATHS.filter((path) => laterFileRules.includes(path) && !fileRules.includes(path))]
}

function toldBy({ applied, rejected, file_rules }: AgentRow) {
  return {
    applied: applied === null ? undefined : AppliedRevision.parse(JSON.parse(applied)),
    rejected: rejected === null ? undefined : RejectedRevision.parse(JSON.parse(rejected)),
    fileRules: file_rules === null ? [] : FileRules.parse(JSON.parse(file_rules)),
  }
}

import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import {
  CanaryChoice,
  type ModelDetails,
  ModelName,
  NewModelRollout,
  NewTraining,
  type TrainingRun,
} from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { epochMs } from '@eyenet/shared/identity'
import { parseDurationMs } from '@eyenet/shared/promql'
import { MAX_MODEL_BYTES } from '@eyenet/shared/wire'
import { Argument, Command, Option } from 'commander'
import { usableFolder, withDatabase } from './data-folder.ts'
import { withFolderOptions } from './folder-options.ts'
import { modelsText, modelText, trainingText } from './models-text.ts'
import { outputOf } from './output.ts'
import { readConfig } from './read-config.ts'
import { vaultOfFolder } from './vault-folder.ts'

type Options = { readonly config?: string; readonly data: string; readonly json?: boolean }
type TrainOptions = Options & { readonly follow?: boolean; readonly weeks?: string; readonly maxSeries?: string }
type ImportOptions = Options & { readonly name: string }
type RolloutOptions = Options & {
  readonly stage: NewModelRollout['stage']
  readonly upTo?: NewModelRollout['stage']
  readonly canaries: string
  readonly agent?: readonly string[]
  readonly observe?: string
}

const ACTOR = { name: 'cli', address: 'local' }
const STAGES: readonly NewModelRollout['stage'][] = ['shadow', 'canary', 'all']
/** A server looks for what was asked for here every few seconds. */
const FOLLOW_MS = 1_000
const NO_SERVER_AFTER_MS = 15_000
const now = () => epochMs(Date.now())

/** `models list|show|train|trainings|cancel|contract|import|export|rollout|return|withdraw`: the models that agents judge with. */
export function modelsCommand(): Command {
  const models = new Command('models').description('the anomaly models that agents judge with')
  const command = (name: string, description: string): Command =>
    withFolderOptions(models.command(name).description(description))
  const id = new Argument('<id>', 'as models list prints it')
  command('list', 'list the models, where they are, and how they were judged').action(list)
  command('show', 'tell all about one model: its evaluation, agents, alarms and history').addArgument(id).action(show)
  command('train', 'ask for a training; a running server begins it within seconds')
    .option('--weeks <n>', 'weeks of history (default: as configured)')
    .option('--max-series <n>', 'series at most (default: as configured)')
    .option('--follow', 'tell how far it is until it is over')
    .action(train)
  command('trainings', 'list the trainings, newest first').action(trainings)
  command('cancel', 'end a training that waits or runs')
    .argument('<training>', 'as models trainings prints it')
    .action(cancel)
  models
    .command('contract')
    .description('print the contract of models: names of features and outputs, in their order')
    .option('--json', 'print JSON')
    .action(contract)
  command('import', 'take in an ONNX file that was made elsewhere; it is tried first')
    .argument('<file>', 'the ONNX file')
    .requiredOption('--name <name>', 'lower-case letters, digits and dashes; its versions count up under it')
    .action(importFile)
  command('export', 'write the ONNX file of a model').addArgument(id).argument('<file>', 'where to').action(exportFile)
  command('rollout', 'bring a model to agents; a running server tells them within seconds')
    .addArgument(id)
    .addOption(new Option('--stage <stage>', 'where it begins').choices(STAGES).makeOptionMandatory())
    .addOption(new Option('--up-to <stage>', 'where it goes by itself (default: it stays)').choices(STAGES))
    .option('--canaries <n>', 'agents at which it counts first', '1')
    .option('--agent <id...>', 'these agents instead')
    .option('--observe <duration>', 'how long it is watched in each stage, such as 12h (default: as configured)')
    .action(rollout)
  command('return', 'take a model from its stage; where it counted at all agents, the former one counts again')
    .addArgument(id)
    .action((model: string, options: Options) => take('return', model, options))
  command('withdraw', 'the same, and mark it as withdrawn')
    .addArgument(id)
    .action((model: string, options: Options) => take('withdraw', model, options))
  return models
}

/** What works on the models of a data folder, and records in the audit log what it did. */
async function withModels<T>(options: Options, work: (at: Workplace) => Promise<T>): Promise<T> {
  const { localAudit } = await import('../auth/auth.ts')
  const { AgentModels, ModelDesk, ModelRecords, TrainingRecords } = await import('../learn/learn.ts')
  const vault = await vaultOfFolder(usableFolder(options.data), options.config)
  const read = readConfig(options.config)
  const server = read.kind === 'ok' ? (read.config.server.publicUrl ?? read.config.server.listen) : 'this machine'
  const observe = read.kind === 'ok' ? read.config.server.learn.observe : '1d'
  return withDatabase(options.data, async (db) => {
    const records = new ModelRecords({ db, vault, now, server })
    const observeSeconds = (parseDurationMs(observe) ?? 0) / 1_000
    const desk = new ModelDesk({ records, agents: new AgentModels(db), now, observeSeconds })
    const record = (action: string, subject: string) => localAudit(db).record(ACTOR, action, subject)
    return work({ records, desk, runs: new TrainingRecords(db, now), record })
  })
}

type Learn = typeof import('../learn/learn.ts')
type Workplace = {
  readonly records: InstanceType<Learn['ModelRecords']>
  readonly desk: InstanceType<Learn['ModelDesk']>
  readonly runs: InstanceType<Learn['TrainingRecords']>
  readonly record: (action: string, subject: string) => Promise<void>
}

async function list(options: Options): Promise<void> {
  const models = await withModels(options, ({ desk }) => desk.list())
  outputOf(options).result(models, modelsText(models))
}

async function contract(options: { readonly json?: boolean }): Promise<void> {
  const { FEATURE_NAMES, MODEL_CONTRACT, OUTPUT_NAMES } = await import('@eyenet/shared/judge')
  const told = { contract: MODEL_CONTRACT, features: FEATURE_NAMES, outputs: OUTPUT_NAMES }
  const numbered = (names: readonly string[]): string => names.map((name, at) => `  ${at}  ${name}`).join('\n')
  const text = `${MODEL_CONTRACT}\nfeatures\n${numbered(FEATURE_NAMES)}\noutputs\n${numbered(OUTPUT_NAMES)}`
  outputOf(options).result(told, text)
}

async function show(id: string, options: Options): Promise<void> {
  tell(await withModels(options, ({ desk }) => desk.get(id)), options)
}

const tell = (model: ModelDetails, options: Options): void => outputOf(options).result(model, modelText(model))

async function train(options: TrainOptions): Promise<void> {
  const numbers = {
    ...(options.weeks !== undefined && { weeks: Number(options.weeks) }),
    ...(options.maxSeries !== undefined && { maxSeries: Number(options.maxSeries) }),
  }
  const wanted = NewTraining.safeParse(numbers)
  if (!wanted.success) throw new EyeNetError('invalid', 'give --weeks from 1 to 26 and --max-series from 1 to 20000')
  await withModels(options, async ({ runs, record }) => {
    const run = await runs.queue(wanted.data, { trigger: 'person', by: ACTOR.name })
    await record('model.train', run.id)
    const ended = options.follow === true ? await follow(run, { runs, options }) : run
    outputOf(options).result(ended, trainingText([ended]))
    if (ended.state === 'failed')
      throw new EyeNetError('unavailable', `the training failed: ${ended.reasons.join('; ')}`)
  })
}

async function follow(
  run: TrainingRun,
  { runs, options }: { readonly runs: Workplace['runs']; readonly options: Options },
): Promise<TrainingRun> {
  const output = outputOf(options)
  let [told, hasWarned] = ['', false]
  for (;;) {
    const seen = await runs.get(run.id)
    if (seen.state !== 'queued' && seen.state !== 'running') return seen
    const text = `${Math.floor(seen.progress * 100)} % ${seen.step}`
    if (text !== told) output.remark(text)
    told = text
    if (!hasWarned && seen.state === 'queued' && now() - run.queuedAt >= NO_SERVER_AFTER_MS) {
      hasWarned = true
      output.remark('It waits for the training before it, or for the server of this folder to run.')
    }
    await wait(FOLLOW_MS)
  }
}

async function trainings(options: Options): Promise<void> {
  const runs = await withModels(options, ({ runs: all }) => all.list())
  outputOf(options).result(runs, trainingText(runs))
}

async function cancel(id: string, options: Options): Promise<void> {
  const run = await withModels(options, async ({ runs, record }) => {
    const ended = await runs.cancel(id, ACTOR.name)
    await record('model.train.cancel', id)
    return ended
  })
  outputOf(options).result(run, trainingText([run]))
}

async function importFile(path: string, options: ImportOptions): Promise<void> {
  const name = ModelName.safeParse(options.name)
  if (!name.success) throw new EyeNetError('invalid', `--name ${options.name}: ${name.error.issues[0]?.message ?? ''}`)
  const onnx = readModel(path)
  const { importModel, tryModel } = await import('../learn/learn.ts')
  const model = await withModels(options, async ({ records, desk, record }) => {
    const id = await importModel({ records, now, tryModel }, { name: name.data, onnx, by: ACTOR.name })
    const made = await desk.get(id)
    await record('model.import', `${id} sha256 ${made.sha256}`)
    return made
  })
  tell(model, options)
}

/** What is larger is refused before it is read. */
function readModel(path: string): Uint8Array {
  try {
    const { size } = statSync(path)
    if (size > MAX_MODEL_BYTES) {
      throw new EyeNetError('too_large', `${path} has ${size} bytes; a model has ${MAX_MODEL_BYTES} at most`)
    }
    return readFileSync(path)
  } catch (cause) {
    if (cause instanceof EyeNetError) throw cause
    throw new EyeNetError('not_found', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  }
}

async function exportFile(id: string, path: string, options: Options): Promise<void> {
  const bytes = await withModels(options, ({ desk }) => desk.file(id))
  try {
    writeFileSync(path, bytes, { flag: 'wx' })
  } catch (cause) {
    throw new EyeNetError('unavailable', `cannot write ${path}: ${messageOf(cause)}`, { cause })
  }
  outputOf(options).result({ id, file: path, bytes: bytes.length }, `${id} is in ${path}`)
}

async function rollout(id: string, options: RolloutOptions): Promise<void> {
  const { stage, upTo, observe } = options
  const observeMs = observe === undefined ? undefined : parseDurationMs(observe)
  if (observe !== undefined && observeMs === undefined) {
    throw new EyeNetError('invalid', `--observe ${observe} is not a duration; 30m or 12h are`)
  }
  const wanted = NewModelRollout.safeParse({
    ...{ stage, canaries: canariesOf(options) },
    ...(upTo !== undefined && { upTo }),
    ...(observeMs !== undefined && { observeSeconds: Math.round(observeMs / 1_000) }),
  })
  if (!wanted.success) throw new EyeNetError('invalid', wanted.error.issues[0]?.message ?? 'not a roll-out')
  const model = await withModels(options, async ({ desk, record }) => {
    const entered = await desk.rollOut(id, { ...wanted.data, by: ACTOR.name })
    await record(`model.rollout.${stage}`, id)
    return entered
  })
  tell(model, options)
}

function canariesOf({ canaries, agent }: RolloutOptions): CanaryChoice {
  const choice = CanaryChoice.safeParse(
    agent === undefined ? { kind: 'count', count: Number(canaries) } : { kind: 'agents', agents: agent },
  )
  if (choice.success) return choice.data
  throw new EyeNetError('invalid', 'give --canaries a number from 1 to 1000, or --agent the ids of agents')
}

async function take(what: 'return' | 'withdraw', id: string, options: Options): Promise<void> {
  const model = await withModels(options, async ({ desk, record }) => {
    const taken = what === 'return' ? await desk.returnModel(id, ACTOR.name) : await desk.withdraw(id, ACTOR.name)
    await record(`model.${what}`, id)
    return taken
  })
  tell(model, options)
}

import { type Model as ModelShape, NewModel, NewModelRollout, NewTraining, pageOf } from '@eyenet/shared/api'
import { ModelId } from '@eyenet/shared/wire'
import { z } from 'zod'
import type { Actor, Audit } from '../../auth/auth.ts'
import type { Learning } from '../../learn/learn.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { IdPath, Model, ModelDetails, TrainingRun } from '../shapes.ts'

type Deps = { readonly learn: Learning; readonly audit: Audit }

const MODELS = '/api/v1/models'
const TAG = 'models'
const ModelPath = z.object({ id: ModelId })

/** Anomaly models: which there are, how they are trained, how they come to agents and go from them. */
export function modelEndpoints(deps: Deps): readonly Endpoint[] {
  // Before the models themselves: their paths look like names of models.
  return [
    ...trainingEndpoints(deps),
    ...listEndpoints(deps),
    importEndpoint(deps),
    rolloutEndpoint(deps),
    ...deeds(deps),
  ]
}

function trainingEndpoints({ learn, audit }: Deps): readonly Endpoint[] {
  return [
    endpoint({
      path: `${MODELS}/training`,
      tag: TAG,
      method: 'get',
      access: 'viewer',
      summary: 'Trainings, newest first, with their progress',
      answer: pageOf(TrainingRun),
      async handle() {
        const items = [...(await learn.trainings())]
        return { items, total: items.length }
      },
    }),
    endpoint({
      path: `${MODELS}/train`,
      tag: TAG,
      method: 'post',
      access: 'operator',
      summary: 'Train a model from the history now, or as soon as no other training runs',
      remark:
        'The answer is the job: GET /api/v1/models/training says how far it is. A model that is not better is kept, and goes nowhere.',
      body: NewTraining,
      status: 201,
      answer: TrainingRun,
      async handle({ body, actor }) {
        const run = await learn.train(body, actor.name)
        await audit.record(actor, 'model.train', run.id)
        return run
      },
    }),
    endpoint({
      path: `${MODELS}/training/{id}/cancel`,
      tag: TAG,
      method: 'post',
      access: 'operator',
      summary: 'End a training that waits or runs',
      params: IdPath,
      answer: TrainingRun,
      async handle({ params: { id }, actor }) {
        const run = await learn.cancelTraining(id, actor.name)
        await audit.record(actor, 'model.train.cancel', id)
        return run
      },
    }),
  ]
}

function listEndpoints({ learn }: Deps): readonly Endpoint[] {
  return [
    endpoint({
      path: MODELS,
      tag: TAG,
      method: 'get',
      access: 'viewer',
      summary: 'Models, newest first, with their evaluation and how many agents run them',
      answer: pageOf(Model),
      async handle() {
        const items = [...(await learn.list())]
        return { items, total: items.length }
      },
    }),
    endpoint({
      path: `${MODELS}/{id}`,
      tag: TAG,
      method: 'get',
      access: 'viewer',
      summary: 'One model with its agents, its alarms against the budget, and what happened to it',
      params: ModelPath,
      answer: ModelDetails,
      handle: ({ params: { id } }) => learn.get(id),
    }),
    endpoint({
      path: `${MODELS}/{id}/file`,
      tag: TAG,
      method: 'get',
      access: 'viewer',
      summary: 'The ONNX file of a model',
      params: ModelPath,
      media: 'application/octet-stream',
      async handle({ params: { id } }) {
        const disposition = `attachment; filename="${id}.onnx"`
        const headers = { 'content-type': 'application/octet-stream', 'content-disposition': disposition }
        return new Response(Buffer.from(await learn.file(id)), { headers })
      },
    }),
  ]
}

function importEndpoint({ learn, audit }: Deps): Endpoint {
  return endpoint({
    path: `${MODELS}/import`,
    tag: TAG,
    method: 'post',
    access: 'admin',
    summary: 'Import an ONNX file that was made elsewhere; it is tried, and is a candidate from then on',
    remark:
      'Its metadata entry `contract` names the features and outputs that it was made for; docs/operations/models.md lists them.',
    body: NewModel,
    status: 201,
    answer: ModelDetails,
    async handle({ body: { name, onnx }, actor }) {
      const model = await learn.importModel({ name, onnx: Buffer.from(onnx, 'base64'), by: actor.name })
      await audit.record(actor, 'model.import', `${model.id} sha256 ${model.sha256}`)
      return model
    },
  })
}

function rolloutEndpoint({ learn, audit }: Deps): Endpoint {
  return endpoint({
    path: `${MODELS}/{id}/rollout`,
    tag: TAG,
    method: 'post',
    access: 'admin',
    summary: 'Bring a model to agents: in the shadow of the one that counts, at canaries, or at all',
    remark:
      'It goes back by itself when agents refuse it or its alarms leave the budget; with upTo it goes on by itself after the time of observation.',
    params: ModelPath,
    body: NewModelRollout,
    answer: ModelDetails,
    async handle({ params: { id }, body, actor }) {
      const model = await learn.rollOut(id, { ...body, by: actor.name })
      await audit.record(actor, `model.rollout.${body.stage}`, id)
      return model
    },
  })
}

type Deed = {
  readonly name: 'return' | 'withdraw'
  readonly summary: string
  readonly run: (id: string, actor: Actor) => Promise<ModelShape>
}

/** What takes a model from agents: operators may, because they are the ones it pages. */
function deeds({ learn, audit }: Deps): readonly Endpoint[] {
  const both: readonly Deed[] = [
    {
      name: 'return',
      summary: 'Take a model from its stage; where it counted at all agents, the former one counts again',
      run: (id, actor) => learn.returnModel(id, actor.name),
    },
    {
      name: 'withdraw',
      summary: 'The same, and mark it as withdrawn; only a person brings it back',
      run: (id, actor) => learn.withdraw(id, actor.name),
    },
  ]
  return both.map(({ name, summary, run }) =>
    endpoint({
      path: `${MODELS}/{id}/${name}`,
      tag: TAG,
      method: 'post',
      access: 'operator',
      summary,
      params: ModelPath,
      answer: ModelDetails,
      async handle({ params: { id }, actor }) {
        await run(id, actor)
        await audit.record(actor, `model.${name}`, id)
        return learn.get(id)
      },
    }),
  )
}

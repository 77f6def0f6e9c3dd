// Models of the made-up site: versions with their evaluation, trainings, agents that run or refuse. Development only.
import { createHash } from 'node:crypto'
import { idOf } from './fake-site.mjs'

const DAY = 86_400_000
const WEEK = 7 * DAY

const SETTINGS = { weeks: 4, seed: 17, epochs: 12, hidden: 32 }

function evaluation(now, { days, model, running, free, better, reasons }) {
  const detection = ([recall, falseAlarmsPerMonth]) => ({ recall, falseAlarmsPerMonth })
  return {
    ...{ seriesCount: 412, rows: 2_871_000, from: now - (days + 4) * DAY, to: now - days * DAY, heldBackDays: 4 },
    pinball: { model: model[0], ...(running && { running: running[0] }), modelFree: free[0] },
    coverage: { asked: 0.99, actual: 0.9874 },
    injected: 640,
    detection: {
      model: detection(model.slice(1)),
      ...(running && { running: detection(running.slice(1)) }),
      modelFree: detection(free.slice(1)),
    },
    ...{ better, reasons },
  }
}

const FREE = [0.0712, 0.641, 1.18]

function version(now, part) {
  const { name, number, days, counts = [0, 0, 0, 0], ...rest } = part
  const id = `${name}-${number}`
  const [running, refused, pending, tooOld] = counts
  return {
    ...{ id, name, version: number, source: 'trained', since: now - days * DAY, reason: '' },
    ...{ contract: 'eyenet-judge/1', sha256: createHash('sha256').update(id).digest('hex'), bytes: 41_872 },
    ...{ createdAt: now - days * DAY, createdBy: 'server', settings: SETTINGS },
    data: { from: now - days * DAY - 4 * WEEK, to: now - days * DAY, series: 1_847, rows: 12_904_113 },
    counts: { running, refused, pending, tooOld },
    ...rest,
  }
}

function versions(now) {
  const base = version(now, {
    ...{ name: 'base', number: 1, source: 'base', stage: 'former', days: 31, createdBy: 'EyeNet' },
    ...{ since: now - 24 * DAY, data: { from: now - 400 * DAY, to: now - 40 * DAY, series: 3_200, rows: 41_000_000 } },
  })
  const better = { days: 0, model: [0.0488, 0.874, 0.93], running: [0.0531, 0.842, 0.97], free: FREE, better: true }
  return [
    base,
    version(now, {
      ...{ name: 'site', number: 4, stage: 'all', days: 9, counts: [1, 1, 0, 0] },
      evaluation: evaluation(now, {
        ...{ days: 9, model: [0.0531, 0.842, 0.97], running: [0.0584, 0.801, 1.02], free: FREE, better: true },
        reasons: [
          'Its range is 9 % closer than that of base-1, and 25 % closer than without a model.',
          'It finds 84.2 % of what was put in, base-1 80.1 %, at no more false alarms.',
        ],
      }),
    }),
    version(now, {
      ...{ name: 'site', number: 6, stage: 'canary', days: 0.3, counts: [1, 0, 0, 0], observeSeconds: 21_600 },
      ...{ observedSince: now - 5_400_000, upTo: 'all' },
      evaluation: evaluation(now, { ...better, reasons: ['Its range is 8 % closer than that of site-4.'] }),
    }),
    version(now, {
      ...{ name: 'site', number: 5, stage: 'rejected', days: 2, reason: 'It is not better than site-4.' },
      evaluation: evaluation(now, {
        ...{ days: 2, model: [0.0549, 0.829, 1.61], running: [0.0531, 0.842, 0.97], free: FREE, better: false },
        reasons: [
          'Its range is 3 % farther off than that of site-4.',
          'It would cry 1.61 times per series and month, where 1 is asked and site-4 cries 0.97 times.',
        ],
      }),
    }),
    version(now, {
      ...{ name: 'site', number: 3, stage: 'withdrawn', days: 16 },
      reason: 'Alarms left the budget: 4.2 per series and 30 days at berlin, 1 is asked. All returned to base-1.',
      evaluation: evaluation(now, { ...better, days: 16, reasons: ['Its range is 4 % closer than that of base-1.'] }),
    }),
    version(now, {
      ...{ name: 'lab', number: 1, source: 'imported', stage: 'candidate', days: 1, createdBy: 'mira' },
      ...{ settings: {}, data: undefined },
    }),
  ]
}

function trainings(site) {
  const { now } = site
  const head = { id: idOf('training'), trigger: 'nightly', by: 'server', progress: 1, reasons: [] }
  const done = { ...head, state: 'done', step: 'evaluation', queuedAt: now - 26_000_000, startedAt: now - 26_000_000 }
  const last = { ...done, endedAt: now - 25_740_000, model: 'site-6' }
  if (site.scenario !== 'training') return [last]
  const step = 'fits the network, round 5 of 12'
  const running = { ...head, id: idOf('run'), state: 'running', trigger: 'person', by: 'mira', progress: 0.42, step }
  return [{ ...running, queuedAt: now - 95_000, startedAt: now - 92_000 }, last]
}

export function makeModels(scenario, site) {
  if (scenario === 'bare') return { versions: [], trainings: [] }
  const young = ['empty', 'young'].includes(scenario)
  const all = versions(site.now)
  if (!young) return { versions: all, trainings: trainings(site) }
  const [base] = all
  return {
    versions: [{ ...base, stage: 'all', counts: { ...base.counts, running: site.agents.length } }],
    trainings: [],
  }
}

function detailsOf(site, one) {
  const under = ['all', 'canary', 'shadow'].includes(one.stage)
  const refused = 'The signature is not the server’s: the file was changed on its way. It goes on with base-1.'
  const agents = under
    ? site.agents
        .filter((_, at) => one.stage === 'all' || at === 0)
        .map((agent, at) => ({
          ...{ agent: agent.id, name: agent.name, mode: one.stage === 'shadow' ? 'shadow' : 'live' },
          ...{
            canary: one.stage === 'canary',
            state: at === 1 ? 'refused' : 'running',
            reason: at === 1 ? refused : '',
          },
        }))
    : []
  const alarms = { from: one.since, to: site.now, seriesMonths: 124.2, asked: 1, actual: 0.91, alarms: 113 }
  const step = (stage, days, reason = '') => ({ at: one.createdAt + days * DAY, stage, by: 'server', reason })
  return {
    ...one,
    ...{ agents, ...(under && { alarms }) },
    history: [step(one.stage, 0.2, one.reason), step('candidate', 0, 'Better than the one that ran.')],
  }
}

function rollOut(site, one, { stage, upTo }) {
  Object.assign(one, { stage, since: Date.now(), reason: '', ...(upTo && { upTo }) })
  if (stage === 'all')
    for (const other of site.models.versions) if (other !== one && other.stage === 'all') other.stage = 'former'
}

export function modelAnswer(site, { method, parts, body }, { json, problem }) {
  const { models } = site
  const [, id, deed] = parts.map(decodeURIComponent)
  if (id === undefined) return json({ items: models.versions })
  if (id === 'training') {
    if (method === 'POST') Object.assign(models.trainings[0], { state: 'cancelled', reasons: ['Ended by mira.'] })
    return json({ items: models.trainings })
  }
  if (id === 'train') {
    const head = { id: idOf('asked'), state: 'running', trigger: 'person', by: 'mira', reasons: [] }
    models.trainings.unshift({ ...head, progress: 0.03, step: 'reads 1,847 series', queuedAt: Date.now() })
    return json(models.trainings[0])
  }
  if (id === 'import') {
    const { name } = JSON.parse(body)
    if (name === 'wrong')
      return problem(422, ['invalid', 'The file declares no contract: its metadata lacks the key `contract`.'])
    const made = { ...versions(Date.now()).at(-1), id: `${name}-1`, name }
    models.versions.push(made)
    return json(made)
  }
  const one = models.versions.find((each) => each.id === id)
  if (one === undefined) return problem(404, ['not_found', 'There is no such model.'])
  if (method === 'POST' && deed === 'rollout') rollOut(site, one, JSON.parse(body))
  if (method === 'POST' && deed === 'return') Object.assign(one, { stage: 'candidate', reason: 'Taken back by mira.' })
  if (method === 'POST' && deed === 'withdraw') Object.assign(one, { stage: 'withdrawn', reason: 'Withdrawn by mira.' })
  return json(detailsOf(site, one))
}

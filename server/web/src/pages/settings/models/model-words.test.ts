import { MODEL_STAGES, type Model, Model as ModelSchema } from '@eyenet/shared/api'
import { expect, test } from 'vitest'
import { base64Of, nameFrom } from './model-file.ts'
import { compareModels, countsText, formerOf, returnWords, rolloutWords, runningOf, stagesFor } from './model-words.ts'

function model(id: string, stage: Model['stage'], more: Partial<Model> = {}): Model {
  const [name = '', version = '1'] = id.split('-')
  return ModelSchema.parse({
    ...{ id, name, version: Number(version), source: 'trained', stage, since: 5, reason: '' },
    ...{ contract: 'eyenet-judge/1', sha256: 'a'.repeat(64), bytes: 9, createdAt: 5, createdBy: 'server' },
    ...{ settings: {}, counts: { running: 0, refused: 0, pending: 0, tooOld: 0 } },
    ...more,
  })
}

test('what counts comes first, then what is on its way; rejected ones last', () => {
  const all = [...MODEL_STAGES].map((stage, at) => model(`m-${at + 1}`, stage)).sort(compareModels)
  expect(all.map(({ stage }) => stage)).toEqual([
    ...['all', 'canary', 'shadow', 'candidate', 'former', 'withdrawn', 'rejected'],
  ])
})

test('agents return to the newest former one', () => {
  const all = [model('a-1', 'former', { since: ModelSchema.shape.since.parse(9) }), model('a-2', 'former')]
  expect(formerOf(all)?.id).toBe('a-1')
  expect(formerOf([])).toBeUndefined()
  expect(returnWords(model('a-3', 'all'), all[0])).toBe('Agents that run a-3 return to a-1.')
  expect(returnWords(model('a-3', 'canary'), undefined)).toContain('the detectors without a model')
  expect(returnWords(model('a-3', 'shadow'), all[0])).toContain('nothing changes in what is alerted')
})

test('a model goes to other stages than its own; a rejected one to none', () => {
  expect(stagesFor({ stage: 'shadow' })).toEqual(['canary', 'all'])
  expect(stagesFor({ stage: 'rejected' })).toEqual([])
  expect(stagesFor({ stage: 'all' })).toEqual([])
})

test('a roll-out says what counts instead of what', () => {
  const running = runningOf([model('a-1', 'all')])
  expect(rolloutWords('shadow', running)).toBe('All agents run it beside a-1. It scores and alerts nobody.')
  expect(rolloutWords('all', undefined)).toContain('instead of the detectors without a model')
})

test('agents are counted in words', () => {
  const counts = { running: 3, refused: 1, pending: 0, tooOld: 2 }
  expect(countsText({ counts })).toBe('3 agents run it, 1 refused it, 2 are too old')
  expect(countsText({ counts: { running: 1, refused: 0, pending: 0, tooOld: 0 } })).toBe('1 agent runs it')
  expect(countsText({ counts: { running: 0, refused: 0, pending: 0, tooOld: 0 } })).toBe('no agent has it')
})

test('a file of any size is sent whole, under a name that the server takes', () => {
  const bytes = Uint8Array.from({ length: 20_001 }, (_, at) => at % 251)
  expect(Buffer.from(base64Of(bytes), 'base64')).toEqual(Buffer.from(bytes))
  expect(['My Model (v2).onnx', 'ÄÖ.onnx', 'lab'].map(nameFrom)).toEqual(['my-model-v2', '', 'lab'])
})

import { expect, test } from 'vitest'
import { draftOf, readDraft } from './settings-text.ts'

test('a draft reads back as the configuration that it was made of', () => {
  const configuration = { settings: { host: { enabled: false } }, profiles: [{ name: 'acme', text: 'match: {}\n' }] }
  expect(readDraft(draftOf(configuration))).toEqual({ kind: 'ok', configuration })
  expect(readDraft({ settings: ' ', profiles: [] })).toEqual({
    kind: 'ok',
    configuration: { settings: {}, profiles: [] },
  })
})

test('what is wrong is told with its place', () => {
  const problemsOf = (settings: string, profiles: { name: string; text: string }[] = []) => {
    const read = readDraft({ settings, profiles })
    return read.kind === 'wrong' ? read.problems : []
  }
  expect(problemsOf('{')[0]).toMatch(/^The settings are not JSON: /)
  expect(problemsOf('{"intervalSeconds": 0, "host": {"enabled": 1}}')).toEqual([
    expect.stringMatching(/^settings\.intervalSeconds: /),
    expect.stringMatching(/^settings\.host\.enabled: /),
  ])
  expect(problemsOf('{}', [{ name: 'A b', text: 'x' }])[0]).toMatch(/^profile A b: lower-case/)
  expect(problemsOf('{}', Array(2).fill({ name: 'a', text: 'x' }))).toEqual([
    'profiles: two profiles have the same name',
  ])
})

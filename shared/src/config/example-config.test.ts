import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { exampleConfig, parseConfig } from './config.ts'

const file = readFileSync(new URL('../../../config.example.yaml', import.meta.url), 'utf8')
const parse = (text: string) => parseConfig({ file: 'x', text, environment: {}, readSecret: () => 'a-long-secret' })

test('config.example.yaml documents every option as the schema has it', () => {
  expect(file).toBe(exampleConfig())
})

test('config.example.yaml as it stands is the defaults', () => {
  // It names its options, so that the file rules them: that alone differs.
  expect({ ...parse(file), named: [] }).toEqual(parse(''))
})

test('what config.example.yaml shows as comments is valid when the comment signs are taken away', () => {
  const text = file
    .split('\n')
    .filter((line) => !/^\s*# [A-Z`/]/.test(line) || /^\s*# {3}/.test(line))
    .filter((line) => !/^# /.test(line) && !/^\s*# (?:value:|full:|none is|starttls)/.test(line))
    .map((line) => line.replace(/^(\s*)# /, '$1'))
    .join('\n')
  const parsed = parse(text)
  expect(parsed.kind === 'invalid' ? parsed.problems : []).toEqual([])
  expect(parsed).toMatchObject({
    config: {
      agent: { targets: [{ name: 'core-1' }, { name: 'upstream' }] },
      server: { alerting: { email: { port: 587 } } },
    },
  })
})

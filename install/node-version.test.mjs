import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { NODE_NEEDED, nodeVersionProblem } from './node-version.mjs'

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

test.each([
  ['18.20.0', true],
  ['19.9.0', true],
  ['20.18.3', true],
  ['20.19.0', false],
  ['21.7.3', true],
  ['22.12.0', true],
  ['22.13.0', false],
  ['23.11.1', true],
  ['24.0.0', false],
  ['26.1.0', false],
])('Node %s: refused is %s', (version, isRefused) => {
  expect(nodeVersionProblem(version) !== undefined).toBe(isRefused)
})

test('package.json tells npm the same, README and CONTRIBUTING tell it to people', () => {
  expect(JSON.parse(read('package.json')).engines.node).toBe('^20.19 || ^22.13 || >=24')
  for (const page of ['README.md', 'CONTRIBUTING.md']) expect(read(page)).toContain(`Node ${NODE_NEEDED}`)
})

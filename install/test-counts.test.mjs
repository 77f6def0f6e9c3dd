import { expect, test } from 'vitest'
import { closing, countTests } from './test-counts.mjs'

const file = (status, ...statuses) => ({ status, assertionResults: statuses.map((one) => ({ status: one })) })
const counts = { passed: 3, failed: 0, skipped: 0 }
const good = { counts, checks: [{ name: 'types', passed: true }], vitestStatus: 0, ci: true }

test('passed, failed and skipped are added up over files; todo counts as skipped', () => {
  const report = { testResults: [file('failed', 'passed', 'failed'), file('passed', 'skipped', 'pending', 'todo')] }
  expect(countTests(report)).toEqual({ passed: 1, failed: 1, skipped: 3 })
})

test('a file that cannot be loaded is one failure', () => {
  expect(countTests({ testResults: [file('failed')] }).failed).toBe(1)
})

test('each check counts as a test', () => {
  expect(closing(good)).toEqual({ notes: [], line: '4 passed, 0 failed, 0 skipped', status: 0 })
  const bad = closing({ ...good, checks: [{ name: 'types', passed: false }] })
  expect(bad).toMatchObject({ line: '3 passed, 1 failed, 0 skipped', status: 1 })
})

test('a skipped test fails CI and nothing else', () => {
  const skipped = { ...good, counts: { passed: 3, failed: 0, skipped: 1 } }
  expect(closing({ ...skipped, ci: false }).status).toBe(0)
  expect(closing(skipped)).toMatchObject({ line: '4 passed, 0 failed, 1 skipped', status: 1 })
})

test('an error outside of any test is a failure, and so is a run without tests', () => {
  expect(closing({ ...good, vitestStatus: 1 })).toMatchObject({ line: '4 passed, 1 failed, 0 skipped', status: 1 })
  expect(closing({ ...good, counts: { passed: 0, failed: 0, skipped: 0 } }).status).toBe(1)
})

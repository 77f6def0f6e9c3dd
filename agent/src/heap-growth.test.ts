import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { heapFlags } from './heap-growth.ts'

test.each(['small', 'large'] as const)('this Node knows every flag of a %s site', (site) => {
  const flags = heapFlags(site, Number.parseInt(process.versions.node, 10))
  const { status, stderr } = spawnSync(process.execPath, [...flags, '--eval', ''], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

test.each([20, 22, 24, 26])(
  'on Node %i a site that has grown sets each flag again that a small one has set',
  (major) => {
    const nameOf = (flag: string): string => flag.replace(/^--(no-)?/, '').replace(/=.*$/, '')
    expect(heapFlags('large', major).map(nameOf)).toEqual(heapFlags('small', major).map(nameOf))
  },
)

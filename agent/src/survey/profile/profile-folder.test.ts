import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openKnowledge } from '../survey.ts'
import { readProfileFolder } from './profile-folder.ts'

test('what is no readable file of a profile is passed over and told', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-profiles-'))
  try {
    mkdirSync(join(folder, 'a.yaml'))
    symlinkSync(join(folder, 'nowhere'), join(folder, 'b.yaml'))
    writeFileSync(join(folder, 'c.yaml'), '#'.repeat(1024 * 1024 + 1))
    writeFileSync(join(folder, 'd.yaml'), 'name: d\n')
    const problems: string[] = []
    const texts = readProfileFolder(folder, (problem) => problems.push(problem))
    expect(texts).toEqual([{ file: join(folder, 'd.yaml'), text: 'name: d\n' }])
    expect(problems).toEqual([
      expect.stringContaining('a.yaml: it is not a file'),
      expect.stringContaining('b.yaml: it cannot be read'),
      expect.stringContaining('c.yaml: it is larger than 1024 KiB'),
    ])
    const told: string[] = []
    openKnowledge({ profileFolder: folder, onProblem: (problem) => told.push(problem) })
    expect(told).toEqual(expect.arrayContaining(problems))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

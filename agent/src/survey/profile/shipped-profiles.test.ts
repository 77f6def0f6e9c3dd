import { expect, test } from 'vitest'
import { openMibFacts } from '../../mib/mib.ts'
import { lintProfiles } from './lint-profiles.ts'
import { readProfileFolder } from './profile-folder.ts'
import { resolveProfiles } from './profile-set.ts'

test('all shipped profiles are without mistakes, and the MIBs know what they read', async () => {
  const texts = readProfileFolder()
  expect(texts.length).toBeGreaterThan(50)
  expect(resolveProfiles(texts).problems).toEqual([])
  expect(await lintProfiles(texts, openMibFacts())).toEqual([])
})

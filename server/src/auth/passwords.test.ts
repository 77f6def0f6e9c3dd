import { expect, test } from 'vitest'
import { createPasswords } from './passwords.ts'

test('a hash is argon2id and fits its password only', async () => {
  const passwords = createPasswords()
  const hashed = await passwords.hash('correct horse')
  expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await passwords.verify(hashed, 'correct horse')).toBe(true)
  expect(await passwords.verify(hashed, 'wrong horse')).toBe(false)
})

test('an unknown user fits no password, not even the decoy one', async () => {
  expect(await createPasswords().verify(undefined, 'nobody has this password')).toBe(false)
})

test('a storm is refused beyond the bound, and later ones pass again', async () => {
  const passwords = createPasswords({ concurrent: 1, waiting: 2 })
  const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => passwords.hash('x')))
  expect(outcomes.map((one) => one.status)).toEqual([...Array(3).fill('fulfilled'), ...Array(3).fill('rejected')])
  expect(passwords.refused()).toBe(3)
  await passwords.hash('x')
})

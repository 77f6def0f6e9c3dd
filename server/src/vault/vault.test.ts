import { mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openVault, vaultOf } from './vault.ts'

const key = (fill: number) => new Uint8Array(32).fill(fill)

test('a sealed secret opens again for the same purpose, and does not stand in the sealed bytes', () => {
  const vault = vaultOf(key(1))
  const sealed = vault.seal('s3cret-community', 'target a')
  expect(Buffer.from(sealed).includes('s3cret-community')).toBe(false)
  expect(vault.open(sealed, 'target a')).toBe('s3cret-community')
})

test('a secret sealed for one purpose, under another key, or changed by one bit does not open, and is not named', () => {
  const sealed = vaultOf(key(1)).seal('s3cret-community', 'target a')
  const flipped = Uint8Array.from(sealed, (byte, at) => (at === sealed.length - 1 ? byte ^ 1 : byte))
  for (const attempt of [
    () => vaultOf(key(1)).open(sealed, 'target b'),
    () => vaultOf(key(2)).open(sealed, 'target a'),
    () => vaultOf(key(1)).open(flipped, 'target a'),
    () => vaultOf(key(1)).open(sealed.subarray(0, 5), 'target a'),
  ]) {
    expect(attempt).toThrow(/does not open/)
    expect(attempt).not.toThrow(/s3cret/)
  }
})

test('the key file is made once, for its owner alone, and found again', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'eyenet-vault-')), 'secret.key')
  const sealed = openVault(file).seal('x', 'y')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(openVault(file).open(sealed, 'y')).toBe('x')
})

test('a key file that is too short is refused with what to do', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'eyenet-vault-')), 'secret.key')
  writeFileSync(file, 'short')
  expect(() => openVault(file)).toThrow(/restore it from a backup/)
})

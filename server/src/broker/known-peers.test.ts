import { AgentId, SiteName } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { KnownPeers } from './broker.ts'

const PEER = { site: SiteName.parse('lab'), agent: AgentId.parse('3f0b0c6e-6d0c-4f57-9d7c-4f5fb7b1d001') }

test('one question serves for some seconds, then it is asked anew', async () => {
  const world = { now: 0, asked: 0, known: true }
  const peers = new KnownPeers(
    async () => {
      world.asked += 1
      return world.known
    },
    () => world.now,
  )
  expect(await peers.has(PEER)).toBe(true)
  world.known = false
  world.now = 2_999
  expect(await peers.has(PEER)).toBe(true)
  expect(world.asked).toBe(1)
  world.now = 3_000
  expect(await peers.has(PEER)).toBe(false)
})

test('a database that fails is asked again at once', async () => {
  const world = { fails: true }
  const peers = new KnownPeers(
    async () => {
      if (world.fails) throw new Error('locked')
      return true
    },
    () => 0,
  )
  await expect(peers.has(PEER)).rejects.toThrow('locked')
  world.fails = false
  expect(await peers.has(PEER)).toBe(true)
})

import { expect, test } from 'vitest'
import { Strangers } from './strangers.ts'

const LIMITS = { perAddress: 3, total: 5, loginWithinMs: 1_000 }

function world(limits = LIMITS) {
  const due = new Set<() => void>()
  const gone: string[] = []
  const strangers = new Strangers(limits, (_ms, run) => {
    due.add(run)
    return () => due.delete(run)
  })
  const come = (id: string, address = '192.0.2.1') => strangers.add({ id, address, cut: () => gone.push(id) })
  return { strangers, gone, come, due }
}

test('over the bound of an address the longest silent one of it is cut, and nobody else', () => {
  const { gone, come, strangers } = world()
  come('other', '192.0.2.2')
  for (const id of ['a', 'b', 'c', 'd']) come(id)
  expect(gone).toEqual(['a'])
  expect(strangers).toMatchObject({ size: 4, cut: 1 })
})

test('over the bound of all, one of the address that holds most is cut', () => {
  const { gone, come, strangers } = world()
  come('agent', '192.0.2.2')
  for (const id of ['a', 'b', 'c']) come(id)
  come('late', '192.0.2.3')
  come('later', '192.0.2.4')
  expect(gone).toEqual(['a'])
  expect(strangers.size).toBe(5)
})

test('who has logged in is no stranger: it is not cut and makes room', () => {
  const { gone, come, strangers, due } = world()
  for (const id of ['a', 'b', 'c']) come(id)
  strangers.remove('a')
  come('d')
  expect(gone).toEqual([])
  expect(due.size).toBe(3)
})

test('who does not log in in time is cut, however it keeps the connection busy', () => {
  const { gone, come, due, strangers } = world()
  come('slow')
  for (const run of due) run()
  expect(gone).toEqual(['slow'])
  expect(strangers).toMatchObject({ size: 0, cut: 1 })
})

test('addresses of one IPv6 network count as one', () => {
  const { gone, come } = world()
  const addresses = ['2001:db8:0:1::5', '2001:db8:0:1:2:3:4:5', '2001:db8::1:0:0:0:9', '2001:db8:0:1::']
  for (const [at, address] of addresses.entries()) come(String(at), address)
  come('elsewhere', '2001:db8:0:2::5')
  come('mapped', '::ffff:192.0.2.1')
  expect(gone[0]).toBe('0')
})

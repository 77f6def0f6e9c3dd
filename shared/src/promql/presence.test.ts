import { expect, test } from 'vitest'
import { at, MemoryReader } from './memory-reader.testkit.ts'
import { evaluate, parseQuery, presenceOf } from './promql.ts'

const row = (name: string, port: string): Record<string, string> => ({ __name__: name, device: 'd', interface: port })

async function labelsPresent(expr: string): Promise<string[] | undefined> {
  const reader = new MemoryReader()
    .add(row('oper', '1'), [1, 1, 1])
    .add(row('oper', '2'), [1, 1, 2])
    .add(row('oper', '3'), [1, 'stale'])
    .add(row('admin', '1'), [1, 1, 1])
    .add(row('admin', '2'), [1, 1, 1])
  const presence = presenceOf(parseQuery(expr))
  if (presence === undefined) return undefined
  const { result } = await evaluate({ expr: presence, start: at(120), end: at(120), step: 0, reader })
  return result.kind === 'vector' ? result.samples.map(({ labels }) => labels.interface ?? '') : undefined
}

test.each([
  ['oper == 2', ['1', '2']],
  ['2 == oper', ['1', '2']],
  ['(oper == 2) * 1', ['1', '2']],
  ['oper == 2 and on(interface) admin == 1', ['1', '2']],
  ['oper == 2 unless on(interface) admin == 1', ['1', '2']],
  ['oper == 2 and on(interface) oper{interface="1"} == 9', ['1']],
  ['topk(1, oper)', ['1', '2']],
  ['oper == 2 or on(device) admin == 2', ['1', '2']],
  ['oper > admin', ['1', '2']],
  ['oper == 2 or admin == 2', ['1', '2']],
  ['rate(oper[2m]) > 1', ['1', '2']],
  ['sum by (interface) (oper == 2)', ['1', '2']],
  ['max_over_time((oper == bool 2)[2m:1m]) > 0', ['1', '2']],
])('%s: what has data is present whether it holds or not', async (expr, present) => {
  expect(await labelsPresent(expr)).toEqual(present)
})

test.each(['absent(oper)', 'vector(1)', '1 == bool 1', 'oper or absent(oper)'])(
  '%s: presence cannot be told',
  async (expr) => {
    expect(await labelsPresent(expr)).toBeUndefined()
  },
)

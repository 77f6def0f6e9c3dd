import { expect, test } from 'vitest'
import { sortRows } from '../table/column.ts'
import { macNumber } from './mac-number.ts'

test('MACs are sorted as they count, and what has none comes last', () => {
  const macs = ['02:00:5e:00:00:1f', undefined, '02:00:5e:00:00:02', '02:00:5e:00:00:0a', '', '02:00:5e:00:00:10']
  const rows = macs.map((mac) => ({ mac }))
  const columns = [
    { id: 'mac', title: 'MAC', cell: () => '', sort: ({ mac }: { mac: string | undefined }) => macNumber(mac) },
  ]
  const sorted = sortRows(rows, columns, { column: 'mac', descending: false }).map(({ mac }) => mac)
  expect(sorted.slice(0, 4)).toEqual([
    '02:00:5e:00:00:02',
    '02:00:5e:00:00:0a',
    '02:00:5e:00:00:10',
    '02:00:5e:00:00:1f',
  ])
})

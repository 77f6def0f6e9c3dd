import { expect, test } from 'vitest'
import { type Column, filterRows, sortingOf, sortingText, sortRows } from './column.ts'

type Row = { readonly name: string; readonly load?: number }
const rows: readonly Row[] = [{ name: 'Te1/10', load: 2 }, { name: 'Te1/2' }, { name: 'te1/1', load: 9 }]
const columns: readonly Column<Row>[] = [
  { id: 'name', title: 'Name', cell: (row) => row.name, sort: (row) => row.name },
  { id: 'load', title: 'Load', cell: (row) => row.load, sort: (row) => row.load },
]
const names = (sorted: readonly Row[]): string[] => sorted.map((row) => row.name)

test('names sort as people count', () => {
  expect(names(sortRows(rows, columns, { column: 'name', descending: false }))).toEqual(['te1/1', 'Te1/2', 'Te1/10'])
})

test('what is not measured is last, upwards and downwards', () => {
  expect(names(sortRows(rows, columns, { column: 'load', descending: true }))).toEqual(['te1/1', 'Te1/10', 'Te1/2'])
  expect(names(sortRows(rows, columns, { column: 'load', descending: false }))).toEqual(['Te1/10', 'te1/1', 'Te1/2'])
})

test('a sorting survives the address bar', () => {
  const sorting = { column: 'load', descending: true }
  expect(sortingOf(sortingText(sorting), { column: 'name', descending: false })).toEqual(sorting)
})

test('every typed word must be somewhere in the row', () => {
  expect(filterRows(rows, ' TE1  1', (row) => row.name)).toHaveLength(3)
  expect(names(filterRows(rows, 'te1 10', (row) => row.name))).toEqual(['Te1/10'])
})

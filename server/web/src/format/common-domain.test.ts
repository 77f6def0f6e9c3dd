import { expect, test } from 'vitest'
import { commonDomain, nameWithin } from './common-domain.ts'

test('the longest end that most names have is their domain, and addresses have none', () => {
  const names = ['sw-1.ber.example.net', 'sw-2.ber.example.net', 'sw-3.ham.example.net', 'sw-4.ham.example.net']
  expect(commonDomain(names)).toBe('example.net')
  expect(commonDomain(names.slice(0, 2).concat('sw-5.ber.example.net'))).toBe('ber.example.net')
  expect(commonDomain(['a.example.net', 'b', 'c', 'd'])).toBe('')
  expect(commonDomain(['192.0.2.1', '192.0.3.1', '192.0.4.1'])).toBe('')
})

test('a name is never emptied', () => {
  expect(nameWithin('sw-1.example.net', 'example.net')).toBe('sw-1')
  expect(nameWithin('example.net', 'example.net')).toBe('example.net')
  expect(nameWithin('sw-1', '')).toBe('sw-1')
})

import { InboxItem } from '@eyenet/shared/api'
import { expect, test } from 'vitest'
import { foundWords, itemName, watchedBy, whyWords } from './inbox-words.ts'

const ID = 'c0ffee00-0000-4000-8000-000000000001'
const item = (part: object = {}): InboxItem =>
  InboxItem.parse({
    id: ID,
    site: 'berlin',
    agent: ID,
    state: 'new',
    name: '',
    addresses: [{ address: '192.0.2.7', lastSeenAt: 1 }],
    macs: ['00:1c:73:00:00:01'],
    role: 'printer',
    roleEvidence: '',
    vendor: '',
    model: '',
    serial: '',
    hostname: '',
    sysName: '',
    sysDescr: '',
    sysObjectId: '',
    ports: [],
    how: ['sweep'],
    seenBy: [],
    firstSeenAt: 1,
    lastSeenAt: 1,
    ...part,
  })

test('an entry is called by its own name, else by the best that is known', () => {
  expect(itemName(item({ sysName: 'sw-1', hostname: 'sw-1.example.net' }))).toBe('sw-1')
  expect(itemName(item())).toBe('192.0.2.7')
  expect(itemName(item({ addresses: [] }))).toBe('00:1c:73:00:00:01')
})

test('who told of it is named', () => {
  const via = { device: ID, deviceName: 'core-1', port: 'Gi1/0/3' }
  expect(foundWords(item({ how: ['neighbor', 'arp'], via }))).toBe(
    'told by a neighbour, in an ARP table (core-1 Gi1/0/3)',
  )
})

test('why it is believed is told without what nobody knows', () => {
  expect(whyWords(item())).toEqual(['Found: answered the search'])
  const known = item({ roleEvidence: 'port 9100 answers', vendor: 'HP', ports: [80, 9100] })
  expect(whyWords(known)).toEqual([
    'Taken for printer: port 9100 answers',
    'Made by HP',
    'TCP ports that answer: 80, 9100',
    'Found: answered the search',
  ])
})

test('how it would be watched follows from what it answered to', () => {
  const snmp = { address: '192.0.2.7', port: 161, credential: ID, credentialName: 'campus', known: true }
  expect([watchedBy(item()), watchedBy(item({ snmp }))]).toEqual(['ping only', 'SNMP and ping'])
})

import { expect, test } from 'vitest'
import { parseCpuTimes, parseInterfaces, parseMemory, parseMounts, parseRelease } from './proc-files.ts'

test('processor ticks are read per processor, waiting for a disk counts as idle', () => {
  expect(parseCpuTimes('cpu  9 9 9 9\ncpu0 100 0 50 800 50 0 0 0 30 0\ncpu1 1 0 0 9 0 0 0 0 0 0\nintr 5')).toEqual([
    { cpu: '0', busy: 150, total: 1000 },
    { cpu: '1', busy: 1, total: 10 },
  ])
})

test('used memory leaves out what the kernel can give back', () => {
  const text = 'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    600 kB\n'
  expect(parseMemory(text)).toEqual({ total: 1_024_000, used: 409_600 })
  expect(parseMemory('nonsense')).toBeUndefined()
})

test('interfaces are read also where name and number touch', () => {
  const text =
    'Inter-|   Receive\n face |bytes\n  eth0:1234 10 1 2 0 0 0 3 999 20 4 5 0 0 0 0\n    lo: 5 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0\n'
  const [eth0, lo] = parseInterfaces(text)
  expect(eth0).toMatchObject({ name: 'eth0', inOctets: 1234, inMulticast: 3, outOctets: 999, outErrors: 4 })
  expect(lo?.name).toBe('lo')
})

test('each disk counts once, at its shortest path; what the kernel makes up does not', () => {
  const text = [
    'proc /proc proc rw 0 0',
    '/dev/sda1 /var/lib/thing ext4 rw 0 0',
    '/dev/sda1 / ext4 rw 0 0',
    '/dev/sdb1 /mnt/my\\040disk xfs rw 0 0',
    'tmpfs /run tmpfs rw 0 0',
  ].join('\n')
  expect(parseMounts(text)).toEqual(['/', '/mnt/my disk'])
})

test('os-release is read with and without quotes', () => {
  const text = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID=12'
  expect(parseRelease(text, 'PRETTY_NAME')).toBe('Debian GNU/Linux 12 (bookworm)')
  expect(parseRelease(text, 'VERSION_ID')).toBe('12')
})

import { EyeNetError } from '@eyenet/shared/errors'
import { expect, test } from 'vitest'
import { parseFaultScript } from './fault-script.ts'

test('a script in YAML: times in seconds or with units, defaults filled in', () => {
  const text = `
every: 1h30m
faults:
  - { kind: device_down, device: ap-2, at: 20, for: 10m }
  - { kind: surge, device: core-1, interface: Ethernet1, at: 1m30s, for: 500ms }
`
  expect(parseFaultScript(text, 'faults.yaml')).toEqual({
    every: 5_400_000,
    faults: [
      { kind: 'device_down', device: 'ap-2', at: 20_000, for: 600_000 },
      {
        kind: 'surge',
        device: 'core-1',
        interface: 'Ethernet1',
        at: 90_000,
        for: 500,
        utilisation: 0.95,
        direction: 'both',
      },
    ],
  })
})

test('a script in JSON is read as well', () => {
  const text = '{"faults": [{"kind": "cpu", "device": "server-1", "at": "5s", "for": "1m"}]}'
  expect(parseFaultScript(text, 'faults.json').faults).toEqual([
    { kind: 'cpu', device: 'server-1', at: 5_000, for: 60_000, percent: 97 },
  ])
})

test.each([
  ['faults: [', /faults\.yaml is neither YAML nor JSON/],
  ['faults: [{ kind: earthquake, device: a, at: 0, for: 1 }]', /faults\.0\.kind/],
  ['faults: [{ kind: cpu, device: a, at: soon, for: 1 }]', /faults\.0\.at: a duration such as 20s|faults\.0\.at/],
  ['faults: [{ kind: cpu, device: a, at: 0, for: 0 }]', /faults\.0\.for: longer than 0/],
  ['faults: [{ kind: cpu, device: a, at: 0, for: 1, colour: red }]', /faults\.0: .*colour/],
  [
    '{ every: 60, faults: [{ kind: cpu, device: a, at: 50, for: 20 }] }',
    /faults\.0\.for: ends 70 s after the start .* over after 60 s/,
  ],
  ['', /the script/],
])('%j is refused with the place and the reason', (text, message) => {
  expect(() => parseFaultScript(text, 'faults.yaml')).toThrow(message)
  expect(() => parseFaultScript(text, 'faults.yaml')).toThrow(EyeNetError)
})

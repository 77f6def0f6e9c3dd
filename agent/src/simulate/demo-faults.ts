import { FaultScript } from './fault-script.ts'

/**
 * The first device goes down as soon as an agent has polled it, the other faults follow, the surge when the judge has
 * learnt the past; they last long enough for an
 * alert with `for: 1m` to fire within two minutes, on a slow machine too. What no rule speaks of, a port that stays up and
 * passes nothing and a fan that shows one value, is for the anomaly judge; an access point that is plugged in elsewhere is
 * for the map. Every 45 minutes it all comes again.
 */
export const DEMO_FAULTS: FaultScript = FaultScript.parse({
  every: '45m',
  faults: [
    { kind: 'device_down', device: 'ap-2', at: '8s', for: '10m' },
    { kind: 'link_down', device: 'dist-1', interface: 'xe-0/2/1', at: '30s', for: '15m' },
    {
      kind: 'surge',
      device: 'router-1',
      interface: 'ether1',
      at: '100s',
      for: '9m',
      direction: 'in',
      utilisation: 0.95,
    },
    { kind: 'errors', device: 'access-2', interface: 'Gi1/0/6', at: '45s', for: '12m', perSecond: 40 },
    { kind: 'temperature', device: 'access-3', at: '50s', for: '18m', celsius: 34 },
    { kind: 'stall', device: 'core-1', interface: 'Ethernet5', at: '4m', for: '6m' },
    { kind: 'stuck', device: 'core-1', sensor: 'Fan 2', at: '5m', for: '10m' },
    {
      kind: 'move_cable',
      device: 'access-1',
      interface: 'Gi1/0/1',
      to: { device: 'access-1', interface: 'Gi1/0/9' },
      at: '16m',
      for: '12m',
    },
    { kind: 'cpu', device: 'server-2', at: '22m', for: '8m', percent: 97 },
    { kind: 'link_down', device: 'access-1', interface: 'Gi1/0/7', at: '27m', for: '6m' },
    {
      kind: 'surge',
      device: 'core-1',
      interface: 'Ethernet6',
      at: '34m',
      for: '7m',
      direction: 'out',
      utilisation: 0.92,
    },
  ],
})

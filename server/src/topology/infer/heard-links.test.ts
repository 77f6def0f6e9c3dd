import { epochMs } from '@eyenet/shared/identity'
import { describe, expect, test } from 'vitest'
import { neighborKey } from './hearing.ts'
import { AT, deviceId, graphOf, heard, mac, told, view } from './made-view.testkit.ts'

const confidences = (graph: ReturnType<typeof graphOf>): readonly number[] => graph.links.map((link) => link.confidence)

describe('links that neighbors announce', () => {
  test('A that hears B and B that hears A are one link, however each writes names and ports', () => {
    const graph = graphOf([
      view({
        name: 'core',
        ports: ['Gi1/0/1'],
        links: { neighbors: [heard('Gi1/0/1', ['Access.example.net', 'ge2'])] },
      }),
      view({ name: 'access', ports: ['ge2'], links: { neighbors: [heard('ge2', ['CORE', 'GigabitEthernet1/0/1'])] } }),
    ])
    expect(told(graph)).toEqual(['access ge2 - core Gi1/0/1'])
    expect(graph.links[0]).toMatchObject({ state: 'up', confidence: 0.99, layer: 'l2', kind: 'ethernet' })
    expect(graph.links[0]?.evidence.map(({ text }) => text).sort()).toEqual([
      'access ge2 hears core Gi1/0/1 by LLDP',
      'core Gi1/0/1 hears access ge2 by LLDP',
    ])
  })

  test('what one end alone says is less sure, least where the other end could say it too', () => {
    const mute = view({ name: 'b', number: 2, ports: ['2'] })
    const deaf = view({ name: 'b', number: 2, ports: ['2', '3'], links: { neighbors: [heard('3', ['other', 'x'])] } })
    const a = view({
      ...{ name: 'a', ports: ['1'] },
      links: { neighbors: [heard('1', ['b', '2'], { remoteChassisId: mac(2) })] },
    })
    expect(confidences(graphOf([a, mute]))).toEqual([0.9])
    expect(graphOf([a, deaf]).links.find(({ id }) => id.includes(deviceId('a')))?.confidence).toBe(0.75)
  })

  test('of a flood of neighbors at one port those told first are believed; the rest is counted and said', () => {
    const flood = Array.from({ length: 2_000 }, (_, n) => heard('1', [`fake-${n}`, `eth${n}`]))
    const real = heard('1', ['b', '2'], { remoteChassisId: mac(2) })
    const neighbors = [...flood, real]
    const since = new Map(neighbors.map((one) => [neighborKey(one), one === real ? epochMs(AT - 1) : AT]))
    const b = view({ name: 'b', number: 2, ports: ['2'] })
    const graph = graphOf([view({ name: 'a', ports: ['1'], links: { neighbors, neighborsSince: since } }), b])
    expect(graph.leftOut).toBe(2_001 - 48)
    expect(graph.links).toHaveLength(49)
    expect(graph.links.some((link) => [link.a, link.b].some(({ node }) => node === deviceId('b')))).toBe(true)
    expect(graph.links[0]?.evidence[0]?.text).toMatch(/; 1953 more neighbors at this port are left out$/)
    expect(
      graphOf([
        b,
        view({ name: 'a', ports: ['1'], links: { neighbors: [...neighbors].reverse(), neighborsSince: since } }),
      ]),
    ).toEqual(graph)
  })

  test('parallel links stay apart, and members of bundles are folded into one', () => {
    const neighbors = (other: string) => [heard('1', [other, '1']), heard('2', [other, '2']), heard('3', [other, '3'])]
    const bundles = [{ port: 'Po1', members: ['1', '2'] }]
    const ports = ['1', '2', '3', { port: 'Po1', ifType: 161 }]
    const graph = graphOf([
      view({ name: 'a', ports, links: { neighbors: neighbors('b'), bundles } }),
      view({ name: 'b', ports, links: { neighbors: neighbors('a'), bundles } }),
    ])
    expect(told(graph)).toEqual(['a 3 - b 3', 'a Po1 - b Po1'])
    const bundle = graph.links.find(({ kind }) => kind === 'bundle')
    expect(bundle?.members).toEqual([
      { a: '1', b: '1' },
      { a: '2', b: '2' },
    ])
    expect(bundle?.evidence.some(({ kind }) => kind === 'lag')).toBe(true)
  })

  test('two devices of one name are told apart by address or port, else nobody is named', () => {
    const twins = [
      view({ name: 'b1', sysName: 'sw', number: 1, ports: ['1'] }),
      view({ name: 'b2', sysName: 'sw', number: 2, ports: ['1', '9'] }),
    ]
    const listener = (more: Parameters<typeof heard>[2], port = '1') =>
      view({ name: 'a', ports: ['5'], links: { neighbors: [heard('5', ['sw', port], more)] } })
    expect(told(graphOf([...twins, listener({ remoteChassisId: mac(2) })]))).toEqual(['a 5 - b2 1'])
    expect(told(graphOf([...twins, listener({}, '9')]))).toEqual(['a 5 - b2 9'])
    expect(told(graphOf([...twins, listener({})]))).toEqual(['a 5 - heard:sw 1'])
  })

  test('virtual machines that share a base address are told apart by their names', () => {
    const machines = ['vm1', 'vm2'].map((name) => view({ name, number: 7, ports: ['eth0'] }))
    const links = { neighbors: [heard('5', ['vm2', 'eth0'], { remoteChassisId: mac(7) })] }
    expect(told(graphOf([...machines, view({ name: 'a', ports: ['5'], links })]))).toEqual(['a 5 - vm2 eth0'])
  })

  test('CDP names a device by its serial number in brackets, its port in full', () => {
    const nexus = view({ name: 'n9k', serial: 'FOC1234X', ports: ['Ethernet1/1'] })
    const cdp = heard('Te1/1', ['N9K(FOC1234X)', 'Eth1/1'], { protocol: 'cdp' })
    const graph = graphOf([nexus, view({ name: 'a', ports: ['Te1/1'], links: { neighbors: [cdp] } })])
    expect(told(graph)).toEqual(['a Te1/1 - n9k Ethernet1/1'])
  })

  test('a neighbor that is not in the inventory is one node, whoever hears it and by what', () => {
    const phone = { remoteChassisId: '0011.2233.4455', capabilities: ['bridge', 'telephone'] }
    const graph = graphOf([
      view({ name: 'a', ports: ['1'], links: { neighbors: [heard('1', ['Phone', 'P1'], phone)] } }),
      view({
        ...{ name: 'b', ports: ['2'] },
        links: {
          neighbors: [heard('2', ['phone.example', 'P2'], phone), heard('2', ['phone', 'Port 2'], { protocol: 'cdp' })],
        },
      }),
    ])
    expect(graph.nodes.filter(({ kind }) => kind === 'heard')).toMatchObject([
      { id: 'heard:00:11:22:33:44:55', name: 'Phone', role: 'phone' },
    ])
    expect(told(graph)).toEqual(['a 1 - heard:00:11:22:33:44:55 P1', 'b 2 - heard:00:11:22:33:44:55 P2'])
  })

  test('a computer behind a phone hangs on the phone; several switches at one port share one that nobody asks', () => {
    const phone = heard('1', ['phone', 'P1'], { remoteChassisId: mac(50), capabilities: ['telephone'] })
    const computer = heard('1', ['pc', 'eth0'], { remoteChassisId: mac(51) })
    const behindPhone = graphOf([view({ name: 'a', ports: ['1'], links: { neighbors: [phone, computer] } })])
    expect(told(behindPhone)).toEqual([`a 1 - heard:${mac(50)} P1`, `heard:${mac(50)} - heard:${mac(51)} eth0`])
    const three = ['a', 'b', 'c'].map((name, _, all) =>
      view({
        ...{ name, ports: ['1'] },
        links: { neighbors: all.filter((one) => one !== name).map((one) => heard('1', [one, '1'])) },
      }),
    )
    const shared = graphOf(three)
    expect(told(shared)).toEqual(['a 1 - unmanaged', 'b 1 - unmanaged', 'c 1 - unmanaged'])
    expect(shared.nodes.filter(({ kind }) => kind === 'unmanaged')).toHaveLength(1)
  })

  test('CDP that crosses a switch that speaks LLDP makes no link of its own', () => {
    const graph = graphOf([
      view({
        ...{ name: 'a', ports: ['1'] },
        links: { neighbors: [heard('1', ['hp', '1']), heard('1', ['far', '7'], { protocol: 'cdp' })] },
      }),
      view({ name: 'hp', ports: ['1', '2'], links: { neighbors: [heard('1', ['a', '1'])] } }),
      view({ name: 'far', ports: ['7'], links: { neighbors: [heard('7', ['a', '1'], { protocol: 'cdp' })] } }),
    ])
    expect(told(graph)).toEqual(['a 1 - hp 1'])
  })

  test('where evidence contradicts, what was first told later holds', () => {
    const old = heard('1', ['c', '3'])
    const since = (moment: number) => new Map([[neighborKey(old), epochMs(moment)]])
    const world = (moment: number) => [
      view({ name: 'a', ports: ['1'], links: { neighbors: [old], neighborsSince: since(moment) } }),
      view({ name: 'b', ports: ['2'], links: { neighbors: [heard('2', ['a', '1'])] }, at: AT - 1_000 }),
      view({ name: 'c', ports: ['3'] }),
    ]
    expect(told(graphOf(world(AT - 50_000)))).toEqual(['a 1 - b 2'])
    expect(told(graphOf(world(AT)))).toEqual(['a 1 - c 3'])
  })

  test('ports that neither end names are paired where there is one of each, and never told twice', () => {
    const one = (name: string, other: string, ports: readonly string[]) =>
      view({ name, ports, links: { neighbors: ports.map((port) => heard(port, [other, 'nonsense'])) } })
    expect(told(graphOf([one('a', 'b', ['1']), one('b', 'a', ['2'])]))).toEqual(['a 1 - b 2'])
    expect(graphOf([one('a', 'b', ['1', '3']), one('b', 'a', ['2', '4'])]).links).toHaveLength(2)
  })

  test('a port that is down makes the link down, a port that the tree blocks makes it blocked', () => {
    const links = { neighbors: [heard('1', ['b', '2'])] }
    const b = (isUp: boolean) => view({ name: 'b', ports: [{ port: '2', isUp }] })
    const bridge = { ports: [{ port: '1', state: 'blocking' }] }
    expect(graphOf([view({ name: 'a', ports: ['1'], links }), b(false)]).links[0]?.state).toBe('down')
    expect(graphOf([view({ name: 'a', ports: ['1'], links: { ...links, bridge } }), b(true)]).links[0]?.state).toBe(
      'blocked',
    )
  })
})

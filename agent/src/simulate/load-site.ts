import { plugIn, type SiteOptions } from './demo-site.ts'
import { type About, CAPABILITY, commonOf, GIGABIT, interfacesOf, portRun, temperature } from './family.ts'
import { NO_FAULTS } from './fault-script.ts'
import type { DeviceSpec, LinkSpec, SiteSpec } from './site-spec.ts'

const OUI = '020000'

/** A site of equal switches for load tests: each hangs by its last port on one before it, eight on each. */
export function loadSite(options: SiteOptions & { readonly devices: number; readonly interfaces: number }): SiteSpec {
  const { seed, startedAt, community, addressOf, faults = NO_FAULTS } = options
  const devices = Array.from({ length: options.devices }, (_, at) =>
    plainSwitch(
      { name: nameOf(at), number: at + 1, address: addressOf(at), location: `Rack ${1 + Math.floor(at / 40)}` },
      options.interfaces,
    ),
  )
  const links = options.interfaces < 2 ? [] : treeLinks(options.devices, options.interfaces)
  return { seed, startedAt, community, devices: plugIn(devices, links), links, faults }
}

const nameOf = (index: number) => `switch-${String(index + 1).padStart(3, '0')}`

/** Each switch's last port leads to a port of its parent; ports 1 to 8 of the parent are for children. */
function treeLinks(devices: number, interfaces: number): LinkSpec[] {
  const width = Math.min(8, interfaces - 1)
  return Array.from({ length: devices - 1 }, (_, before) => ({
    a: { device: nameOf(before + 1), interface: `port${interfaces}` },
    b: { device: nameOf(Math.floor(before / width)), interface: `port${(before % width) + 1}` },
  }))
}

function plainSwitch(about: About, interfaces: number): DeviceSpec {
  return {
    ...commonOf(about, { oui: OUI, serialPrefix: 'SIM' }),
    sysDescr: 'EyeNet simulated switch',
    sysObjectId: '1.3.6.1.4.1.8072.3.2.10',
    sysServices: 6,
    vendor: 'EyeNet',
    enterprise: 8_072,
    model: `SIM-${interfaces}`,
    software: '1.0',
    lldp: { capabilities: CAPABILITY.bridge },
    interfaces: interfacesOf(
      about,
      OUI,
      portRun({ from: 1, count: interfaces }, (number) => ({
        name: `port${number}`,
        speedBps: GIGABIT,
        alias: `user ${number}`,
      })),
    ),
    sensors: [temperature('Board', 41)],
    host: {
      processors: 2,
      processorName: 'simulated',
      load: { middle: 20, spread: 15 },
      volumes: [
        { name: 'Physical memory', type: 'ram', unitBytes: 1_024, sizeBytes: 2 ** 30, used: 0.4, spread: 0.05 },
      ],
      ucd: false,
    },
  }
}

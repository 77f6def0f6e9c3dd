import { EyeNetError } from '@eyenet/shared/errors'
import { ipNumber, NetworkSet } from '@eyenet/shared/network'
import { FakeSnmp } from '../device/fake-snmp.testkit.ts'
import type { PingOutcome } from '../probe/probe.ts'
import type { Clock } from '../schedule/schedule.ts'
import type { SnmpDevice, SnmpEngine } from '../snmp/snmp.ts'
import { networksOf } from './effective-discovery.ts'
import type { Knock } from './knock-tcp.ts'

export type FakeHost = {
  readonly ping?: boolean
  readonly community?: string
  readonly sysName?: string
  readonly ports?: readonly number[]
  /** It answers ARP, whatever else it drops. */
  readonly mac?: string
}

type Sent = {
  readonly at: number
  readonly what: 'ping' | 'snmp' | 'tcp' | 'name'
  readonly address: string
  readonly word: string
}

/** A network as it looks to who asks: what is not a host here is silent until the time is over. */
export class FakeNetwork {
  readonly hosts = new Map<string, FakeHost>()
  readonly sent: Sent[] = []
  /** Only here may anything be sent. */
  bounds = networksOf(['0.0.0.0/0', '::/0'])
  readonly #clock: Clock
  readonly #counters = { requests: 0 }

  constructor(clock: Clock) {
    this.#clock = clock
  }

  asked(what: Sent['what'], address?: string): Sent[] {
    return this.sent.filter((one) => one.what === what && (address === undefined || one.address === address))
  }

  readonly pinger = {
    ping: async (address: string, { timeoutMs = 1_000 } = {}): Promise<PingOutcome> => {
      this.#note('ping', address)
      if (this.hosts.get(address)?.ping !== true) {
        await this.#wait(timeoutMs)
        return { kind: 'timeout', sent: 1 }
      }
      await this.#wait(1)
      const rtt = { rttSeconds: 0.001, meanRttSeconds: 0.001, maxRttSeconds: 0.001 }
      return { kind: 'reply', ...rtt, sent: 1, received: 1, lossRatio: 0 }
    },
  }

  readonly knock = async (address: string, port: number): Promise<Knock> => {
    this.#note('tcp', address, String(port))
    const host = this.hosts.get(address)
    await this.#wait(host?.ping === true ? 1 : 900)
    if (host?.ports?.includes(port)) return 'open'
    return host?.ping === true ? 'refused' : 'silent'
  }

  readonly nameOf = async (address: string): Promise<string | undefined> => {
    this.#note('name', address)
    return undefined
  }

  readonly macOf = async (address: string): Promise<string | undefined> => this.hosts.get(address)?.mac

  engine(): SnmpEngine {
    const counters = this.#counters as SnmpEngine['counters']
    return { counters, device: (target) => this.#device(target), close: () => {} }
  }

  #device(target: SnmpDevice['target']): SnmpDevice {
    const fake = new FakeSnmp()
    const { address, credential } = target
    const host = this.hosts.get(address)
    const community = credential.version === '3' ? credential.user : credential.community
    fake.set('1.3.6.1.2.1.1.1.0', 'a switch of a test')
    fake.set('1.3.6.1.2.1.1.2.0', { kind: 'oid', value: '1.3.6.1.4.1.8072.3.2.10' })
    fake.set('1.3.6.1.2.1.1.5.0', host?.sysName ?? `host-${address}`)
    if (host?.community !== community) fake.failure = { kind: 'timeout', attempts: 1 }
    const device = fake.engine().device(target)
    const asked = <Args extends unknown[], Answer>(ask: (...args: Args) => Promise<Answer>) => {
      return async (...args: Args): Promise<Answer> => {
        this.#note('snmp', address, community)
        this.#counters.requests++
        await this.#wait(fake.failure === undefined ? 1 : (target.timeoutMs ?? 0))
        return ask(...args)
      }
    }
    return {
      ...device,
      get: asked(device.get),
      next: asked(device.next),
      walk: asked(device.walk),
      readColumns: asked(device.readColumns),
    }
  }

  #note(what: Sent['what'], address: string, word = ''): void {
    const number = ipNumber(address)
    if (number === undefined || !NetworkSet.of(this.bounds).has(number)) {
      throw new EyeNetError('forbidden', `${what} to ${address}, which is not permitted`)
    }
    this.sent.push({ at: this.#clock.monotonicMs(), what, address, word })
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(ms, resolve))
  }
}

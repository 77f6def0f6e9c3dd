import type { SnmpDevice, SnmpEngine } from '../snmp/snmp.ts'
import type { Pace } from './pace.ts'

/** The packets of an engine, each paid for: one before a question, the others as the engine's counters show them. */
export class PacedSnmp {
  readonly #engine: SnmpEngine
  readonly #pace: Pace
  #paid = 0

  constructor(engine: SnmpEngine, pace: Pace) {
    this.#engine = engine
    this.#pace = pace
  }

  device(target: SnmpDevice['target']): SnmpDevice {
    return this.#paced(this.#engine.device(target))
  }

  #paced(device: SnmpDevice): SnmpDevice {
    const asked = <Args extends unknown[], Answer>(ask: (...args: Args) => Promise<Answer>) => {
      return async (...args: Args): Promise<Answer> => {
        await this.#pace.take()
        this.#paid++
        try {
          return await ask(...args)
        } finally {
          this.#payRest()
        }
      }
    }
    return {
      target: device.target,
      get: asked((oids) => device.get(oids)),
      next: asked((oids) => device.next(oids)),
      walk: asked((columns, options) => device.walk(columns, options)),
      readColumns: asked((columns, options) => device.readColumns(columns, options)),
      inContext: (name) => this.#paced(device.inContext(name)),
      inBackground: () => this.#paced(device.inBackground()),
      close: () => device.close(),
    }
  }

  #payRest(): void {
    const rest = this.#engine.counters.requests - this.#paid
    if (rest <= 0) return
    this.#paid += rest
    this.#pace.charge(rest)
  }
}

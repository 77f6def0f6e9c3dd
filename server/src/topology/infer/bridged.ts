import { BridgeView } from './bridge-view.ts'
import type { Directory } from './directory.ts'
import type { KnownDevice } from './known-device.ts'
import { Lookout, type Told } from './lookout.ts'
import { Sights } from './sights.ts'
import { Surroundings } from './surroundings.ts'

/** What forwarding tables tell, kept from graph to graph as long as nobody is recognised otherwise. */
export class Bridged {
  readonly sights: Sights
  readonly view = new BridgeView()
  readonly surroundings: Surroundings
  readonly #lookout: Lookout

  constructor(directory: Directory, arpOwners: ReadonlyMap<number, KnownDevice>) {
    this.sights = new Sights(directory, arpOwners)
    this.surroundings = new Surroundings(this.view)
    this.#lookout = new Lookout(this.sights, this.view)
  }

  /** `changed`: devices that came, went or tell something else; of a new one of these, all. */
  look(told: Told, changed: ReadonlySet<KnownDevice>, has: (device: KnownDevice) => boolean): this {
    this.#lookout.look(told, changed, has)
    this.surroundings.update()
    return this
  }
}

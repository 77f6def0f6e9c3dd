import type { SiteName } from '@eyenet/shared/identity'
import type { Discovered } from '@eyenet/shared/wire'
import { plain } from '../history/history.ts'

/** Of stations that no table has yet; the oldest make room, and are told again within a day. */
const MAX_NAMES = 20_000
const MAC = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/

type Named = { readonly mac: string; readonly name: string }

/** What stations are called, as agents heard it: by DHCP, mDNS and LLDP, or by asking DNS. An agent names those of its own site. */
export class StationNames {
  readonly #names = new Map<string, string>()

  /** Answers what is named, once it is plain text. */
  take(site: SiteName, items: readonly Pick<Discovered, 'mac' | 'hostname'>[]): readonly Named[] {
    return items.flatMap(({ mac: told = '', hostname = '' }): Named[] => {
      const [mac, name] = [told.toLowerCase(), plain(hostname).trim()]
      if (!MAC.test(mac) || name === '') return []
      const key = keyOf(site, mac)
      this.#names.delete(key)
      this.#names.set(key, name)
      const [oldest] = this.#names.keys()
      if (this.#names.size > MAX_NAMES && oldest !== undefined) this.#names.delete(oldest)
      return [{ mac, name }]
    })
  }

  of(site: SiteName, mac: string): string | undefined {
    return this.#names.get(keyOf(site, mac))
  }
}

function keyOf(site: SiteName, mac: string): string {
  return `${site} ${mac}`
}

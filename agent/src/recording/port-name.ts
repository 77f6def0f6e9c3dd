import type { WordMask } from './word-mask.ts'

const KIND =
  /^(?:(?:ten|twenty|five|twentyfive|forty|fifty|hundred|fast|two|four|eight)?-?gig(?:abit|e)?|fast|hundred|ethernet|ether|eth|port|channel|bundle|vlan|interface|if|loopback|tunnel|tun|tap|null|management|mgmt|serial|slot|unit|bridge|bond|lag|trunk|stack|cpu|internal|virtual|radio|wlan|wifi|wan|lan|vpn|to|on|of|docker|veth|virbr|vmnet|network|adapter|controller|connection|software|rj45|sfp|module|pppoe|ppp|dialer|cellular|fibre|fiber|copper|optical|level|aggregate|[-_])*$/i
const PORT = /^([a-z_-]*?)[-_]?((?:\d+(?:[/.:_-]\d+)*)?)$/i
const KERNEL = /^(?:en|wl|ww)(?:o\d+|s\d+|p\d+s\d+)(?:f\d+)?(?:np?\d+)?(?:\.\d+)?$/
/** What another mask has put there. */
const MASKED = /^(?:name|alias|contact|location|user|ssid|word)-\d+$|^SN\d{6}$/

/** An interface's name keeps its kind and numbers, such as `GigabitEthernet0/1`; other words are replaced. */
export function maskPortName(text: string, words: WordMask): string {
  return text
    .split(/(\s+|[,;()[\]"]+)/)
    .map((word) => (word === '' || /^[\s,;()[\]"]+$/.test(word) || isPort(word) ? word : words.word(word)))
    .join('')
}

function isPort(word: string): boolean {
  if (KERNEL.test(word) || MASKED.test(word)) return true
  const [, stem] = PORT.exec(word) ?? []
  return stem !== undefined && stem.length <= 40 && isKind(stem)
}

/** A stem of short letters is a kind (`ge`, `xe`); a long one must be made of the words of ports. */
function isKind(stem: string): boolean {
  return /^[a-z]{0,3}$/i.test(stem) || KIND.test(stem)
}

import { literally } from '../net/prometheus.ts'

/** So many of the names must end alike before the end says nothing. */
const SHARE_OF_NAMES = 0.6
const LEAST_NAMES = 3
const IS_ADDRESS = /^[\d.]+$|:/

/** The domain that most names end with, the longest such: `example.net`. Empty where there is none. */
export function commonDomain(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) {
    if (IS_ADDRESS.test(name)) continue
    const labels = name.split('.')
    for (let at = 1; at < labels.length; at += 1) {
      const domain = labels.slice(at).join('.')
      counts.set(domain, (counts.get(domain) ?? 0) + 1)
    }
  }
  const least = Math.max(LEAST_NAMES, names.length * SHARE_OF_NAMES)
  const common = [...counts].filter(([domain, count]) => domain !== '' && count >= least).map(([domain]) => domain)
  return common.sort((a, b) => b.length - a.length || (a < b ? -1 : 1))[0] ?? ''
}

/** A name in a picture where the domain would be the same at each. */
export const nameWithin = (name: string, domain: string): string =>
  domain !== '' && name.length > domain.length + 1 && name.endsWith(`.${domain}`)
    ? name.slice(0, -domain.length - 1)
    : name

/** The same for a sentence with names in it. */
export const wordsWithin = (text: string, domain: string): string =>
  domain === '' ? text : text.split(new RegExp(`\\.${literally(domain)}(?![\\w.-]*\\w)`)).join('')

import { hostname, networkInterfaces } from 'node:os'
import { isLoopback } from '@eyenet/shared/config'

const MAX_NAMES = 100

/**
 * Names and addresses under which a port may be reached: those that were given, the host it listens on, and where that
 * is all addresses, those that this machine has now. Loopback always; addresses of one link never.
 */
export function foundNames(listen: readonly string[], given: readonly string[]): readonly string[] {
  const wild = listen.some((host) => host === '0.0.0.0' || host === '::')
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))
  const listened = listen.filter((host) => host !== '0.0.0.0' && host !== '::')
  const here = wild ? own.filter((address) => !isLoopback(address) && !address.startsWith('fe80:')) : []
  const names = [...given, ...listened, hostname(), ...here, 'localhost', '127.0.0.1', '::1']
  return [...new Set(names.map((name) => name.replace(/^\[|\]$/g, '').toLowerCase()))].slice(0, MAX_NAMES)
}

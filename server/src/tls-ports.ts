import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { isLoopback, type ServerConfig } from '@eyenet/shared/config'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import type { ControlDb } from './db/db.ts'
import { hostAndPort } from './host-and-port.ts'
import {
  type Authority,
  filesCertificate,
  foundNames,
  openTlsSource,
  ownCertificate,
  type TlsSource,
} from './pki/pki.ts'
import type { Vault } from './vault/vault.ts'

/** Which ports are encrypted, and what they show. */
export type TlsPorts = {
  readonly http: TlsSource | undefined
  readonly mqtt: TlsSource | undefined
  /** CAs of the broker's certificate, PEM; undefined: agents ask their own system. */
  readonly brokerCas: string | undefined
  /** Looks for new certificates now. */
  refresh(): Promise<void>
  close(): void
}

export type TlsPortsOptions = {
  readonly config: ServerConfig
  readonly db: ControlDb
  readonly vault: Vault
  readonly authority: Authority
  readonly now: () => EpochMs
  readonly logger: Logger
}

/** Whether each port is encrypted. On loopback nobody listens in; behind a proxy that is the proxy's work. */
export function encryptedPorts(config: ServerConfig): { readonly http: boolean; readonly mqtt: boolean } {
  const isOpen = (listen: string): boolean => !isLoopback(hostAndPort(listen).host)
  const decided = (mode: 'auto' | 'on' | 'off', auto: boolean): boolean => (mode === 'auto' ? auto : mode === 'on')
  return {
    http: decided(config.tls.mode, isOpen(config.listen) && config.publicUrl === undefined),
    mqtt: config.broker.kind !== 'external' && decided(config.mqtt.tls.mode, isOpen(config.mqtt.listen)),
  }
}

/** Where the page is for those on other machines. */
export function serverUrlOf(config: ServerConfig): string {
  if (config.publicUrl !== undefined) return config.publicUrl
  const { host, port } = hostAndPort(config.listen)
  const scheme = encryptedPorts(config).http ? 'https' : 'http'
  return `${scheme}://${isEverywhere(host) ? hostname() : config.listen.slice(0, config.listen.lastIndexOf(':'))}:${port}`
}

/** Where agents find the broker; an empty host is the one that they enrolled with. */
export function mqttUrlOf(config: ServerConfig): string {
  const { mqtt, broker } = config
  if (broker.kind === 'external') return broker.agentUrl ?? broker.url
  if (mqtt.publicUrl !== undefined) return mqtt.publicUrl
  return `${encryptedPorts(config).mqtt ? 'mqtts' : 'mqtt'}://:${hostAndPort(mqtt.listen).port}`
}

/** The page as this machine itself reaches it: no address of "everywhere" is one to connect to. */
export function localUrlOf(host: string, port: number, encrypted: boolean): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${encrypted ? 'https' : 'http'}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/`
}

/** Opens the certificates of the ports that are encrypted. EyeNetError where a file is missing or wrong. */
export async function openTlsPorts(options: TlsPortsOptions): Promise<TlsPorts> {
  const { config, authority, logger } = options
  const { tls, mqtt, broker } = config
  const encrypted = encryptedPorts(config)
  const sources: TlsSource[] = []
  const open = async (load: Parameters<typeof openTlsSource>[0]): Promise<TlsSource> => {
    const source = await openTlsSource(load, logger)
    sources.push(source)
    return source
  }
  let own: Promise<TlsSource> | undefined
  const sourceOf = (files: { certFile?: string | undefined; keyFile?: string | undefined }): Promise<TlsSource> => {
    const { certFile, keyFile } = files
    if (certFile !== undefined && keyFile !== undefined) return open(() => filesCertificate({ certFile, keyFile }))
    own ??= open(() => ownCertificate({ ...options, names: () => namesFor(config) }))
    return own
  }
  const opened = {
    http: encrypted.http ? await sourceOf(tls) : undefined,
    mqtt: encrypted.mqtt ? await sourceOf(mqtt.tls) : undefined,
  }
  const ownCas = mqtt.tls.certFile === undefined ? authority.certificate : readCas(mqtt.tls.caFile)
  const brokerCas = broker.kind === 'external' ? readCas(broker.caFile) : encrypted.mqtt ? ownCas : undefined
  return {
    ...opened,
    brokerCas,
    refresh: async () => {
      for (const source of sources) await source.refresh()
    },
    close: () => {
      for (const source of sources) source.close()
    },
  }
}

function namesFor(config: ServerConfig): readonly string[] {
  const { tls, mqtt, listen, publicUrl } = config
  const published = [publicUrl, mqtt.publicUrl].flatMap((url) => (url === undefined ? [] : [new URL(url).hostname]))
  const listened = [listen, mqtt.listen].map((one) => hostAndPort(one).host)
  return foundNames(listened, [...tls.names, ...mqtt.tls.names, ...published])
}

function readCas(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new EyeNetError('unavailable', `cannot read the CA ${file}: ${messageOf(cause)}`, { cause })
  }
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

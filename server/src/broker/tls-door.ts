import type { Socket } from 'node:net'
import { createServer, type Server, TLSSocket } from 'node:tls'
import type { TlsMaterial, TlsSource } from '../pki/pki.ts'

export type BrokerTls = {
  readonly source: TlsSource
  /** The CA of clients' certificates, PEM. */
  readonly clientCa: string
}

/** What a client has shown; it is the one whose key it has. */
export type ShownCertificate = {
  /** SHA-256, base64url. */
  readonly fingerprint: string
  /** Of the CA that was named, for clients, and in its time. */
  readonly isTrusted: boolean
}

/** Half a handshake holds a connection no longer. */
const HANDSHAKE_TIMEOUT_MS = 10_000

/** Makes connections encrypted ones. Clients may show a certificate; what it is worth is decided at their login. */
export class TlsDoor {
  readonly #server: Server

  constructor({ source, clientCa }: BrokerTls, onOpen: (socket: Socket) => void) {
    const optionsFor = (material: TlsMaterial) => ({ ...material, ca: clientCa, minVersion: 'TLSv1.2' as const })
    this.#server = createServer({
      ...optionsFor(source.current()),
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    })
    this.#server.on('secureConnection', onOpen)
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy())
    // Connections that are open keep the certificate that they began with.
    source.onChange((material) => this.#server.setSecureContext(optionsFor(material)))
  }

  /** `onOpen` hears of it when the handshake is done. */
  accept(socket: Socket): void {
    this.#server.emit('connection', socket)
  }
}

/** The certificate that the other end has shown; undefined where it showed none or the line is not encrypted. */
export function shownCertificate(socket: Socket): ShownCertificate | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  if (certificate === undefined || !(socket instanceof TLSSocket)) return undefined
  const fingerprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')
  return { fingerprint, isTrusted: socket.authorized }
}

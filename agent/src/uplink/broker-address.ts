import { EyeNetError } from '@eyenet/shared/errors'

export type BrokerAddress = { protocol: 'mqtt' | 'mqtts'; host: string; port: number }

const PORTS = { mqtt: 1883, mqtts: 8883 } as const

/**
 * Where the broker listens, from the URL that the server gave. The MQTT client would read URLs by itself, by Node's url.parse(),
 * of which Node 24 warns. Throws EyeNetError `invalid` for anything but mqtt:// and mqtts://.
 */
export function brokerAddress(mqttUrl: string): BrokerAddress {
  const url = URL.canParse(mqttUrl) ? new URL(mqttUrl) : undefined
  const protocol = url?.protocol === 'mqtt:' ? 'mqtt' : url?.protocol === 'mqtts:' ? 'mqtts' : undefined
  if (url === undefined || protocol === undefined || url.hostname === '') {
    throw new EyeNetError('invalid', `${mqttUrl} is no mqtt:// or mqtts:// URL of a broker`)
  }
  // Sockets want IPv6 addresses without the brackets of URLs.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return { protocol, host, port: url.port === '' ? PORTS[protocol] : Number(url.port) }
}

import type { LinkEnd, TopologyLink, TopologyNode } from '@eyenet/shared/api'

/** Names of nodes by id. */
export type Naming = (id: string) => TopologyNode | undefined

/** Longest name of a device, port or place in a sentence. */
const MAX_NAME = 120

/** `access-3 Gi1/0/1`; what devices say of themselves loses what is not for a line of text. */
export function endText({ node, port }: LinkEnd, naming: Naming): string {
  const name = plain(naming(node)?.name ?? node)
  return port === undefined ? name : `${name} ${plain(port)}`
}

export function linkText(link: TopologyLink, naming: Naming): string {
  return `${endText(link.a, naming)} - ${endText(link.b, naming)}`
}

/** One line without control characters and marks that turn the direction of text. */
export function plain(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME - 1)}…` : line
}

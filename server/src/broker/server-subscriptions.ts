import { LANES } from '@eyenet/shared/wire'

const EVERY_AGENT = 'eyenet/v1/+/+'

/**
 * What a server reads at an external broker. Lanes are shared among the servers of a group (MQTT 5, section 4.8.2), so
 * that each message goes to one of them. Who is there, and replies, each of them hears.
 */
export function subscriptionsFor(shareGroup: string | undefined): readonly string[] {
  const shared = shareGroup === undefined ? '' : `$share/${shareGroup}/`
  return [
    `${EVERY_AGENT}/status`,
    `${EVERY_AGENT}/up/reply`,
    ...LANES.map((lane) => `${shared}${EVERY_AGENT}/up/${lane}`),
  ]
}

import { metrics } from './metric-spec.ts'

/** What the server writes about how the network hangs together. */
export const TOPOLOGY_METRICS = [
  ...metrics(
    ['link', 'interface', 'peer', 'peer_device', 'peer_interface'],
    [
      [
        'topology_link_up',
        'gauge',
        'state',
        '1 while a link between two devices is told of and up, 0 while it is down or lost; written by the server.',
      ],
      [
        'topology_link_lost',
        'gauge',
        'state',
        '1 while nobody tells of a link between two devices though no port of it is down, 0 for a day after; written by the server.',
      ],
    ],
  ),
  ...metrics(
    ['interface', 'from', 'to'],
    [
      [
        'topology_neighbor_moved',
        'gauge',
        'state',
        '1 for an hour after a cable moved, 0 for the rest of a day; written by the server.',
      ],
    ],
  ),
  ...metrics(
    ['change'],
    [
      [
        'topology_root_bridge_changed',
        'gauge',
        'state',
        '1 for an hour after a spanning tree got another root, 0 for the rest of a day; written by the server.',
      ],
    ],
  ),
  ...metrics(
    ['kind'],
    [
      [
        'topology_changes_total',
        'counter',
        'count',
        'Changes of the network since the server started, by kind; written by the server.',
      ],
    ],
  ),
]

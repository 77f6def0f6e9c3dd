import { metrics } from './metric-spec.ts'

/** The agent about itself; label `agent` instead of `device`. */
export const AGENT_METRICS = metrics(
  ['agent'],
  [
    ['agent_up', 'gauge', 'state', '1 while the agent is connected to the server, else 0; written by the server.'],
    ['agent_buffer_samples', 'gauge', 'count', 'Samples in the outbox that the server has not acknowledged.'],
    ['agent_buffer_bytes', 'gauge', 'bytes', 'Size of the outbox on disk.'],
    ['agent_buffer_oldest_seconds', 'gauge', 'seconds', 'Age of the oldest sample that is not acknowledged.'],
    [
      'agent_backfill_pace_samples_per_second',
      'gauge',
      'count',
      'Limit that the server sets for the backlog; 0 without one.',
    ],
    ['agent_uplink_bytes_per_second', 'gauge', 'bytes', 'What the line to the server carries, as far as it was full.'],
    ['agent_dropped_samples_total', 'counter', 'count', 'Samples dropped because the outbox was full.'],
    ['agent_polls_total', 'counter', 'count', 'Polls finished.'],
    ['agent_polls_failed_total', 'counter', 'count', 'Polls that got no answer.'],
    ['agent_polls_late_total', 'counter', 'count', 'Polls that started more than a tenth of their interval late.'],
    [
      'agent_polls_skipped_total',
      'counter',
      'count',
      'Polls that were due and left out, since the one before was under way or the machine was busy.',
    ],
    ['discovery_addresses_total', 'counter', 'count', 'Addresses that were asked while looking for devices.'],
    [
      'discovery_found_total',
      'counter',
      'count',
      'Findings that were told: new ones, changed ones, and all once a day.',
    ],
    [
      'discovery_held_back_total',
      'counter',
      'count',
      'Times that a credential was not tried, since the device had seen three within the hour.',
    ],
    ['discovery_dropped_total', 'counter', 'count', 'Addresses that devices told of and that found the queue full.'],
    ['discovery_packets_total', 'counter', 'count', 'Packets that were sent while looking for devices.'],
    ['agent_cpu_seconds_total', 'counter', 'seconds', 'Processor time the agent has used.'],
    ['agent_memory_bytes', 'gauge', 'bytes', 'Resident memory of the agent.'],
    [
      'eyenet_agent_identity_conflicts_total',
      'counter',
      'count',
      'Times that a second process was seen with the identity of the agent; written by the server.',
    ],
    [
      'agent_clock_skew_seconds',
      'gauge',
      'seconds',
      'Clock of the agent minus clock of the server; written by the server.',
    ],
  ],
)

/** What came of the traps that an agent heard. */
export const TRAP_METRICS = metrics(
  ['agent', 'outcome'],
  [['discovery_traps_total', 'counter', 'count', 'Traps that were heard, by what became of them.']],
)

/** What an agent was told and did not do. */
export const REFUSAL_METRICS = metrics(
  ['agent', 'reason'],
  [['agent_refused_commands_total', 'counter', 'count', 'Messages from the broker that the agent refused, by reason.']],
)

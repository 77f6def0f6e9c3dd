import { metrics } from './metric-spec.ts'

/** One device as a whole, its processors, memory, storage, supplies, and its answer to ICMP. */
export const DEVICE_METRICS = [
  ...metrics(
    [],
    [
      ['device_up', 'gauge', 'state', '1 while the device answers any of its checks, else 0.'],
      ['snmp_up', 'gauge', 'state', '1 when the last SNMP poll was answered, else 0.'],
      ['snmp_poll_duration_seconds', 'gauge', 'seconds', 'Time the last SNMP poll took.'],
      ['snmp_poll_varbinds', 'gauge', 'count', 'Varbinds read by the last SNMP poll.'],
      ['icmp_up', 'gauge', 'state', '1 when the last ICMP echo was answered, else 0 (RFC 792).'],
      ['icmp_rtt_seconds', 'gauge', 'seconds', 'Round-trip time of the last ICMP echo, the smallest of its packets.'],
      ['icmp_loss_ratio', 'gauge', 'ratio', 'Share of the last ICMP echoes without an answer, 0 to 1.'],
      ['sysUpTime', 'gauge', 'centiseconds', 'Time since the SNMP entity was re-initialised, 1/100 s (SNMPv2-MIB).'],
      ['device_uptime_seconds', 'gauge', 'seconds', 'Time since the device started.'],
      ['device_memory_used_bytes', 'gauge', 'bytes', 'Memory in use, without caches and buffers where they are known.'],
      ['device_memory_total_bytes', 'gauge', 'bytes', 'Memory fitted.'],
      ['device_memory_used_ratio', 'gauge', 'ratio', 'Share of memory in use where its size is not told, 0 to 1.'],
      ['device_load1', 'gauge', 'count', 'Load average over 1 minute.'],
    ],
  ),
  ...metrics(
    ['vendor', 'os', 'model', 'version', 'sysname', 'address', 'name', 'role'],
    [['device_info', 'info', 'none', 'Always 1; what may change about a device is in its labels.']],
  ),
  ...metrics(
    ['cpu'],
    [['device_cpu_ratio', 'gauge', 'ratio', 'Share of the last minute that a processor was busy, 0 to 1.']],
  ),
  ...metrics(
    ['storage'],
    [
      ['device_storage_used_bytes', 'gauge', 'bytes', 'Bytes used on a file system or volume.'],
      ['device_storage_total_bytes', 'gauge', 'bytes', 'Size of a file system or volume.'],
      ['device_storage_used_ratio', 'gauge', 'ratio', 'Share in use of a volume whose size is not told, 0 to 1.'],
    ],
  ),
  ...metrics(
    ['pool'],
    [
      ['device_memory_pool_used_bytes', 'gauge', 'bytes', 'Memory in use in one pool of a device with several.'],
      ['device_memory_pool_total_bytes', 'gauge', 'bytes', 'Size of one pool of memory.'],
      ['device_memory_pool_used_ratio', 'gauge', 'ratio', 'Share in use of one pool of memory, 0 to 1.'],
    ],
  ),
  ...metrics(
    ['supply'],
    [['supply_remaining_ratio', 'gauge', 'ratio', 'What is left of a supply, such as toner or paper, 0 to 1.']],
  ),
] as const

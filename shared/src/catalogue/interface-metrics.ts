import { metrics } from './metric-spec.ts'

/** One interface; the names are those of IF-MIB (RFC 2863). 64-bit counters where the device has them. */
export const INTERFACE_METRICS = [
  ...metrics(
    ['interface'],
    [
      ['ifHCInOctets', 'counter', 'octets', 'Octets received, framing included (64 bit).'],
      ['ifHCOutOctets', 'counter', 'octets', 'Octets sent, framing included (64 bit).'],
      ['ifInOctets', 'counter', 'octets', 'Octets received (32 bit; where there is no 64-bit counter).'],
      ['ifOutOctets', 'counter', 'octets', 'Octets sent (32 bit; where there is no 64-bit counter).'],
      ['ifHCInUcastPkts', 'counter', 'packets', 'Unicast packets received (64 bit).'],
      ['ifHCOutUcastPkts', 'counter', 'packets', 'Unicast packets sent (64 bit).'],
      ['ifInUcastPkts', 'counter', 'packets', 'Unicast packets received (32 bit).'],
      ['ifOutUcastPkts', 'counter', 'packets', 'Unicast packets sent (32 bit).'],
      ['ifHCInMulticastPkts', 'counter', 'packets', 'Multicast packets received (64 bit).'],
      ['ifHCOutMulticastPkts', 'counter', 'packets', 'Multicast packets sent (64 bit).'],
      ['ifHCInBroadcastPkts', 'counter', 'packets', 'Broadcast packets received (64 bit).'],
      ['ifHCOutBroadcastPkts', 'counter', 'packets', 'Broadcast packets sent (64 bit).'],
      ['ifInErrors', 'counter', 'packets', 'Received packets with errors.'],
      ['ifOutErrors', 'counter', 'packets', 'Packets not sent because of errors.'],
      ['ifInDiscards', 'counter', 'packets', 'Received packets discarded without an error.'],
      ['ifOutDiscards', 'counter', 'packets', 'Packets not sent, discarded without an error.'],
      ['ifAdminStatus', 'gauge', 'state', '1 up, 2 down, 3 testing: what is wanted.'],
      [
        'ifOperStatus',
        'gauge',
        'state',
        '1 up, 2 down, 3 testing, 4 unknown, 5 dormant, 6 notPresent, 7 lowerLayerDown.',
      ],
      [
        'ifSpeed',
        'gauge',
        'bits_per_second',
        'Nominal bandwidth in bits per second, from ifHighSpeed above 4.29 Gbit/s.',
      ],
    ],
  ),
  ...metrics(
    ['interface', 'ifIndex', 'ifName', 'ifDescr', 'ifAlias', 'ifType', 'mac'],
    [['interface_info', 'info', 'none', 'Always 1; what may change about an interface is in its labels.']],
  ),
] as const

import { type MetricUnit, metrics } from './metric-spec.ts'

type Row = readonly [kind: string, metric: string, unit: MetricUnit, factor: number, help: string]

/** Kind of a sensor, the metric that its readings are stored under, and what takes them there in base units. */
const ROWS = [
  ['temperature', 'sensor_temperature_celsius', 'celsius', 1, 'Temperature.'],
  ['voltage', 'sensor_voltage_volts', 'volts', 1, 'Voltage.'],
  ['current', 'sensor_current_amperes', 'amperes', 1, 'Current.'],
  ['power', 'sensor_power_watts', 'watts', 1, 'Power.'],
  ['power_consumed', 'sensor_energy_joules', 'joules', 3_600_000, 'Energy taken since the device began to count.'],
  ['power_factor', 'sensor_power_factor', 'none', 1, 'Power factor, -1 to 1.'],
  ['fanspeed', 'sensor_fan_rpm', 'rpm', 1, 'Fan speed in revolutions per minute.'],
  ['frequency', 'sensor_frequency_hertz', 'hertz', 1, 'Frequency.'],
  ['dbm', 'sensor_power_dbm', 'dbm', 1, 'Power of light or radio, relative to 1 mW.'],
  ['signal', 'sensor_signal_dbm', 'dbm', 1, 'Strength of a received signal, relative to 1 mW.'],
  ['rssi', 'sensor_rssi_dbm', 'dbm', 1, 'Received signal strength indication.'],
  ['rsrp', 'sensor_rsrp_dbm', 'dbm', 1, 'Reference signal received power (3GPP TS 36.214).'],
  ['rsrq', 'sensor_rsrq_db', 'decibels', 1, 'Reference signal received quality (3GPP TS 36.214).'],
  ['noise-floor', 'sensor_noise_dbm', 'dbm', 1, 'Noise where nobody sends.'],
  ['snr', 'sensor_snr_db', 'decibels', 1, 'Signal to noise ratio.'],
  ['sinr', 'sensor_sinr_db', 'decibels', 1, 'Signal to interference and noise ratio.'],
  ['mse', 'sensor_mse_db', 'decibels', 1, 'Mean square error of a radio receiver.'],
  ['xpi', 'sensor_xpi_db', 'decibels', 1, 'Cross polarisation isolation.'],
  ['signal_loss', 'sensor_signal_loss_db', 'decibels', 1, 'Signal lost on the way.'],
  ['tv_signal', 'sensor_tv_signal_dbuv', 'decibels', 1, 'Level of a television signal, relative to 1 uV.'],
  ['humidity', 'sensor_humidity_ratio', 'ratio', 0.01, 'Relative humidity, 0 to 1.'],
  ['charge', 'sensor_charge_ratio', 'ratio', 0.01, 'Charge of a battery, 0 to 1.'],
  ['load', 'sensor_load_ratio', 'ratio', 0.01, 'Load, as a share of what the device can bear.'],
  ['percent', 'sensor_ratio', 'ratio', 0.01, 'A share that the device tells, 0 to 1.'],
  ['utilization', 'sensor_utilization_ratio', 'ratio', 0.01, 'Use of a radio channel, 0 to 1.'],
  ['quality', 'sensor_quality_ratio', 'ratio', 0.01, 'Quality of a radio link, 0 to 1.'],
  ['ccq', 'sensor_ccq_ratio', 'ratio', 0.01, 'Client connection quality of a radio link, 0 to 1.'],
  ['capacity', 'sensor_capacity_ratio', 'ratio', 0.01, 'Capacity in use, 0 to 1.'],
  ['loss', 'sensor_loss_ratio', 'ratio', 0.01, 'Packets lost, 0 to 1.'],
  ['error-ratio', 'sensor_error_ratio', 'ratio', 0.01, 'Share of errors on a radio link, 0 to 1.'],
  ['runtime', 'sensor_runtime_seconds', 'seconds', 60, 'Time that a battery lasts at the present load.'],
  ['delay', 'sensor_delay_seconds', 'seconds', 1, 'Delay that the device measures.'],
  ['bitrate', 'sensor_rate_bps', 'bits_per_second', 1, 'Bit rate.'],
  ['rate', 'sensor_link_rate_bps', 'bits_per_second', 1, 'Bit rate of a radio link.'],
  ['error-rate', 'sensor_error_rate_bps', 'bits_per_second', 1, 'Bits in error each second.'],
  ['pressure', 'sensor_pressure_pascals', 'pascals', 1000, 'Pressure.'],
  ['airflow', 'sensor_airflow_cfm', 'none', 1, 'Air flow in cubic feet per minute.'],
  ['waterflow', 'sensor_waterflow_lpm', 'none', 1, 'Water flow in litres per minute.'],
  ['cooling', 'sensor_cooling_watts', 'watts', 1, 'Heat taken away.'],
  ['distance', 'sensor_distance_meters', 'meters', 1000, 'Length of a radio link.'],
  ['quality_factor', 'sensor_quality_factor_db', 'decibels', 1, 'Q factor of an optical signal.'],
  ['chromatic_dispersion', 'sensor_chromatic_dispersion', 'none', 1, 'Chromatic dispersion, ps/nm.'],
  ['ber', 'sensor_bit_error_ratio', 'none', 1, 'Bit error ratio.'],
  ['eer', 'sensor_energy_efficiency_ratio', 'none', 1, 'Energy efficiency ratio of a cooler.'],
  ['clients', 'sensor_clients', 'count', 1, 'Clients of a radio or an access point.'],
  ['ap-count', 'sensor_access_points', 'count', 1, 'Access points of a controller.'],
  ['channel', 'sensor_channel', 'none', 1, 'Radio channel.'],
  ['cell', 'sensor_cell', 'none', 1, 'Number of the radio cell.'],
  ['errors', 'sensor_errors', 'count', 1, 'Errors that the device counts.'],
  ['count', 'sensor_count', 'count', 1, 'A number that the device tells.'],
  [
    'state',
    'sensor_state',
    'state',
    1,
    'State of a part as a number of its MIB; the words are in the facts of the device.',
  ],
] as const satisfies readonly Row[]

export type SensorMetric = { readonly metric: string; readonly factor: number; readonly unit: MetricUnit }

const BY_KIND: ReadonlyMap<string, SensorMetric> = new Map(
  ROWS.map(([kind, metric, unit, factor]) => [kind, { metric, unit, factor }]),
)

/** Where readings of a kind are stored; a kind that has no metric of its own is a plain number. Radios tell MHz and power in dBm. */
export function sensorMetric(kind: string, isRadio = false): SensorMetric {
  if (isRadio && kind === 'power') return { metric: 'sensor_radio_power_dbm', unit: 'dbm', factor: 1 }
  if (isRadio && kind === 'frequency') return { metric: 'sensor_radio_frequency_hertz', unit: 'hertz', factor: 1e6 }
  return BY_KIND.get(kind) ?? { metric: 'sensor_value', unit: 'none', factor: 1 }
}

/** Readings of sensors; `sensor` names the sensor within its device and metric. */
export const SENSOR_METRICS = [
  ...metrics(
    ['sensor'],
    [
      ...ROWS.map(([, metric, unit, , help]) => [metric, 'gauge', unit, help] as const),
      ['sensor_radio_power_dbm', 'gauge', 'dbm', 'Power that a radio sends with.'],
      ['sensor_radio_frequency_hertz', 'gauge', 'hertz', 'Frequency of a radio link.'],
      ['sensor_value', 'gauge', 'none', 'A reading of another kind, in the unit that the device has.'],
    ],
  ),
  ...metrics(
    ['sensor', 'kind'],
    [
      [
        'sensor_status',
        'gauge',
        'state',
        'How a sensor is by its words or limits: 0 fine, 1 to be looked at, 2 bad. Absent where nothing says so.',
      ],
    ],
  ),
] as const

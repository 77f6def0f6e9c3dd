/**
 * Takes what agents publish in their lanes: drops what is stored already, stores the rest, announces it, and
 * acknowledges once it is on disk. It does not know MQTT, and leaves the meaning of facts and events to others.
 */
export {
  createIngest,
  type Ingest,
  type IngestOptions,
  type IngestStats,
  type Rejected,
  type Stored,
} from './lane-intake.ts'

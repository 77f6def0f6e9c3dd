import '@hono/zod-openapi'
import * as shared from '@eyenet/shared/api'
import { AgentId, DeviceId } from '@eyenet/shared/identity'
import { z } from 'zod'

/**
 * The shared shapes under the names that the OpenAPI document gives them. They are cloned because only what is made after
 * the library was loaded knows `openapi`.
 */
export const Agent = shared.AgentResource.clone().openapi('Agent')
export const AgentConfigurationView = shared.AgentConfigurationView.clone().openapi('AgentConfiguration')
export const AgentGroup = shared.AgentGroup.clone().openapi('AgentGroup')
export const AgentTask = shared.AgentTask.clone().openapi('AgentTask')
export const Alert = shared.AlertResource.clone().openapi('Alert')
export const AlertChanges = shared.AlertChanges.clone().openapi('AlertChanges')
export const Anomaly = shared.Anomaly.clone().openapi('Anomaly')
export const AnomalyBudget = shared.AnomalyBudget.clone().openapi('AnomalyBudget')
export const AnomalyDetail = shared.AnomalyDetail.clone().openapi('AnomalyDetail')
export const AnomalyGroup = shared.AnomalyGroup.clone().openapi('AnomalyGroup')
export const ApiToken = shared.ApiToken.clone().openapi('ApiToken')
export const AuditEntry = shared.AuditEntry.clone().openapi('AuditEntry')
export const BandsAnswer = shared.BandsAnswer.clone().openapi('Bands')
export const ConfigRevision = shared.ConfigRevision.clone().openapi('ConfigRevision')
export const ConfigRevisionAnswer = shared.ConfigRevisionAnswer.clone().openapi('ConfigRevisionAnswer')
export const Device = shared.Device.clone().openapi('Device')
export const DeviceHardware = shared.DeviceHardware.clone().openapi('DeviceHardware')
export const DeviceIdentity = shared.DeviceIdentity.clone().openapi('DeviceIdentity')
export const DeviceMerge = shared.DeviceMerge.clone().openapi('DeviceMerge')
export const DeviceNetwork = shared.DeviceNetwork.clone().openapi('DeviceNetwork')
export const DeviceSensors = shared.DeviceSensors.clone().openapi('DeviceSensors')
export const DeviceSummary = shared.DeviceSummary.clone().openapi('DeviceSummary')
export const DeviceTest = shared.DeviceTest.clone().openapi('DeviceTest')
export const DiscoveryAgent = shared.DiscoveryAgent.clone().openapi('DiscoveryAgent')
export const DiscoveryCredential = shared.DiscoveryCredential.clone().openapi('DiscoveryCredential')
export const DiscoveryOverview = shared.DiscoveryOverview.clone().openapi('Discovery')
export const DiscoveryRules = shared.DiscoveryRules.clone().openapi('DiscoveryRules')
export const DiscoveryRuleTrial = shared.DiscoveryRuleTrial.clone().openapi('DiscoveryRuleTrial')
export const DiscoveryRun = shared.DiscoveryRun.clone().openapi('DiscoveryRun')
export const DuplicateSuggestion = shared.DuplicateSuggestion.clone().openapi('DuplicateSuggestion')
export const Station = shared.Endpoint.clone().openapi('Endpoint')
export const ForecastsAnswer = shared.ForecastsAnswer.clone().openapi('Forecasts')
export const InboxItem = shared.InboxItem.clone().openapi('InboxItem')
export const InboxResults = shared.InboxResults.clone().openapi('InboxResults')
export const Incident = shared.Incident.clone().openapi('Incident')
export const Interface = shared.InterfaceResource.clone().openapi('Interface')
export const LedgerAgents = shared.LedgerAgents.clone().openapi('LedgerAgents')
export const LedgerAnswer = shared.LedgerAnswer.clone().openapi('Ledger')
export const MibFile = shared.MibFile.clone().openapi('MibFile')
export const Model = shared.Model.clone().openapi('Model')
export const ModelDetails = shared.ModelDetails.clone().openapi('ModelDetails')
export const PredictAnswer = shared.PredictAnswer.clone().openapi('Predictions')
export const Reading = shared.Reading.clone().openapi('Reading')
export const Rollout = shared.Rollout.clone().openapi('Rollout')
export const SensorChoiceResource = shared.SensorChoiceResource.clone().openapi('SensorChoice')
export const Session = shared.Session.clone().openapi('Session')
export const SigningKeyResource = shared.SigningKeyResource.clone().openapi('SigningKey')
export const TopologyDiff = shared.TopologyDiff.clone().openapi('TopologyDiff')
export const TopologyEvent = shared.TopologyEvent.clone().openapi('TopologyEvent')
export const TopologyGraph = shared.TopologyGraph.clone().openapi('TopologyGraph')
export const TopologyHistory = shared.TopologyHistory.clone().openapi('TopologyHistory')
export const TopologyPath = shared.TopologyPath.clone().openapi('TopologyPath')
export const TopologyPositions = shared.TopologyPositions.clone().openapi('TopologyPositions')
export const TrainingRun = shared.TrainingRun.clone().openapi('TrainingRun')
export const User = shared.User.clone().openapi('User')

export const AgentPath = z.object({ id: AgentId })
export const DevicePath = z.object({ id: DeviceId })
export const IdPath = z.object({ id: z.uuid() })
/** Milliseconds since 1970, or RFC 3339. */
export const Moment = z.union([
  z.coerce.number().int().min(0).max(8.64e15),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
])
export const itemsOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) })

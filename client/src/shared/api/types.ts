/** Names for the engine's shapes, which are its document's. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Feature = Schemas['FeatureName'];
export type Business = Schemas['Business'];
export type BusinessPatch = Schemas['BusinessPatch'];
export type BusinessPut = Schemas['BusinessPut'];
export type NewBusiness = Schemas['NewBusiness'];
export type OnFailure = Schemas['OnFailure'];
export type Hours = Schemas['Hours'];
export type Span = Schemas['Span'];
export type Holiday = Schemas['Holiday'];
export type ScriptBody = Schemas['ScriptBody'];
export type ScriptCheck = Schemas['ScriptCheck'];
export type ScriptProblem = Schemas['ScriptProblem'];
export type Voice = Schemas['Voice'];
export type CallStatus = Schemas['CallStatus'];
export type Call = Schemas['Call'];
export type Turn = Schemas['Turn'];
export type CallTask = Schemas['CallTask'];
/** Details are what the script saves, by its own names. */
export type CallDetail = Omit<Schemas['CallDetail'], 'details'> & { details: Record<string, unknown> };
export type AuditEntry = Omit<Schemas['AuditEntry'], 'detail'> & { detail: Record<string, unknown> };

export type Locale = Schemas['Locale'];
export type Role = Schemas['Role'];
export type Me = Schemas['Me'];
export type Login = Schemas['Login'];
export type AuthOptions = Schemas['Options'];
export type Session = Schemas['Session'];
export type ApiToken = Schemas['ApiToken'];
export type MadeToken = Schemas['MadeToken'];
export type InvitationLook = Schemas['InvitationLook'];
export type Person = Schemas['Member'];
export type Invitation = Schemas['Invitation'];
export type MadeInvitation = Schemas['MadeInvitation'];

export type Task = Schemas['Task'];
export type NewTask = Schemas['NewTask'];
export type TaskPatch = Schemas['TaskPatch'];
export type TaskChannel = Schemas['TaskChannel'];
export type TaskPriority = Schemas['TaskPriority'];
export type TaskRepeats = Schemas['TaskRepeats'];
export type TaskStatus = Schemas['TaskStatus'];
export type TaskCounts = Schemas['TaskCounts'];
export type Assignee = Schemas['Assignee'];

export type CustomerRow = Schemas['Customer'];
export type CustomerStatus = Schemas['CustomerStatus'];
export type CustomerStage = Schemas['CustomerStage'];
export type Identity = Schemas['CustomerIdentity'];
export type IdentityKind = Schemas['CustomerIdentityKind'];
export type Needs = Schemas['CustomerNeeds'];
/** Details are what calls found out and people wrote, by their names. */
export type Customer = Omit<Schemas['CustomerDetail'], 'details'> & { details: Record<string, unknown> };
export type NewCustomer = Schemas['CustomerToMake'];
export type CustomerPatch = Schemas['CustomerPatch'];
export type Standing = Schemas['CustomerStanding'];
export type StandingPatch = Schemas['StandingPatch'];
export type Consent = Schemas['Consent'];
export type NewConsent = Schemas['ConsentToAdd'];
export type Means = Schemas['OutgoingMeans'];
export type QuietHours = Schemas['QuietHours'];
export type QuietPlace = Schemas['QuietPlace'];
export type OutgoingCall = Schemas['OutgoingCall'];
export type StatsOverview = Schemas['Overview'];
export type Figures = Schemas['Figures'];
export type DayFigures = Schemas['DayFigures'];
export type HourFigures = Schemas['HourFigures'];
export type AgentFigures = Schemas['AgentFigures'];
export type Funnel = Schemas['Funnel'];
export type TagInUse = Schemas['TagInUse'];
export type CustomerMatch = Schemas['CustomerMatch'];
export type TimelineKind = Schemas['TimelineKind'];
export type TimelineItem = Omit<Schemas['TimelineItem'], 'meta'> & { meta: Record<string, unknown> };
export type TimelinePage = Omit<Schemas['Timeline'], 'items'> & { items: TimelineItem[] };
export type SavedView = Omit<Schemas['CustomerView'], 'query'> & { query: Record<string, unknown> };
/** One thing at a time is done to many. */
export type BulkDo =
  { assign: number } | { tag: string } | { untag: string } | { status: CustomerStatus } | { delete: true };
export type BulkJob = Schemas['BulkJob'];
export type BulkResult = Schemas['BulkResult'];

export type Import = Schemas['Import'];
export type ImportMapping = Schemas['ImportMapping'];
export type ImportState = Schemas['ImportState'];
export type ImportPreview = Schemas['ImportPreview'];
export type ImportLineError = Schemas['ImportLineError'];

/** Every list. */
export interface Page<T> {
  results: T[];
  page: number;
  pages: number;
  total: number;
}
export type PersonErased = Schemas['PersonErased'];

/** The engine's shapes by the contract; becomes names for `schema.d.ts` when the document is there. */
export type Locale = 'he' | 'en';
export type Role = 'manager' | 'agent';
export type Feature = 'calls' | 'crm' | 'whatsapp' | 'signatures' | 'invoices';

export interface Page<T> {
  results: T[];
  page: number;
  pages: number;
  total: number;
}

export interface Me {
  user: { id: number; name: string; email: string; locale: Locale };
  admin: boolean;
  business: CurrentBusiness | null;
  memberships: { business_id: number; business_name: string; role: Role }[];
}
export interface CurrentBusiness {
  id: number;
  name: string;
  role: Role | null;
  features: Feature[];
  time_zone: string;
}
export interface Login {
  access_token: string;
  expires_in: number;
  me: Me;
}
export interface AuthOptions {
  first_run: boolean;
  revision: string;
}
export interface Session {
  id: string;
  created_at: string;
  last_seen_at: string;
  address: string | null;
  user_agent: string | null;
  current: boolean;
}
export interface ApiToken {
  id: number;
  name: string;
  business_id: number | null;
  role: Role | null;
  created_at: string;
  last_used_at: string | null;
}
export interface InvitationLook {
  email: string;
  business_name: string;
  role: Role;
  name: string;
}
export interface Person {
  user_id: number;
  name: string;
  email: string;
  role: Role;
  active: boolean;
  last_seen_at: string | null;
  version: number;
}
export interface Invitation {
  id: number;
  email: string;
  name: string;
  role: Role;
  state: 'pending' | 'accepted' | 'expired' | 'revoked';
  created_at: string;
  expires_at: string;
  invited_by: string | null;
}
export type OnFailure = 'message' | 'transfer' | 'hang_up';
export interface Span {
  from: string;
  to: string;
}
export interface Holiday {
  date: string;
  name: string;
  closed: boolean;
  from?: string | null;
  to?: string | null;
}
export interface Hours {
  week: Span[][];
  holidays: Holiday[];
}
export interface Business {
  id: number;
  name: string;
  active: boolean;
  deleted: boolean;
  time_zone: string;
  voice: string | null;
  greeting_text: string | null;
  on_failure: OnFailure;
  transfer_to: string | null;
  turn_limit: number;
  features: Feature[];
  hours: Hours;
  limits: { concurrent_calls: number | null; calls_per_day: number | null };
  numbers: string[];
  version: number;
  created_at: string;
  updated_at: string;
}
export interface ScriptProblem {
  line: number;
  at: string | number | null;
  problem: string;
}
export interface Voice {
  id: string;
  name: string;
  by: string;
}
export type CallStatus =
  'ringing' | 'in_progress' | 'completed' | 'busy' | 'no_answer' | 'canceled' | 'failed';
export interface Call {
  id: string;
  caller: string | null;
  called: string | null;
  direction: 'inbound' | 'outbound';
  status: CallStatus;
  started_at: string;
  ended_at: string | null;
  duration_s: number | null;
  turns: number;
  customer: { id: number; name: string | null } | null;
  intent: string | null;
  summary: string | null;
}
export interface Timings {
  download: number | null;
  transcribe: number | null;
  reply: number | null;
  synthesise: number | null;
}
export interface Turn {
  turn: number;
  state: string;
  received_at: string;
  answered_at: string | null;
  heard: string | null;
  answered: string | null;
  intent: string | null;
  understood: boolean | null;
  reason: string | null;
  audio_ms: number | null;
  speech_ms: number | null;
  took_ms: Timings;
  transcribed_by: string | null;
  replied_by: string | null;
  synthesised_by: string | null;
  caller_audio: string | null;
  reply_audio: string | null;
}
export interface CallTask {
  id: number;
  title: string;
  channel: 'call' | 'whatsapp' | 'meeting';
  due_at: string | null;
}
export interface CallDetail extends Call {
  turns_list: Turn[];
  details: Record<string, unknown>;
  tasks: CallTask[];
}
export interface AuditEntry {
  seq: number;
  at: string;
  actor: { id: number; name: string } | null;
  action: string;
  subject: string | null;
  detail: Record<string, unknown> | null;
  address: string | null;
  request_id: string | null;
}

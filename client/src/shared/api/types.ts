/** Names for the engine's shapes. Those of the document come from it; those that it does not have yet are written here. */
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

export type Locale = 'he' | 'en';
export type Role = 'manager' | 'agent';

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
  /** Null: an administrator who looks in. */
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
  last_used_at?: string | null;
}
export interface InvitationLook {
  email: string;
  business_name: string;
  role: Role;
  name: string;
  /** There is a person with this address already: their own password is asked for. */
  known: boolean;
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

import type { CustomerStage, CustomerStatus, TimelineKind } from '@/shared/api/types';
import type { Tone } from '@/shared/ui/badge';

export const statuses = [
  'lead',
  'active',
  'inactive',
  'blocked',
] as const satisfies readonly CustomerStatus[];
/** In the order in which a customer goes through them. */
export const stages = [
  'new',
  'contacted',
  'qualified',
  'viewing',
  'negotiation',
  'won',
  'lost',
] as const satisfies readonly CustomerStage[];

export const statusTones: Record<CustomerStatus, Tone> = {
  lead: 'info',
  active: 'good',
  inactive: 'quiet',
  blocked: 'bad',
};
export const stageTones: Record<CustomerStage, Tone> = {
  new: 'info',
  contacted: 'info',
  qualified: 'accent',
  viewing: 'accent',
  negotiation: 'warn',
  won: 'good',
  lost: 'quiet',
};

/** How it ended wants a reason. */
export const wantsReason = (stage: CustomerStage) => stage === 'won' || stage === 'lost';

/** Kinds that a reader chooses among; the others are always of the whole. */
export const timelineKinds = [
  'call',
  'task',
  'note',
  'status',
  'whatsapp',
  'document',
] as const satisfies readonly TimelineKind[];

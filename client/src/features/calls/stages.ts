import type { Turn } from '@/shared/api/types';

export type Stage = 'download' | 'transcribe' | 'reply' | 'synthesise' | 'other';

const order = ['download', 'transcribe', 'reply', 'synthesise'] as const;

/** Each stage's share of a turn; what no stage accounts for, until the answer was ready, is waiting. */
export function stages(turn: Pick<Turn, 'took_ms' | 'received_at' | 'answered_at'>): {
  parts: { stage: Stage; ms: number }[];
  total: number;
} {
  const parts: { stage: Stage; ms: number }[] = order.flatMap((stage) => {
    const ms = turn.took_ms[stage];
    return typeof ms === 'number' && ms > 0 ? [{ stage, ms }] : [];
  });
  const worked = parts.reduce((sum, part) => sum + part.ms, 0);
  const whole = turn.answered_at ? Date.parse(turn.answered_at) - Date.parse(turn.received_at) : worked;
  if (whole - worked > 20) parts.push({ stage: 'other', ms: whole - worked });
  return { parts, total: Math.max(whole, worked) };
}

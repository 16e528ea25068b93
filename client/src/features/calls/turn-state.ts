import type { Turn } from '@/shared/api/types';

/** Nothing more will come of this turn. */
export function isOver(turn: Pick<Turn, 'state'>): boolean {
  return turn.state === 'done' || turn.state === 'rejected' || turn.state === 'dead';
}

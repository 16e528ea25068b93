import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { AgentFigures, DayFigures, Funnel, HourFigures, Page, StatsOverview } from '@/shared/api/types';
import type { Period } from '../period';

const asked = <T>(what: string, { from, to }: Period) =>
  queryOptions({
    queryKey: ['stats', what, from, to],
    queryFn: ({ signal }) => request<T>('GET', `/api/stats/${what}`, { query: { from, to }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

export const overviewQuery = (period: Period) => asked<StatsOverview>('overview', period);
export const daysQuery = (period: Period) => asked<Page<DayFigures>>('by-day', period);
export const hoursQuery = (period: Period) => asked<Page<HourFigures>>('missed-by-hour', period);
export const agentsQuery = (period: Period) => asked<Page<AgentFigures>>('by-agent', period);
export const funnelQuery = (period: Period) => asked<Funnel>('funnel', period);

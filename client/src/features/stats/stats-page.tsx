import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { BarChart3 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Figures } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { useNow } from '@/shared/time/use-now';
import { wallOf } from '@/shared/time/zone';
import { Card } from '@/shared/ui/card';
import { Empty } from '@/shared/ui/empty';
import { Failure, NoBusiness } from '@/shared/ui/failure';
import { LinkButton } from '@/shared/ui/link-button';
import { Page } from '@/shared/ui/page';
import { Skeleton } from '@/shared/ui/skeleton';
import { agentsQuery, daysQuery, funnelQuery, hoursQuery, overviewQuery } from './api/stats';
import { AgentsTable } from './charts/agents-table';
import { DayCharts } from './charts/day-charts';
import { FunnelTable } from './charts/funnel-table';
import { HourGrid } from './charts/hour-grid';
import { periodOf, type Period, type PeriodSearch } from './period';
import { PeriodPicker } from './period-picker';
import styles from './stats.module.css';
import { Tiles } from './tiles';

export function StatsPage() {
  const { t, timeZone } = useLocale();
  const me = useMe();
  const search = useSearch({ strict: false }) as PeriodSearch;
  const navigate = useNavigate();
  // A page that is left open over midnight asks for the new day.
  const today = wallOf(useNow(60_000), timeZone).day;
  const period = periodOf(search, today);
  return (
    <Page
      title={t('stats.title')}
      subtitle={t('stats.subtitle')}
      actions={
        me.business && (
          <PeriodPicker
            period={period}
            today={today}
            onChange={(next) =>
              void navigate({ to: '/stats', search: next as PeriodSearch, replace: true, resetScroll: false })
            }
          />
        )
      }
    >
      {me.business ? <Stats period={period} /> : <NoBusiness />}
    </Page>
  );
}

function Stats({ period }: { period: Period }) {
  const { t } = useLocale();
  const me = useMe();
  const [calls, crm] = [me.has('calls'), me.has('crm')];
  const overview = useQuery(overviewQuery(period));
  const days = useQuery(daysQuery(period));
  const hours = useQuery({ ...hoursQuery(period), enabled: calls });
  const agents = useQuery({ ...agentsQuery(period), enabled: crm });
  const funnel = useQuery({ ...funnelQuery(period), enabled: crm });
  if (overview.error) return <Failure error={overview.error} onRetry={() => void overview.refetch()} />;
  if (overview.data && nothing(overview.data.figures) && nothing(overview.data.figures_before))
    return (
      <Empty
        icon={BarChart3}
        title={t('stats.empty')}
        text={t('stats.emptyText')}
        action={
          <LinkButton to="/settings" search={{ section: 'numbers' }} look="primary">
            {t('calls.emptyAction')}
          </LinkButton>
        }
      />
    );
  return (
    <>
      <Tiles overview={overview.data} period={period} />
      <div className={styles.charts} aria-busy={overview.isLoading || days.isLoading || undefined}>
        <Loaded query={days} title={t('stats.byDay')}>
          {(data) => <DayCharts days={data.results} calls={calls} crm={crm} />}
        </Loaded>
        {calls && (
          <div className={styles.wide}>
            <Loaded query={hours} title={t('stats.hours')}>
              {(data) => <HourGrid hours={data.results} period={period} />}
            </Loaded>
          </div>
        )}
        {crm && (
          <>
            <div className={styles.wide}>
              <Loaded query={funnel} title={t('stats.funnel')}>
                {(data) => <FunnelTable funnel={data} period={period} />}
              </Loaded>
            </div>
            <div className={styles.wide}>
              <Loaded query={agents} title={t('stats.agents')}>
                {(data) => <AgentsTable agents={data.results} period={period} />}
              </Loaded>
            </div>
          </>
        )}
      </div>
    </>
  );
}

/** One part of the page: it comes, or fails, by itself. */
function Loaded<T>({
  query,
  title,
  children,
}: {
  query: UseQueryResult<T>;
  title: string;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  return (
    <Card title={title} className={styles.loading}>
      {query.error ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Skeleton height={240} round={10} />
      )}
    </Card>
  );
}

function nothing(figures: Figures): boolean {
  const { calls, outgoing, leads, tasks_made, tasks_done } = figures;
  return calls + outgoing + leads + tasks_made + tasks_done === 0;
}

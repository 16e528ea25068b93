import type { AgentFigures } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { Card } from '@/shared/ui/card';
import { Said } from '@/shared/ui/text';
import { span } from '../measures';
import type { Period } from '../period';
import { callRows, RowsLink, taskRows } from '../rows';
import styles from './charts.module.css';

/** What each person did; an agent sees himself. */
export function AgentsTable({ agents, period }: { agents: readonly AgentFigures[]; period: Period }) {
  const { t, format, locale } = useLocale();
  const done = agents.reduce((sum, one) => sum + one.tasks_done, 0);
  const most = Math.max(1, ...agents.map((one) => one.tasks_done));
  return (
    <Card title={t('stats.agents')} text={t('stats.agentsSummary', { count: done, n: format.number(done) })}>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('stats.agent')}</th>
              <th scope="col" className={styles.meterCell}>
                <span className="hidden-visually">{t('stats.bar')}</span>
              </th>
              <th scope="col">{t('stats.tasksDone')}</th>
              <th scope="col">{t('stats.customersNow')}</th>
              <th scope="col">{t('stats.followUps')}</th>
              <th scope="col">{t('stats.followUp')}</th>
              <th scope="col">{t('stats.followUpMost')}</th>
            </tr>
          </thead>
          <tbody>
            {agents.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  <Said>{one.name}</Said>
                </th>
                <td>
                  <span className={styles.meter} aria-hidden>
                    <span style={{ inlineSize: `${(one.tasks_done / most) * 100}%` }} />
                  </span>
                </td>
                <td>
                  <RowsLink rows={taskRows(period, 'completed', { doer: String(one.id) })}>
                    {format.number(one.tasks_done)}
                  </RowsLink>
                </td>
                <td>
                  <RowsLink rows={{ to: '/customers', search: { assignee: String(one.id) } }}>
                    {format.number(one.customers)}
                  </RowsLink>
                </td>
                <td>
                  <RowsLink rows={callRows(period, { followed: String(one.id) })}>
                    {format.number(one.followed_up)}
                  </RowsLink>
                </td>
                <td>{one.follow_up_p50_s == null ? '–' : span(one.follow_up_p50_s, locale)}</td>
                <td>{one.follow_up_p90_s == null ? '–' : span(one.follow_up_p90_s, locale)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

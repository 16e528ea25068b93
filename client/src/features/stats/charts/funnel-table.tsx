import type { Funnel } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { Card } from '@/shared/ui/card';
import { share, span } from '../measures';
import type { Period } from '../period';
import { customerRows, RowsLink } from '../rows';
import styles from './charts.module.css';

/** How far customers came who came to be in these days; bars are drawn beside their figures, in one table. */
export function FunnelTable({ funnel, period }: { funnel: Funnel; period: Period }) {
  const { t, format, locale } = useLocale();
  const { customers, lost, stages } = funnel;
  const won = stages.at(-1)?.reached ?? 0;
  const summary =
    customers === 0
      ? t('stats.funnelNone')
      : t('stats.funnelSummary', {
          count: customers,
          n: format.number(customers),
          won: format.number(won),
          share: share(won, customers, locale) ?? '',
        });
  return (
    <Card title={t('stats.funnel')} text={summary}>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('stats.stage')}</th>
              <th scope="col" className={styles.meterCell}>
                <span className="hidden-visually">{t('stats.bar')}</span>
              </th>
              <th scope="col">{t('stats.reached')}</th>
              <th scope="col">{t('stats.conversion')}</th>
              <th scope="col">{t('stats.here')}</th>
              <th scope="col">{t('stats.stageTime')}</th>
            </tr>
          </thead>
          <tbody>
            {stages.map((one) => (
              <tr key={one.stage}>
                <th scope="row">{t(`customers.stage.${one.stage}`)}</th>
                <td>
                  <span className={styles.meter} aria-hidden>
                    <span style={{ inlineSize: `${customers > 0 ? (one.reached / customers) * 100 : 0}%` }} />
                  </span>
                </td>
                <td data-figure={`reached.${one.stage}`}>
                  <RowsLink rows={customerRows(period, { reached: one.stage })}>
                    {format.number(one.reached)}
                  </RowsLink>
                </td>
                <td>{one.conversion == null ? '–' : share(one.conversion, 1, locale)}</td>
                <td>
                  <RowsLink rows={customerRows(period, { stage: one.stage })}>
                    {format.number(one.here)}
                  </RowsLink>
                </td>
                <td>{one.median_s == null ? '–' : span(one.median_s, locale)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">{t('customers.stage.lost')}</th>
              <td>
                <span className={styles.meter} aria-hidden>
                  <span style={{ inlineSize: `${customers > 0 ? (lost / customers) * 100 : 0}%` }} />
                </span>
              </td>
              <td>–</td>
              <td>{share(lost, customers, locale) ?? '–'}</td>
              <td>
                <RowsLink rows={customerRows(period, { stage: 'lost' })}>{format.number(lost)}</RowsLink>
              </td>
              <td>–</td>
            </tr>
          </tbody>
        </table>
      </div>
    </Card>
  );
}

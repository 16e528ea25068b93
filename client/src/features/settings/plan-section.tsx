import type { Feature } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { Badge } from '@/shared/ui/badge';
import { Card } from '@/shared/ui/card';
import styles from './settings.module.css';
import type { SectionProps } from './settings-page';

const features: readonly Feature[] = ['calls', 'crm', 'whatsapp', 'signatures', 'invoices'];

/** What the platform has set for the business: to be read. */
export function PlanSection({ business }: SectionProps) {
  const { t, format } = useLocale();
  return (
    <Card title={t('settings.plan')} text={t('settings.planText')}>
      <dl className={styles.facts}>
        {features.map((feature) => {
          const on = business.features.includes(feature);
          return (
            <div key={feature} style={{ display: 'contents' }}>
              <dt>{t(`feature.${feature}`)}</dt>
              <dd>
                <Badge tone={on ? 'good' : 'quiet'} dot>
                  {t(on ? 'settings.on' : 'settings.off')}
                </Badge>
              </dd>
            </div>
          );
        })}
        <dt>{t('businesses.concurrent')}</dt>
        <dd>{format.number(business.limits.concurrent_calls)}</dd>
        <dt>{t('businesses.perDay')}</dt>
        <dd>{format.number(business.limits.calls_per_day)}</dd>
      </dl>
    </Card>
  );
}

import { useQuery } from '@tanstack/react-query';
import type { Customer } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { assigneesQuery } from '@/shared/people/list-assignees';
import { Card } from '@/shared/ui/card';
import { SelectField } from '@/shared/ui/field';
import { DateTime, Said } from '@/shared/ui/text';
import { TagsField } from '../tags-field';
import { sourceText } from '../source-text';
import { statuses } from '../words';
import styles from './card.module.css';
import { edits } from './edits';
import { Identities } from './identities';
import { Needs } from './needs';
import type { Save } from './use-edit';
import { Wishes } from './wishes';

/** Who it is and what is looked for; each thing is changed where it stands. */
export function Side({ customer, save }: { customer: Customer; save: Save }) {
  const { t } = useLocale();
  const { data: people = [] } = useQuery(assigneesQuery);
  const { assignee } = customer;
  // Who has left the business may still be named here.
  const assignees =
    assignee && !people.some((one) => one.id === assignee.id) ? [assignee, ...people] : people;
  return (
    <div className={styles.side}>
      <Card title={t('customers.contact')}>
        <Identities customer={customer} />
      </Card>
      <Card title={t('customers.handling')}>
        <div className={styles.fields}>
          <SelectField
            label={t('customers.status')}
            value={customer.status}
            onChange={(event) => {
              const next = statuses.find((one) => one === event.target.value);
              if (next) save(edits.status(next));
            }}
          >
            {statuses.map((one) => (
              <option key={one} value={one}>
                {t(`customers.status.${one}`)}
              </option>
            ))}
          </SelectField>
          <SelectField
            label={t('customers.assignee')}
            value={String(assignee?.id ?? 0)}
            onChange={(event) => {
              const id = Number(event.target.value);
              save(edits.assignee(assignees.find((one) => one.id === id) ?? null));
            }}
          >
            <option value="0">{t('customers.nobodys')}</option>
            {assignees.map((one) => (
              <option key={one.id} value={String(one.id)}>
                {one.name}
              </option>
            ))}
          </SelectField>
          <TagsField
            label={t('customers.tags')}
            value={customer.tags}
            onChange={(tags) => save(edits.tags(tags))}
          />
        </div>
      </Card>
      <Card title={t('consent.title')}>
        <Wishes id={customer.id} />
      </Card>
      <Card title={t('customers.needs')}>
        <Needs customer={customer} save={save} />
      </Card>
      <dl className={styles.facts}>
        <dt>{t('customers.source')}</dt>
        <dd>
          <Said>{sourceText(t, customer.source)}</Said>
        </dd>
        <dt>{t('customers.createdAt')}</dt>
        <dd>
          <DateTime at={customer.created_at} />
        </dd>
      </dl>
    </div>
  );
}

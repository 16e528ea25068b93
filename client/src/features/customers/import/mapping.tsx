import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Import } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { useSettled } from '@/shared/time/use-settled';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { cx } from '@/shared/ui/cx';
import { SelectField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { Failure } from '@/shared/ui/failure';
import { previewQuery, useImport } from '../api/imports';
import styles from './import.module.css';
import { LineErrors } from './line-errors';
import { mappingOf, roles, rolesOf, withRole, type Role } from './roles';

const SHOWN = 3;

/** What each column is, and at once what would come of it. */
export function Mapping({ one }: { one: Import }) {
  const { t } = useLocale();
  const [chosen, setChosen] = useState<readonly Role[]>(() => rolesOf(one.mapping, one.columns, false));
  return (
    <>
      <Card
        title={<bdi dir="auto">{one.file || t('imports.title')}</bdi>}
        text={`${t('imports.columns')}. ${t('imports.columnsText')}`}
      >
        <ul className={styles.columns}>
          {one.columns.map((head, place) => {
            const name = head.trim() || t('imports.column', { n: place + 1 });
            const cells = one.sample.flatMap((row) => row[place]?.trim() || []).slice(0, SHOWN);
            return (
              <li key={place} data-out={chosen[place] === 'skip' || undefined}>
                <div>
                  <p className={styles.head}>
                    <bdi dir="auto">{name}</bdi>
                  </p>
                  <ul className={styles.cells}>
                    {cells.map((cell, row) => (
                      <li key={row}>
                        <bdi dir="auto">{cell}</bdi>
                      </li>
                    ))}
                  </ul>
                </div>
                <SelectField
                  label={t('imports.role', { column: name })}
                  labelHidden
                  value={chosen[place]}
                  onChange={(event) => {
                    const role = roles.find((known) => known === event.target.value);
                    if (role) setChosen((now) => withRole(now, place, role));
                  }}
                >
                  {roles.map((role) => (
                    <option key={role} value={role}>
                      {t(`imports.role.${role}`)}
                    </option>
                  ))}
                </SelectField>
              </li>
            );
          })}
        </ul>
      </Card>
      <Outcome one={one} chosen={chosen} />
    </>
  );
}

function Outcome({ one, chosen }: { one: Import; chosen: readonly Role[] }) {
  const { t, format } = useLocale();
  const errorText = useErrorText();
  const run = useImport();
  const settled = useSettled(chosen, 400);
  const mapping = useMemo(() => mappingOf(settled, one.columns), [settled, one.columns]);
  const query = useQuery({ ...previewQuery(one.id, mapping ?? {}), enabled: mapping !== null });
  if (!mapping)
    return (
      <Banner tone="warn" alert>
        {t('imports.nobody')}
      </Banner>
    );
  if (query.isError && !query.data)
    return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const seen = query.data;
  const looking = !seen || query.isFetching || settled !== chosen;
  return (
    <Card title={t('imports.preview')}>
      <div className={styles.stack}>
        <div role="status">
          {seen ? (
            <ul className={cx(styles.figures, looking && styles.stale)}>
              <li className={styles.good}>
                <CircleCheck size={18} aria-hidden />
                {t('imports.good', { count: seen.good })}
              </li>
              {seen.bad > 0 && (
                <li className={styles.bad}>
                  <CircleAlert size={18} aria-hidden />
                  {t('imports.bad', { count: seen.bad })}
                </li>
              )}
            </ul>
          ) : (
            t('imports.looking')
          )}
        </div>
        {run.error && (
          <Banner tone="bad" alert>
            {errorText(run.error)}
          </Banner>
        )}
        <div className={forms.buttons}>
          <Button
            look="primary"
            busy={run.isPending}
            disabled={looking || seen.good === 0}
            onClick={() => run.mutate({ run: one.id, mapping })}
          >
            {seen ? t('imports.run', { count: seen.good }) : t('imports.open')}
          </Button>
        </div>
        {seen && seen.errors.length > 0 && (
          <>
            {seen.bad > seen.errors.length && (
              <p className={styles.quiet}>
                {format.number(seen.bad)} · {t('imports.someErrors')}
              </p>
            )}
            <LineErrors errors={seen.errors} columns={one.columns} roles={settled} />
          </>
        )}
      </div>
    </Card>
  );
}

import type { ImportLineError } from '@/shared/api/types';
import { isKey, type Translate } from '@/shared/i18n/translate';
import { useLocale } from '@/shared/i18n/use-locale';
import { Badge } from '@/shared/ui/badge';
import { cx } from '@/shared/ui/cx';
import styles from './import.module.css';
import type { Role } from './roles';

const parts: Readonly<Record<string, Role>> = {
  name: 'name',
  phone: 'phones',
  identity: 'phones',
  email: 'emails',
  tags: 'tags',
  status: 'status',
};

/** What is wrong with a line, in the reader's language; the engine's own words are for programs. */
export function problemOf(t: Translate, { field, error }: ImportLineError): string {
  if (/known by it already/.test(error)) return t('imports.problem.known');
  if (/a line before/.test(error)) return t('imports.problem.twice');
  if (field === 'name' && /invisible/.test(error)) return t('imports.problem.marks');
  if (field === 'name' && /neither/.test(error)) return t('imports.problem.nobody');
  const key = `imports.problem.${field}`;
  return isKey(key) ? t(key) : error;
}

interface Props {
  errors: readonly ImportLineError[];
  columns: readonly string[];
  roles: readonly Role[];
}

/** Lines that are not taken: where, why, and what stands there; what is wrong stands out. */
export function LineErrors({ errors, columns, roles }: Props) {
  const { t, format } = useLocale();
  return (
    <ol className={styles.errors}>
      {errors.map((one) => (
        <li key={one.line}>
          <span className={styles.why}>
            <Badge>{t('imports.line', { line: format.number(one.line) })}</Badge>
            <strong>{problemOf(t, one)}</strong>
          </span>
          <ul className={styles.cells}>
            {one.cells.map(
              (cell, place) =>
                cell && (
                  <li key={place} className={cx(roles[place] === parts[one.field] && styles.wrong)}>
                    <span className="hidden-visually">{columns[place]}: </span>
                    <bdi dir="auto" title={columns[place]}>
                      {cell}
                    </bdi>
                  </li>
                ),
            )}
          </ul>
        </li>
      ))}
    </ol>
  );
}

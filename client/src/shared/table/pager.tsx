import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useLocale } from '../i18n/use-locale';
import { IconButton } from '../ui/button';
import { SelectField } from '../ui/field';
import styles from './data-table.module.css';

interface Props {
  page: number;
  pages: number;
  total: number;
  limit: number;
  onPage: (page: number) => void;
  onLimit: (limit: number) => void;
}

export function Pager({ page, pages, total, limit, onPage, onLimit }: Props) {
  const { t, format } = useLocale();
  const from = (page - 1) * limit + 1;
  const to = Math.min(page * limit, total);
  return (
    <nav className={styles.pager} aria-label={t('table.total', { count: total })}>
      <div className={styles.limit}>
        <SelectField
          label={t('table.limit')}
          value={limit}
          onChange={(event) => onLimit(Number(event.target.value))}
        >
          {[10, 25, 50, 100].map((count) => (
            <option key={count} value={count}>
              {count}
            </option>
          ))}
        </SelectField>
      </div>
      <span className={styles.range}>
        {t('table.range', { from: format.number(from), to: format.number(to), total: format.number(total) })}
      </span>
      <span className={styles.turns}>
        <IconButton
          label={t('table.previous')}
          look="plain"
          disabled={page <= 1}
          onClick={() => onPage(page - 1)}
        >
          <ChevronLeft size={18} aria-hidden className="mirror" />
        </IconButton>
        <IconButton
          label={t('table.next')}
          look="plain"
          disabled={page >= pages}
          onClick={() => onPage(page + 1)}
        >
          <ChevronRight size={18} aria-hidden className="mirror" />
        </IconButton>
      </span>
    </nav>
  );
}

import { Plus, Trash2 } from 'lucide-react';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button, IconButton } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { DayField } from '@/shared/ui/day-field';
import { TextField } from '@/shared/ui/field';
import { twice, type Since } from './paper-rules';
import styles from './settings.module.css';

interface Props {
  title: string;
  text: string;
  /** What is typed beside each day. */
  label: string;
  add: string;
  wrong: (typed: string) => boolean;
  wrongText: string;
  rows: readonly Since[];
  readOnly: boolean;
  onChange: (rows: readonly Since[]) => void;
}

/** What holds from a day on; without any row it is as the law has it. */
export function SinceRows({ title, text, label, add, wrong, wrongText, rows, readOnly, onChange }: Props) {
  const { t, format } = useLocale();
  const double = twice(rows);
  const set = (index: number, next: Partial<Since>) =>
    onChange(rows.map((one, place) => (place === index ? { ...one, ...next } : one)));
  return (
    <Card
      title={title}
      text={text}
      actions={
        !readOnly && (
          <>
            {rows.length > 0 && (
              <Button small look="quiet" onClick={() => onChange([])}>
                {t('settings.papers.asLaw')}
              </Button>
            )}
            <Button
              small
              onClick={() => onChange([...rows, { from: new Date().toISOString().slice(0, 10), value: '' }])}
            >
              <Plus size={16} aria-hidden />
              {add}
            </Button>
          </>
        )
      }
    >
      {rows.length === 0 ? (
        <p className={styles.quiet}>{t('settings.papers.asLawText')}</p>
      ) : (
        <ul className={styles.rows}>
          {rows.map((row, index) => (
            <li key={index} className={styles.since}>
              <DayField
                label={t('settings.papers.from')}
                value={row.from}
                problem={double === row.from ? t('settings.papers.sameDay') : undefined}
                onChange={(from) => from && set(index, { from })}
              />
              <TextField
                label={label}
                ltr
                inputMode="decimal"
                maxLength={18}
                value={row.value}
                problem={wrong(row.value) ? wrongText : undefined}
                onChange={(event) => set(index, { value: event.target.value })}
              />
              {!readOnly && (
                <IconButton
                  className={styles.beside}
                  label={t('settings.papers.removeRow', { day: format.day(row.from) })}
                  onClick={() => onChange(rows.filter((_, place) => place !== index))}
                >
                  <Trash2 size={18} aria-hidden />
                </IconButton>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

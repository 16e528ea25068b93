import { Plus, Trash2 } from 'lucide-react';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button, IconButton } from '@/shared/ui/button';
import { TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { Money } from '@/shared/ui/text';
import styles from './documents.module.css';
import { lineOf, priceWrong, quantityWrong, type EditedLine } from './edited';
import { netOf, totalsOf } from './totals';

interface Props {
  lines: readonly EditedLine[];
  /** Per cent. */
  rate: string;
  missing: boolean;
  onChange: (lines: EditedLine[]) => void;
}

/** What is offered or charged for, with what it comes to while it is typed. */
export function LinesField({ lines, rate, missing, onChange }: Props) {
  const { t } = useLocale();
  const change = (key: number, next: Partial<EditedLine>) =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...next } : line)));
  const add = () =>
    onChange([
      ...lines,
      {
        key: Math.max(0, ...lines.map((line) => line.key)) + 1,
        description: '',
        quantity: '1',
        price: '',
        vat: true,
      },
    ]);
  return (
    <div className={forms.form}>
      {missing && <Banner tone="warn">{t('documents.noLines')}</Banner>}
      <ul className={styles.lines}>
        {lines.map((line, index) => (
          <li key={line.key} className={styles.line} aria-label={t('documents.line', { n: index + 1 })}>
            <TextField
              label={t('documents.description')}
              maxLength={500}
              problem={line.price.trim() && !line.description.trim() ? t('documents.isMissing') : undefined}
              autoFocus={!line.description && index > 0}
              value={line.description}
              onChange={(event) => change(line.key, { description: event.target.value })}
            />
            <TextField
              label={t('documents.quantity')}
              ltr
              inputMode="decimal"
              maxLength={11}
              value={line.quantity}
              problem={quantityWrong(line) ? t('documents.wrongNumber') : undefined}
              onChange={(event) => change(line.key, { quantity: event.target.value })}
            />
            <TextField
              label={t('documents.unitPrice')}
              ltr
              inputMode="decimal"
              maxLength={18}
              value={line.price}
              problem={priceWrong(line) ? t('documents.wrongSum') : undefined}
              onChange={(event) => change(line.key, { price: event.target.value })}
            />
            <label className={forms.choice}>
              <input
                type="checkbox"
                checked={line.vat}
                onChange={(event) => change(line.key, { vat: event.target.checked })}
              />
              {t('documents.vatShort')}
            </label>
            <span className={styles.sum}>
              <Money agorot={netOf(lineOf(line))} />
            </span>
            <IconButton
              small
              label={t('documents.removeLine', { n: index + 1 })}
              onClick={() => onChange(lines.filter((one) => one.key !== line.key))}
            >
              <Trash2 size={16} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
      <div>
        <Button small onClick={add}>
          <Plus size={16} aria-hidden />
          {t('documents.addLine')}
        </Button>
      </div>
      <Totals {...totalsOf(lines.map(lineOf), rate)} rate={rate} />
    </div>
  );
}

/** What a paper comes to. */
export function Totals({ net, vat, total, rate }: { net: number; vat: number; total: number; rate: string }) {
  const { t } = useLocale();
  return (
    <dl className={styles.totals}>
      <dt>{t('documents.net')}</dt>
      <dd>
        <Money agorot={net} />
      </dd>
      <dt>{t('documents.vat', { rate: `${rate}%` })}</dt>
      <dd>
        <Money agorot={vat} />
      </dd>
      <dt className={styles.total}>{t('documents.total')}</dt>
      <dd className={styles.total}>
        <Money agorot={total} />
      </dd>
    </dl>
  );
}

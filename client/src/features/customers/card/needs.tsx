import { useState } from 'react';
import type { Customer, Needs as NeedsOf } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { isKey } from '@/shared/keys/shortcuts';
import { TextField } from '@/shared/ui/field';
import styles from './card.module.css';
import { edits } from './edits';
import type { Save } from './use-edit';

/** What is looked for: each field keeps what is typed when it is left, or by Enter. */
export function Needs({ customer, save }: { customer: Customer; save: Save }) {
  const { t, format } = useLocale();
  const { needs } = customer;
  const set = (next: Partial<NeedsOf>) => save(edits.needs({ ...needs, ...next }));
  return (
    <div className={styles.needs}>
      <NeedField
        label={t('customers.need.city')}
        value={needs.city ?? ''}
        onKeep={(typed) => set({ city: typed || null })}
      />
      <NeedField
        label={t('customers.need.rooms')}
        inputMode="decimal"
        value={needs.rooms == null ? '' : String(needs.rooms)}
        fits={(typed) => typed === '' || rooms(typed) !== null}
        onKeep={(typed) => set({ rooms: typed === '' ? null : rooms(typed) })}
      />
      <NeedField
        label={t('customers.need.budget')}
        inputMode="numeric"
        value={needs.budget == null ? '' : format.number(needs.budget)}
        fits={(typed) => typed === '' || money(typed) !== null}
        onKeep={(typed) => set({ budget: typed === '' ? null : money(typed) })}
      />
    </div>
  );
}

/** 3, 3.5 or 3½; halves at most. */
export function rooms(typed: string): number | null {
  const text = typed.replace('½', '.5').replace(',', '.').trim();
  const value = /^\d{0,2}(\.[05])?$/.test(text) && text !== '' ? Number(text) : NaN;
  return value >= 1 && value <= 20 ? value : null;
}

/** 1,850,000, 1.85 million as people write it here (1.85M, 1.85 מיליון), 900k; whole shekels. */
export function money(typed: string): number | null {
  const found = /^([\d.,\s]+)(m|k|מיליון|אלף)?$/i.exec(typed.replace(/[₪\u200e\u200f]/g, '').trim());
  if (!found?.[1]) return null;
  const unit = found[2]?.toLowerCase();
  const times = unit === 'm' || unit === 'מיליון' ? 1_000_000 : unit ? 1000 : 1;
  const bare = found[1].replace(/[,\s]/g, '');
  const value = Math.round(Number(times === 1 ? bare.replace(/\.(?=\d{3}(\D|$))/g, '') : bare) * times);
  return Number.isSafeInteger(value) && value > 0 && value <= 10_000_000_000 ? value : null;
}

interface FieldProps {
  label: string;
  value: string;
  inputMode?: 'decimal' | 'numeric';
  fits?: (typed: string) => boolean;
  onKeep: (typed: string) => void;
}

function NeedField({ label, value, inputMode, fits = () => true, onKeep }: FieldProps) {
  const { t } = useLocale();
  const [typed, setTyped] = useState<string | null>(null);
  const bad = typed !== null && !fits(typed.trim());
  const keep = () => {
    if (typed === null || bad) return;
    if (typed.trim() !== value) onKeep(typed.trim());
    setTyped(null);
  };
  return (
    <TextField
      label={label}
      maxLength={60}
      {...(inputMode && { inputMode, ltr: true })}
      problem={bad ? t('form.refused') : undefined}
      placeholder="–"
      value={typed ?? value}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={keep}
      onKeyDown={(press) => {
        if (press.nativeEvent.isComposing) return;
        if (isKey(press, 'Enter')) keep();
        else if (isKey(press, 'Escape')) setTyped(null);
      }}
    />
  );
}

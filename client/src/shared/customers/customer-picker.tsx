import { useQuery } from '@tanstack/react-query';
import { Search, UserRound, X } from 'lucide-react';
import { useState } from 'react';
import { useLocale } from '../i18n/use-locale';
import { isKey } from '../keys/shortcuts';
import { useSettled } from '../time/use-settled';
import { IconButton } from '../ui/button';
import { cx } from '../ui/cx';
import { Field } from '../ui/field';
import fields from '../ui/field.module.css';
import { Phone, Said } from '../ui/text';
import styles from './customer-picker.module.css';
import { customersQuery } from './find-customers';

export interface PickedCustomer {
  id: number;
  name: string;
  phone?: string | null;
}

interface Props {
  label: string;
  value: PickedCustomer | null;
  onChange: (customer: PickedCustomer | null) => void;
  /** Not offered: who is looked at already. */
  without?: number;
}

/** One customer, found by typing part of a name or a number. */
export function CustomerPicker({ label, value, onChange, without }: Props) {
  const { t } = useLocale();
  if (!value)
    return (
      <Field label={label} optional>
        {({ id }) => <Finder id={id} onChange={onChange} without={without} />}
      </Field>
    );
  return (
    <div className={fields.field}>
      <span className={fields.label}>{label}</span>
      <span className={styles.chosen}>
        <UserRound size={16} aria-hidden />
        <Said className={styles.name}>{value.name || t('customers.nameless')}</Said>
        {value.phone && <Phone number={value.phone} />}
        <IconButton small label={t('customers.unpick')} onClick={() => onChange(null)}>
          <X size={16} aria-hidden />
        </IconButton>
      </span>
    </div>
  );
}

interface FinderProps {
  id: string;
  onChange: (customer: PickedCustomer) => void;
  without: number | undefined;
}

function Finder({ id, onChange, without }: FinderProps) {
  const { t } = useLocale();
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const asked = useSettled(typed.trim(), 200);
  const { data, isFetching } = useQuery({
    ...customersQuery({ q: asked, limit: 8 }),
    enabled: open && asked.length >= 2,
  });
  const found = asked.length < 2 ? [] : (data?.results ?? []).filter((one) => one.id !== without);
  const current = Math.min(at, found.length - 1);
  const shown = open && typed.trim().length >= 2;
  const choose = (index: number) => {
    const one = found[index];
    if (one) onChange({ id: one.id, name: one.name, phone: one.phone });
  };
  return (
    <div className={styles.finder}>
      <Search size={16} aria-hidden />
      <input
        id={id}
        className={fields.control}
        role="combobox"
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown && current >= 0 ? `${id}-${current}` : undefined}
        autoComplete="off"
        dir="auto"
        placeholder={t('customers.pick')}
        value={typed}
        onChange={(change) => {
          setTyped(change.target.value);
          setOpen(true);
          setAt(0);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={(press) => {
          if (!shown || press.nativeEvent.isComposing) return;
          if (isKey(press, 'ArrowDown')) setAt((current + 1) % Math.max(found.length, 1));
          else if (isKey(press, 'ArrowUp')) setAt((current - 1 + found.length) % Math.max(found.length, 1));
          else if (isKey(press, 'Enter') && current >= 0) choose(current);
          else if (isKey(press, 'Escape')) {
            // Only the list is closed, not the dialog around it.
            press.stopPropagation();
            setOpen(false);
          } else return;
          press.preventDefault();
        }}
      />
      {shown && (
        <div className={styles.list} id={`${id}-list`} role="listbox" aria-label={t('customers.found')}>
          {found.map((one, index) => (
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the field keeps the focus and the keys; an option is only for the pointer
            <div
              key={one.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === current}
              className={cx(styles.option, index === current && styles.current)}
              onPointerDown={(press) => press.preventDefault()}
              onClick={() => choose(index)}
              onPointerMove={() => setAt(index)}
            >
              <Said className={styles.name}>{one.name || t('customers.nameless')}</Said>
              {one.phone && <Phone number={one.phone} />}
            </div>
          ))}
          {found.length === 0 && (
            <p className={styles.none}>
              {t(isFetching || asked !== typed.trim() ? 'table.loading' : 'customers.noneFound')}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

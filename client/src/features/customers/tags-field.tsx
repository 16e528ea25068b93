import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { useLocale } from '@/shared/i18n/use-locale';
import { isKey } from '@/shared/keys/shortcuts';
import { Field } from '@/shared/ui/field';
import { useSettled } from '@/shared/time/use-settled';
import { Said } from '@/shared/ui/text';
import { tagsQuery } from './api/tags';
import styles from './customers.module.css';

interface Props {
  label: string;
  labelHidden?: boolean;
  value: readonly string[];
  onChange: (tags: string[]) => void;
}

const LONGEST = 40;
const MOST = 20;

/** Words put on a customer, offered as they are used already: Enter or a comma adds one, Backspace in the empty field takes the last. */
export function TagsField({ label, labelHidden, value, onChange }: Props) {
  const { t } = useLocale();
  const [typed, setTyped] = useState('');
  const asked = useSettled(typed.trim(), 150);
  const { data } = useQuery({ ...tagsQuery(asked), enabled: asked !== '' });
  const offered = asked === '' ? [] : (data?.results ?? []).filter((one) => !value.includes(one.tag));
  const add = (text: string) => {
    const tag = text.replace(/\s+/g, ' ').trim().slice(0, LONGEST);
    setTyped('');
    if (tag && !value.includes(tag) && value.length < MOST) onChange([...value, tag]);
  };
  return (
    <Field label={label} labelHidden={labelHidden}>
      {({ id }) => (
        <div className={styles.tagsField}>
          {value.map((tag) => (
            <span key={tag} className={styles.tag}>
              <Said>{tag}</Said>
              <button
                type="button"
                aria-label={t('customers.untag', { tag })}
                title={t('customers.untag', { tag })}
                onClick={() => onChange(value.filter((one) => one !== tag))}
              >
                <X size={12} aria-hidden />
              </button>
            </span>
          ))}
          <input
            id={id}
            list={`${id}-offered`}
            dir="auto"
            autoComplete="off"
            maxLength={LONGEST}
            placeholder={t('customers.addTag')}
            value={typed}
            onChange={(event) => {
              const text = event.target.value;
              // What is taken from those that are offered comes whole.
              const taken = text.length > typed.length + 1 && offered.some((one) => one.tag === text);
              if (taken) add(text);
              else if (text.endsWith(',')) add(text.slice(0, -1));
              else setTyped(text);
            }}
            onBlur={() => add(typed)}
            onKeyDown={(press) => {
              if (press.nativeEvent.isComposing) return;
              if (isKey(press, 'Enter') && typed.trim()) {
                press.preventDefault();
                add(typed);
              } else if (isKey(press, 'Backspace') && typed === '' && value.length > 0)
                onChange(value.slice(0, -1));
            }}
          />
          <datalist id={`${id}-offered`}>
            {offered.map((one) => (
              <option key={one.tag} value={one.tag} />
            ))}
          </datalist>
        </div>
      )}
    </Field>
  );
}

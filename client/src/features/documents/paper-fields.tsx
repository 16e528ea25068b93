import { CircleCheck, CircleDashed } from 'lucide-react';
import { useState } from 'react';
import { parseMoney, typedMoney } from '@/shared/format/money';
import { isKey } from '@/shared/i18n/translate';
import { useLocale } from '@/shared/i18n/use-locale';
import { Card } from '@/shared/ui/card';
import { DayField } from '@/shared/ui/day-field';
import { SelectField, TextArea, TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import styles from './documents.module.css';
import { choices, missingIn, orderGroups, type Fields } from './order-form';
import { fieldText } from './words';

interface Props {
  fields: Fields;
  missing: readonly string[];
  /** What the engine refused, by name. */
  wrong: Readonly<Record<string, string>>;
  onChange: (fields: Fields) => void;
}

/** The five groups of the brokerage order: without each of them the law knows no fee. */
export function OrderFields(props: Props) {
  const { t } = useLocale();
  return (
    <Card title={t('documents.order')} text={t('documents.orderText')}>
      <ol className={styles.groups}>
        {orderGroups.map(({ group, fields }, index) => {
          const left = missingIn(fields, props.missing);
          const Icon = left > 0 ? CircleDashed : CircleCheck;
          return (
            <li key={group}>
              <fieldset>
                <legend className={styles.group} data-whole={left === 0 || undefined}>
                  <Icon size={18} aria-hidden />
                  {index + 1}. {t(`documents.group.${group}`)}
                  {left > 0 && <span className={styles.left}>{t('documents.missing', { count: left })}</span>}
                </legend>
                <div className={forms.two}>
                  {fields.map((name) => (
                    <OneField key={name} name={name} {...props} />
                  ))}
                </div>
              </fieldset>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

/** Whatever else a paper's text names. */
export function OtherFields({ names, ...props }: Props & { names: readonly string[] }) {
  return (
    <div className={forms.two}>
      {names.map((name) => (
        <OneField key={name} name={name} {...props} />
      ))}
    </div>
  );
}

function OneField({ name, fields, missing, wrong, onChange }: Props & { name: string }) {
  const { t } = useLocale();
  const value = fields[name] ?? '';
  const label = fieldText(t, name);
  const problem =
    wrong[name] !== undefined
      ? t('form.refused')
      : missing.includes(name)
        ? t('documents.isMissing')
        : undefined;
  const set = (next: string) => onChange({ ...fields, [name]: next });
  const options = choices[name];
  if (options)
    return (
      <SelectField
        label={label}
        problem={problem}
        value={value}
        onChange={(event) => set(event.target.value)}
      >
        <option value="">{t('documents.choose')}</option>
        {options.map((one) => {
          const key = `documents.choice.${name}.${one}`;
          return (
            <option key={one} value={one}>
              {isKey(key) ? t(key) : one}
            </option>
          );
        })}
      </SelectField>
    );
  if (name === 'price' || (name === 'fee' && fields.fee_kind === 'amount'))
    return <MoneyText key={fields.fee_kind} label={label} problem={problem} value={value} onChange={set} />;
  if (name === 'exclusive_until')
    return (
      <DayField label={label} problem={problem} value={value || null} onChange={(day) => set(day ?? '')} />
    );
  if (name === 'property')
    return (
      <div className={styles.wide}>
        <TextArea
          label={label}
          hint={t('documents.propertyHint')}
          problem={problem}
          rows={2}
          maxLength={2000}
          value={value}
          onChange={(event) => set(event.target.value)}
        />
      </div>
    );
  return (
    <TextField
      label={name === 'fee' ? `${label} (%)` : label}
      problem={problem}
      ltr={/_(id|phone|email|license)$/.test(name) || name === 'fee'}
      inputMode={name === 'fee' ? 'decimal' : /_id$/.test(name) ? 'numeric' : undefined}
      maxLength={2000}
      value={value}
      onChange={(event) => set(event.target.value)}
    />
  );
}

interface MoneyProps {
  label: string;
  problem: string | undefined;
  /** Agorot, as digits, or nothing. */
  value: string;
  onChange: (agorot: string) => void;
}

/** Shekels are typed, agorot are kept; while it is no sum, nothing is. */
function MoneyText({ label, problem, value, onChange }: MoneyProps) {
  const { t } = useLocale();
  const [typed, setTyped] = useState(() => (/^\d+$/.test(value) ? typedMoney(Number(value)) : ''));
  const agorot = parseMoney(typed);
  const wrong = typed.trim() !== '' && (agorot === null || agorot < 0);
  return (
    <TextField
      label={`${label} (₪)`}
      ltr
      inputMode="decimal"
      maxLength={18}
      problem={wrong ? t('documents.wrongSum') : problem}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
        const next = parseMoney(event.target.value);
        onChange(next !== null && next > 0 ? String(next) : '');
      }}
    />
  );
}

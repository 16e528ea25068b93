import { ChevronDown } from 'lucide-react';
import { useId, type ComponentProps, type ReactNode } from 'react';
import { useLocale } from '../i18n/use-locale';
import { cx } from './cx';
import styles from './field.module.css';

interface Shared {
  label: ReactNode;
  hint?: ReactNode;
  problem?: string | undefined;
  optional?: boolean;
  labelHidden?: boolean;
}

/** Label, control, then what helps or what is wrong; the control is told of both. */
export function Field({
  label,
  hint,
  problem,
  optional,
  labelHidden,
  children,
}: Shared & { children: (ids: Wired) => ReactNode }) {
  const { t } = useLocale();
  const id = useId();
  const note = problem ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={labelHidden ? 'hidden-visually' : styles.label}>
        {label}
        {optional && <span className={styles.optional}>{t('form.optional')}</span>}
      </label>
      {children({
        id,
        'aria-invalid': problem ? true : undefined,
        'aria-describedby': note ? `${id}-note` : undefined,
      })}
      {note && (
        <p id={`${id}-note`} className={problem ? styles.problem : styles.hint}>
          {note}
        </p>
      )}
    </div>
  );
}

interface Wired {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

type InputProps = ComponentProps<'input'> & Shared & { ltr?: boolean; beside?: ReactNode };

/** `ltr` for what reads left to right in any language: addresses, phones, codes. */
export function TextField({
  label,
  hint,
  problem,
  optional,
  labelHidden,
  ltr,
  beside,
  className,
  ...rest
}: InputProps) {
  return (
    <Field {...pick({ label, hint, problem, optional, labelHidden })}>
      {(ids) => {
        const input = (
          <input
            dir={ltr ? undefined : 'auto'}
            placeholder=" "
            {...rest}
            {...ids}
            className={cx(styles.control, ltr && styles.ltr, className)}
          />
        );
        return beside ? (
          <div className={styles.withButton}>
            {input}
            {beside}
          </div>
        ) : (
          input
        );
      }}
    </Field>
  );
}

export function TextArea({
  label,
  hint,
  problem,
  optional,
  labelHidden,
  className,
  ...rest
}: ComponentProps<'textarea'> & Shared) {
  return (
    <Field {...pick({ label, hint, problem, optional, labelHidden })}>
      {(ids) => (
        <textarea dir="auto" placeholder=" " {...rest} {...ids} className={cx(styles.control, className)} />
      )}
    </Field>
  );
}

/** The platform's own select: it opens as the device's own picker on a phone. */
export function SelectField({
  label,
  hint,
  problem,
  optional,
  labelHidden,
  className,
  children,
  ...rest
}: ComponentProps<'select'> & Shared) {
  return (
    <Field {...pick({ label, hint, problem, optional, labelHidden })}>
      {(ids) => (
        <span className={styles.select}>
          <select {...rest} {...ids} className={cx(styles.control, className)}>
            {children}
          </select>
          <ChevronDown size={16} aria-hidden />
        </span>
      )}
    </Field>
  );
}

function pick(shared: { [K in keyof Shared]: Shared[K] | undefined }): Shared {
  return Object.fromEntries(
    Object.entries(shared).filter(([, value]) => value !== undefined),
  ) as unknown as Shared;
}

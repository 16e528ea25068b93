import type { ReactNode } from 'react';
import { useErrorText } from '../api/use-error-text';
import { useLocale } from '../i18n/use-locale';
import { Banner } from './banner';
import { Button } from './button';
import forms from './form.module.css';

interface Props {
  onClose: () => void;
  /** What the work has come to so far. */
  work: { error: unknown; isPending: boolean };
  disabled?: boolean;
  look?: 'primary' | 'danger';
  /** What the work is called. */
  children: ReactNode;
}

/** How a form in a dialog ends: what went wrong, the way out, and the work. */
export function DialogEnd({ onClose, work, disabled, look = 'primary', children }: Props) {
  const { t } = useLocale();
  const errorText = useErrorText();
  return (
    <>
      {work.error != null && (
        <Banner tone="bad" alert>
          {errorText(work.error)}
        </Banner>
      )}
      <div className={forms.buttons}>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" look={look} busy={work.isPending} {...(disabled && { disabled })}>
          {children}
        </Button>
      </div>
    </>
  );
}

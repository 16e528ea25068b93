import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useLocale } from '../i18n/use-locale';
import { Button } from './button';
import styles from './copy-field.module.css';

/** Something shown once, to be copied: selected by a click, copied by the button. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const { t } = useLocale();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
  };
  return (
    <div className={styles.row}>
      <input
        className={styles.value}
        aria-label={label}
        readOnly
        dir="ltr"
        value={value}
        onFocus={(event) => event.target.select()}
      />
      <Button look="primary" onClick={() => void copy()}>
        {copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
        <span aria-live="polite">{t(copied ? 'action.copied' : 'action.copy')}</span>
      </Button>
    </div>
  );
}

import { MessageSquareText } from 'lucide-react';
import { useEffect, useState } from 'react';
import { isApiError } from '@/shared/api/error';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { TextField } from '@/shared/ui/field';
import { useCheckCode, useSendCode } from './api/sign';
import styles from './signing.module.css';

const DIGITS = 6;

interface Props {
  session: string;
  /** The end of the number. */
  hint: string;
  entering: boolean;
  onSent: () => void;
  onVerified: () => void;
  onAgain: () => void;
}

/** A one-time code to the phone of whoever is to sign; the last digit sends it by itself. */
export function CodeStep({ session, hint, entering, onSent, onVerified, onAgain }: Props) {
  const { t } = useLocale();
  const errorText = useErrorText();
  const send = useSendCode(session);
  const check = useCheckCode(session);
  const [code, setCode] = useState('');
  const wait = useCountdown(send.data?.resend_after ?? 0, send.submittedAt);
  const failed = check.error ?? send.error;
  const left = isApiError(check.error, 'wrong_code') ? check.error.body.left : undefined;
  const ask = () => send.mutate(undefined, { onSuccess: onSent });
  const submit = (digits: string) => {
    if (digits.length === DIGITS && !check.isPending)
      check.mutate(digits, { onSuccess: onVerified, onError: () => setCode('') });
  };
  const trouble = failed && (
    <Banner tone="bad" alert>
      {isApiError(failed, 'unauthenticated') ? t('sign.again') : errorText(failed)}{' '}
      {left !== undefined && t('sign.left', { count: left })}
      {isApiError(failed, 'unauthenticated') && (
        <Button small onClick={onAgain}>
          {t('action.retry')}
        </Button>
      )}
    </Banner>
  );
  if (!entering)
    return (
      <div className={styles.bar}>
        {trouble}
        <Button look="primary" wide busy={send.isPending} className={styles.big} onClick={ask}>
          <MessageSquareText size={20} aria-hidden />
          {t('sign.codeSend', { hint })}
        </Button>
      </div>
    );
  return (
    <form
      className={styles.step}
      onSubmit={(event) => {
        event.preventDefault();
        submit(code);
      }}
    >
      <h2>{t('sign.codeTitle')}</h2>
      <p role="status">{t('sign.codeText', { hint: send.data?.sent_to ?? hint })}</p>
      <TextField
        label={t('sign.code')}
        ltr
        className={styles.code}
        autoFocus
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={DIGITS}
        value={code}
        onChange={(event) => {
          const digits = event.target.value.replace(/\D/g, '');
          setCode(digits);
          submit(digits);
        }}
      />
      {trouble}
      <Button type="submit" look="primary" wide busy={check.isPending} disabled={code.length !== DIGITS}>
        {t('sign.codeCheck')}
      </Button>
      <Button look="quiet" busy={send.isPending} disabled={wait > 0} onClick={() => send.mutate()}>
        {wait > 0 ? t('sign.codeWait', { seconds: wait }) : t('sign.codeAgain')}
      </Button>
    </form>
  );
}

/** Seconds that are left of so many, from a moment on. */
function useCountdown(seconds: number, from: number): number {
  const [now, setNow] = useState(from);
  useEffect(() => {
    if (seconds <= 0) return;
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, [seconds, from]);
  return from === 0 ? 0 : Math.max(0, Math.ceil(seconds - Math.max(now - from, 0) / 1000));
}

import { PenLine } from 'lucide-react';
import { useState } from 'react';
import { isApiError } from '@/shared/api/error';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import type { SignSession } from '@/shared/api/documents';
import { useSign, type Strokes } from './api/sign';
import { Pad } from './pad';
import styles from './signing.module.css';
import { isSignature } from './strokes';

interface Props {
  of: SignSession;
  onSigned: () => void;
  onAgain: () => void;
}

/** Who signs, the signature, and that it is meant. */
export function SignStep({ of, onSigned, onAgain }: Props) {
  const { t } = useLocale();
  const errorText = useErrorText();
  const sign = useSign(of.session);
  const [name, setName] = useState(of.document.customer);
  const [id, setId] = useState('');
  const [how, setHow] = useState<'drawn' | 'typed'>('drawn');
  const [strokes, setStrokes] = useState<Strokes>([]);
  const [consent, setConsent] = useState(false);
  const [tried, setTried] = useState(false);
  const drawn = isSignature(strokes);
  const unnamed = name.trim().length < 2;
  const unsigned = how === 'drawn' && !drawn;
  const submit = () => {
    setTried(true);
    if (unnamed || unsigned || !consent) return;
    sign.mutate(
      {
        name: name.trim(),
        ...(id.trim() && { id_number: id.trim() }),
        signature: how === 'drawn' ? { kind: 'drawn', strokes } : { kind: 'typed', text: name.trim() },
        consent: true,
      },
      { onSuccess: onSigned },
    );
  };
  return (
    <form
      className={styles.step}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h2>{t('sign.signTitle')}</h2>
      <div className={forms.two}>
        <TextField
          label={t('sign.name')}
          autoComplete="name"
          maxLength={120}
          value={name}
          problem={tried && unnamed ? t('form.required') : undefined}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t('sign.id')}
          optional
          ltr
          inputMode="numeric"
          autoComplete="off"
          maxLength={20}
          value={id}
          problem={
            isApiError(sign.error, 'invalid') && sign.error.body.fields?.id_number
              ? t('form.refused')
              : undefined
          }
          onChange={(event) => setId(event.target.value)}
        />
      </div>
      <fieldset className={styles.how}>
        <legend className="hidden-visually">{t('sign.how')}</legend>
        {(['drawn', 'typed'] as const).map((one) => (
          <label key={one}>
            <input type="radio" name="how" checked={how === one} onChange={() => setHow(one)} />
            {t(one === 'drawn' ? 'sign.draw' : 'sign.type')}
          </label>
        ))}
      </fieldset>
      {how === 'drawn' ? (
        <Pad empty={strokes.length === 0} onChange={setStrokes} />
      ) : (
        <p className={styles.typed}>
          <bdi dir="auto">{name}</bdi>
        </p>
      )}
      <label className={styles.consent}>
        <input type="checkbox" checked={consent} onChange={(event) => setConsent(event.target.checked)} />
        <span>{of.consent || t('sign.consent')}</span>
      </label>
      <div role="alert">
        {tried && unsigned && <Banner tone="warn">{t('sign.drawFirst')}</Banner>}
        {tried && !unsigned && !consent && <Banner tone="warn">{t('sign.consentFirst')}</Banner>}
        {sign.error && (
          <Banner tone="bad">
            {isApiError(sign.error, 'unauthenticated') ? t('sign.again') : errorText(sign.error)}
            {isApiError(sign.error, 'unauthenticated') && (
              <Button small onClick={onAgain}>
                {t('action.retry')}
              </Button>
            )}
          </Banner>
        )}
      </div>
      <div className={styles.bar}>
        <Button type="submit" look="primary" wide busy={sign.isPending} className={styles.big}>
          <PenLine size={20} aria-hidden />
          {t('sign.submit')}
        </Button>
      </div>
    </form>
  );
}

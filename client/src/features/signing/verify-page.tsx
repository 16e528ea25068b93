import { CircleCheck, FileCheck2, FileQuestion, FileX2 } from 'lucide-react';
import type { PaperChecked } from '@/shared/api/documents';
import { useErrorText } from '@/shared/api/use-error-text';
import { isKey } from '@/shared/i18n/translate';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { FileDrop } from '@/shared/ui/file-drop';
import { DateTime, Ltr, Said } from '@/shared/ui/text';
import { useVerify } from './api/verify';
import { PublicFrame } from './public-frame';
import styles from './signing.module.css';

/** A signed paper is dropped here, and found to be what it was, or not. */
export function VerifyPage() {
  const { t } = useLocale();
  const errorText = useErrorText();
  const verify = useVerify();
  return (
    <PublicFrame title={t('verify.title')}>
      <header className={styles.heading}>
        <h1>{t('verify.title')}</h1>
        <p className={styles.from}>{t('verify.text')}</p>
      </header>
      <div role="status">
        {verify.isPending && <p>{t('verify.checking')}</p>}
        {verify.data && <Result of={verify.data} />}
      </div>
      {verify.error && (
        <Banner tone="bad" alert>
          {errorText(verify.error)}
        </Banner>
      )}
      <FileDrop
        icon={FileCheck2}
        label={t(verify.data ? 'verify.again' : 'verify.choose')}
        hint={t('verify.hint')}
        accept="application/pdf,.pdf"
        busy={verify.isPending}
        onFile={(file) => verify.mutate(file)}
      />
    </PublicFrame>
  );
}

const verdicts = {
  signed: { state: 'valid', icon: CircleCheck },
  issued: { state: 'issued', icon: FileCheck2 },
  not_pdf: { state: 'notPdf', icon: FileX2 },
  unknown: { state: 'unknown', icon: FileQuestion },
} as const;

const verdictOf = (reason: string) =>
  reason in verdicts ? verdicts[reason as keyof typeof verdicts] : verdicts.unknown;

function Result({ of }: { of: PaperChecked }) {
  const { t } = useLocale();
  const { state, icon: Icon } = verdictOf(of.reason);
  const kind = `documents.kind.${of.kind ?? ''}`;
  return (
    <section className={styles.verdict} data-state={state}>
      <Icon size={40} aria-hidden />
      <div>
        <h2>{t(`verify.${state}`)}</h2>
        <p>{t(`verify.${state}Text`)}</p>
        <dl className={styles.facts}>
          {isKey(kind) && (
            <>
              <dt>{t('documents.paper')}</dt>
              <dd>
                {t(kind)} {of.number && <Ltr>{of.number}</Ltr>}
              </dd>
            </>
          )}
          {of.business && (
            <>
              <dt>{t('verify.business')}</dt>
              <dd>
                <Said>{of.business}</Said>
              </dd>
            </>
          )}
          {of.signer && (
            <>
              <dt>{t('verify.signer')}</dt>
              <dd>
                <Said>{of.signer}</Said>
              </dd>
            </>
          )}
          {of.signed_at && (
            <>
              <dt>{t('documents.signedAt')}</dt>
              <dd>
                <DateTime at={of.signed_at} />
              </dd>
            </>
          )}
          <dt>SHA-256</dt>
          <dd>
            <Ltr className={styles.hash}>{of.sha256}</Ltr>
          </dd>
        </dl>
      </div>
    </section>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Ban, CircleCheck, Link2Off } from 'lucide-react';
import { useState } from 'react';
import { isApiError } from '@/shared/api/error';
import { money } from '@/shared/format/money';
import { useLocale } from '@/shared/i18n/use-locale';
import { PdfPages } from '@/shared/pdf/pdf-pages';
import { useDownload } from '@/shared/table/use-download';
import { Button } from '@/shared/ui/button';
import { Empty } from '@/shared/ui/empty';
import { Failure } from '@/shared/ui/failure';
import { LinkButton } from '@/shared/ui/link-button';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { Ltr, Said } from '@/shared/ui/text';
import type { SignSession } from '@/shared/api/documents';
import { sessionQuery, signPdf } from './api/sign';
import { CodeStep } from './code-step';
import { Decline } from './decline';
import { PublicFrame } from './public-frame';
import { SignStep } from './sign-step';
import styles from './signing.module.css';

type Step = 'read' | 'code' | 'sign' | 'signed' | 'declined';

/** Whoever has the link reads the paper, proves the phone, and signs: with one hand, in five taps. */
export function SignPage() {
  const { t } = useLocale();
  // It stays in the address: whoever loads the page again is still to be able to sign. Without the phone it signs nothing.
  const [token] = useState(() => window.location.hash.slice(1));
  const query = useQuery(sessionQuery(token));
  const over = isApiError(query.error, 'gone');
  const signed = isApiError(query.error, 'gone') && query.error.body.status === 'signed';
  const bad = token === '' || isApiError(query.error, 'not_found');
  return (
    <PublicFrame title={t('sign.title')}>
      {bad || over ? (
        <>
          <h1 className="hidden-visually">{t('sign.title')}</h1>
          <Empty
            icon={signed ? CircleCheck : Link2Off}
            title={t(signed ? 'sign.already' : over ? 'sign.over' : 'sign.bad')}
            text={t(signed ? 'sign.alreadyText' : over ? 'sign.overText' : 'sign.badText')}
            action={signed && <LinkButton to="/verify">{t('sign.toVerify')}</LinkButton>}
          />
        </>
      ) : query.isError ? (
        <>
          <h1 className="hidden-visually">{t('sign.title')}</h1>
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        </>
      ) : query.data ? (
        <Signing of={query.data} onAgain={() => void query.refetch()} />
      ) : (
        <SkeletonLines lines={10} />
      )}
    </PublicFrame>
  );
}

function Signing({ of, onAgain }: { of: SignSession; onAgain: () => void }) {
  const { t, format } = useLocale();
  const [step, setStep] = useState<Step>(
    of.status === 'signed' ? 'signed' : of.status === 'declined' ? 'declined' : 'read',
  );
  const { document: paper } = of;
  if (step === 'declined')
    return (
      <>
        <h1 className="hidden-visually">{t('sign.title')}</h1>
        <Empty icon={Ban} title={t('sign.declined')} text={t('sign.declinedText')} />
      </>
    );
  if (step === 'signed') return <Signed of={of} />;
  const at = step === 'read' ? 1 : step === 'code' ? 2 : 3;
  return (
    <>
      <header className={styles.heading}>
        <p className={styles.from}>
          {t('sign.from', { business: paper.business })} · {t('sign.step', { n: at })}
        </p>
        <h1>
          <Said>{paper.title}</Said> {paper.number && <Ltr className={styles.number}>{paper.number}</Ltr>}
        </h1>
        <p className={styles.from}>
          {paper.total > 0 && <Ltr>{money(paper.total)}</Ltr>}{' '}
          {t('sign.until', { when: format.dateTime(of.expires_at) })}
        </p>
      </header>
      {step === 'read' && (
        <PdfPages label={t('sign.read')} name={['sign', of.session]} load={signPdf(of.session)} />
      )}
      {step !== 'sign' && (
        <CodeStep
          session={of.session}
          hint={of.phone_hint ?? ''}
          entering={step === 'code'}
          onSent={() => setStep('code')}
          onVerified={() => setStep('sign')}
          onAgain={onAgain}
        />
      )}
      {step === 'sign' && <SignStep of={of} onSigned={() => setStep('signed')} onAgain={onAgain} />}
      <Decline session={of.session} onDeclined={() => setStep('declined')} />
    </>
  );
}

/** The signed copy, with the page that certifies it. */
function Signed({ of }: { of: SignSession }) {
  const { t } = useLocale();
  const load = signPdf(of.session);
  const { busy, run } = useDownload(async () => ({
    name: `${of.document.number ?? of.document.kind}.pdf`,
    blob: await load(),
  }));
  return (
    <>
      <header className={styles.done}>
        <CircleCheck size={48} aria-hidden />
        <h1>{t('sign.done')}</h1>
        <p>{t('sign.doneText')}</p>
        <div className={styles.buttons}>
          <Button look="primary" busy={busy} onClick={run}>
            {t('sign.save')}
          </Button>
          <LinkButton to="/verify">{t('sign.toVerify')}</LinkButton>
        </div>
      </header>
      <PdfPages label={t('sign.read')} name={['signed', of.session]} load={load} />
    </>
  );
}

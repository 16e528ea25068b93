import { useQuery } from '@tanstack/react-query';
import { BellRing, X } from 'lucide-react';
import type { Signing } from '@/shared/api/documents';
import { useErrorText } from '@/shared/api/use-error-text';
import { isKey } from '@/shared/i18n/translate';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { CopyField } from '@/shared/ui/copy-field';
import forms from '@/shared/ui/form.module.css';
import { DateTime, Ltr, Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { signatureQuery, useSigning } from './api/signatures';
import styles from './documents.module.css';
import { StatusBadge } from './status-badge';
import { shownTo } from './words';

/** How far the signing is, with everything that happened to it: what a court would be shown. */
export function SigningCard({ signing }: { signing: Signing }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const work = useSigning();
  const { data: now = signing } = useQuery(signatureQuery(signing.id));
  // Only the answer has it: the engine keeps no link.
  const fresh = work.data?.id === now.id ? work.data.link : null;
  const waits = now.status === 'sent' || now.status === 'viewed';
  const run = (what: 'remind' | 'cancel') =>
    work.mutate(
      { id: now.id, do: what },
      {
        onSuccess: () => toast.show({ text: t(`documents.did.${what}`) }),
        onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
      },
    );
  return (
    <Card title={t('documents.signing')} actions={<StatusBadge status={now.status} />}>
      <div className={forms.form}>
        {now.declined_reason && (
          <Banner tone="bad">
            {t('documents.declinedWhy')} <Said>{now.declined_reason}</Said>
          </Banner>
        )}
        <dl className={styles.facts}>
          <dt>{t('documents.sentTo')}</dt>
          <dd>{now.to ? <Ltr>{shownTo(now.to)}</Ltr> : t(`documents.channel.${now.channel}`)}</dd>
          <dt>{t(now.signed_at ? 'documents.signedAt' : 'documents.expiresAt')}</dt>
          <dd>
            <DateTime at={now.signed_at ?? now.expires_at} />
          </dd>
        </dl>
        {waits && fresh && <CopyField label={t('documents.link')} value={fresh} />}
        {waits && (
          <div className={styles.two}>
            <Button small busy={work.isPending} onClick={() => run('remind')}>
              <BellRing size={16} aria-hidden />
              {t('documents.remind')}
            </Button>
            <Button small look="quiet" busy={work.isPending} onClick={() => run('cancel')}>
              <X size={16} aria-hidden />
              {t('documents.callOff')}
            </Button>
          </div>
        )}
        {now.events && now.events.length > 0 && (
          <details>
            <summary className={styles.summary}>{t('documents.trail', { count: now.events.length })}</summary>
            <ol className={styles.events}>
              {now.events.map((event, index) => {
                const key = `documents.event.${event.kind}`;
                return (
                  <li key={index}>
                    <strong>{isKey(key) ? t(key) : event.kind}</strong>
                    <span>
                      <DateTime at={event.at} />
                      {event.address && (
                        <>
                          {' · '}
                          <Ltr>{event.address}</Ltr>
                        </>
                      )}
                    </span>
                    {event.hash && <Ltr className={styles.hash}>{event.hash.slice(0, 16)}</Ltr>}
                  </li>
                );
              })}
            </ol>
          </details>
        )}
      </div>
    </Card>
  );
}

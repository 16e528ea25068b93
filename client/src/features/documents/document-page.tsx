import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '@/shared/api/error';
import type { DocumentDetail } from '@/shared/api/documents';
import { CustomerLink } from '@/shared/customers/customer-link';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { BackLink } from '@/shared/ui/back-link';
import { Failure, FeatureOff, NoBusiness } from '@/shared/ui/failure';
import { Page } from '@/shared/ui/page';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { Ltr, Said } from '@/shared/ui/text';
import { documentQuery } from './api/documents';
import styles from './documents.module.css';
import { Draft } from './draft';
import { featureOf, isDrawer, type Drawer } from './drawers';
import { Issued } from './issued';
import { SendDialog } from './send-dialog';
import { StatusBadge } from './status-badge';
import { kindText } from './words';

/** One paper: written while it is a draft, and from its number on only followed. */
export function DocumentPage() {
  const { t } = useLocale();
  const me = useMe();
  const { drawer, documentId } = useParams({ from: '/frame/documents/$drawer/$documentId' });
  const id = Number(documentId);
  const known = isDrawer(drawer) && Number.isSafeInteger(id) ? drawer : null;
  const ready = me.business != null && known !== null && me.has(featureOf(known));
  if (ready) return <OnePaper key={`${known}-${id}`} drawer={known} id={id} />;
  return (
    <Page title={t('documents.paper')} above={<Back />}>
      {!me.business ? (
        <NoBusiness />
      ) : known ? (
        <FeatureOff feature={featureOf(known)} />
      ) : (
        <Failure error={new ApiError(404, { error: 'not_found' })} />
      )}
    </Page>
  );
}

function Back() {
  const { t } = useLocale();
  return <BackLink to="/documents">{t('documents.title')}</BackLink>;
}

function OnePaper({ drawer, id }: { drawer: Drawer; id: number }) {
  const { t } = useLocale();
  const query = useQuery(documentQuery(drawer, id));
  const paper = query.data;
  // Of the page, not of the draft: what is sent is no draft any more, and its link is shown once.
  const [sending, setSending] = useState(false);
  const [told, setTold] = useState<readonly string[]>([]);
  if (!paper)
    return (
      <Page title={t('documents.paper')} above={<Back />}>
        {query.isError ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonLines lines={10} />
        )}
      </Page>
    );
  const kind = kindText(t, paper);
  return (
    <Page
      title={paper.title || kind}
      above={<Back />}
      heading={
        <span className={styles.heading}>
          <Said>{paper.title || kind}</Said>
          {paper.number && <Ltr className={styles.number}>{paper.number}</Ltr>}
          <StatusBadge status={paper.status} />
        </span>
      }
      subtitle={<Subtitle paper={paper} kind={kind} />}
    >
      {paper.status === 'draft' ? (
        <Draft
          key={paper.id}
          paper={paper}
          drawer={drawer}
          told={told}
          onMissing={setTold}
          onSend={() => setSending(true)}
        />
      ) : (
        <Issued paper={paper} drawer={drawer} onSend={() => setSending(true)} />
      )}
      {sending && (
        <SendDialog
          paper={paper}
          onClose={() => setSending(false)}
          onMissing={(names) => {
            setSending(false);
            setTold(names);
          }}
        />
      )}
    </Page>
  );
}

function Subtitle({ paper, kind }: { paper: DocumentDetail; kind: string }) {
  const { t } = useLocale();
  return (
    <>
      {paper.title && paper.title !== kind && `${kind} · `}
      {t('documents.for')} <CustomerLink id={paper.customer.id} name={paper.customer.name} />
    </>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { FileSpreadsheet } from 'lucide-react';
import { ApiError, isApiError } from '@/shared/api/error';
import type { Import, ImportState } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { BackLink } from '@/shared/ui/back-link';
import { Badge, type Tone } from '@/shared/ui/badge';
import { Banner } from '@/shared/ui/banner';
import { Card } from '@/shared/ui/card';
import { Failure, FeatureOff, NoBusiness } from '@/shared/ui/failure';
import { FileDrop } from '@/shared/ui/file-drop';
import { LinkButton } from '@/shared/ui/link-button';
import { Page } from '@/shared/ui/page';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { DateTime } from '@/shared/ui/text';
import { importQuery, importsQuery, useImport } from '../api/imports';
import { asUtf8 } from './as-utf8';
import styles from './import.module.css';
import { Mapping } from './mapping';
import { Report } from './report';

/** A file of customers on its way: chosen, understood, written, told of, and taken back if that is wished. */
export function ImportPage() {
  const { t } = useLocale();
  const me = useMe();
  const { file } = useSearch({ from: '/frame/customers/import' });
  return (
    <Page
      title={t('imports.title')}
      subtitle={t('imports.subtitle')}
      above={<BackLink to="/customers">{t('customers.title')}</BackLink>}
      narrow
      actions={file !== undefined && <LinkButton to="/customers/import">{t('imports.other')}</LinkButton>}
    >
      {!me.business ? (
        <NoBusiness />
      ) : !me.has('crm') ? (
        <FeatureOff feature="crm" />
      ) : !me.manages ? (
        <Failure error={new ApiError(403, { error: 'forbidden' })} />
      ) : file === undefined ? (
        <Choose />
      ) : (
        <OneFile key={file} id={file} />
      )}
    </Page>
  );
}

function Choose() {
  const { t } = useLocale();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const take = useImport();
  const { data } = useQuery(importsQuery);
  const upload = async (file: File) => {
    const text = asUtf8(new Uint8Array(await file.arrayBuffer()));
    const one = await take.mutateAsync({ file, text: new Blob([text], { type: 'text/csv' }) });
    await navigate({ to: '/customers/import', search: { file: one.id } });
  };
  return (
    <>
      <FileDrop
        icon={FileSpreadsheet}
        label={t('imports.choose')}
        hint={t('imports.chooseHint')}
        accept=".csv,.tsv,.txt,text/csv"
        busy={take.isPending}
        onFile={(file) => void upload(file).catch(() => undefined)}
      />
      {take.error && (
        <Banner tone="bad" alert>
          {isApiError(take.error, 'invalid')
            ? t('imports.noFile', { why: take.error.message })
            : errorText(take.error)}
        </Banner>
      )}
      {data && data.results.length > 0 && (
        <Card title={t('imports.earlier')}>
          <ul className={styles.files}>
            {data.results.map((one) => (
              <Earlier key={one.id} one={one} />
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

const tones: Record<ImportState, Tone> = {
  uploaded: 'warn',
  running: 'info',
  done: 'good',
  reverting: 'info',
  reverted: 'quiet',
};

function Earlier({ one }: { one: Import }) {
  const { t } = useLocale();
  return (
    <li>
      <Link to="/customers/import" search={{ file: one.id }}>
        <bdi dir="auto">{one.file || t('imports.title')}</bdi>
      </Link>
      <span className={styles.quiet}>
        <DateTime at={one.created_at} />
      </span>
      <span className={styles.quiet}>{t('imports.rows', { count: one.rows })}</span>
      <Badge tone={tones[one.state]}>{t(`imports.state.${one.state}`)}</Badge>
    </li>
  );
}

function OneFile({ id }: { id: number }) {
  const query = useQuery(importQuery(id));
  if (query.isError && !query.data)
    return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonLines lines={8} />;
  return query.data.state === 'uploaded' ? <Mapping one={query.data} /> : <Report one={query.data} />;
}

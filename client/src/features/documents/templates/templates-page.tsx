import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileStack, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { ApiError } from '@/shared/api/error';
import type { DocumentTemplate } from '@/shared/api/documents';
import { useLocale, type LocaleValue } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { DataTable } from '@/shared/table/data-table';
import type { Column } from '@/shared/table/types';
import { useTableState } from '@/shared/table/use-table-state';
import { BackLink } from '@/shared/ui/back-link';
import { Badge } from '@/shared/ui/badge';
import { Failure, FeatureOff, NoBusiness } from '@/shared/ui/failure';
import { LinkButton } from '@/shared/ui/link-button';
import { Page } from '@/shared/ui/page';
import { DateTime, Ltr, Said } from '@/shared/ui/text';
import { templatesQuery } from '../api/templates';
import styles from '../documents.module.css';

/** The texts that papers begin with. */
export function TemplatesPage() {
  const { t } = useLocale();
  const me = useMe();
  const ready = me.manages && me.has('signatures');
  return (
    <Page
      title={t('templates.title')}
      subtitle={t('templates.subtitle')}
      above={<BackLink to="/documents">{t('documents.title')}</BackLink>}
      actions={ready && <New />}
    >
      {!me.business ? (
        <NoBusiness />
      ) : !me.manages ? (
        <Failure error={new ApiError(403, { error: 'forbidden' })} />
      ) : ready ? (
        <Templates />
      ) : (
        <FeatureOff feature="signatures" />
      )}
    </Page>
  );
}

function New() {
  const { t } = useLocale();
  return (
    <LinkButton look="primary" to="/documents/templates/$templateId" params={{ templateId: 'new' }}>
      <Plus size={18} aria-hidden />
      {t('templates.new')}
    </LinkButton>
  );
}

function Templates() {
  const locale = useLocale();
  const { t } = locale;
  const state = useTableState();
  const query = useQuery(templatesQuery);
  const columns = useMemo(() => templateColumns(locale), [locale]);
  return (
    <DataTable<DocumentTemplate>
      label={t('templates.title')}
      columns={columns}
      state={state}
      query={query}
      searchable={false}
      rowId={(row) => row.id}
      empty={{ icon: FileStack, title: t('templates.title'), text: t('templates.subtitle'), action: <New /> }}
    />
  );
}

function templateColumns({ t }: LocaleValue): Column<DocumentTemplate>[] {
  return [
    {
      id: 'name',
      header: t('templates.name'),
      fixed: 'start',
      width: 'wide',
      card: 'title',
      cell: (row) => (
        <Link
          to="/documents/templates/$templateId"
          params={{ templateId: String(row.id) }}
          className={styles.name}
          data-row-link=""
        >
          <Said>{row.name}</Said>
        </Link>
      ),
    },
    { id: 'kind', header: t('documents.kind'), cell: (row) => t(`documents.kind.${row.kind}`) },
    {
      id: 'origin',
      header: t('templates.origin'),
      card: 'corner',
      cell: (row) => (
        <Badge tone={row.built_in ? 'info' : 'quiet'}>
          {t(row.built_in ? 'templates.builtIn' : 'templates.own')}
        </Badge>
      ),
    },
    { id: 'version', header: t('templates.version'), cell: (row) => <Ltr>{row.version}</Ltr> },
    { id: 'updated_at', header: t('templates.updatedAt'), cell: (row) => <DateTime at={row.updated_at} /> },
  ];
}

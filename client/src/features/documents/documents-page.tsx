import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileStack, FileText, Settings2 } from 'lucide-react';
import { useMemo } from 'react';
import type { DocumentRow } from '@/shared/api/documents';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { DataTable } from '@/shared/table/data-table';
import { dayBounds } from '@/shared/table/day-bounds';
import { FilterDay, FilterSelect } from '@/shared/table/filter';
import { useTableState } from '@/shared/table/use-table-state';
import { FeatureOff, NoBusiness } from '@/shared/ui/failure';
import { LinkButton } from '@/shared/ui/link-button';
import { Page } from '@/shared/ui/page';
import { byWholeAddress, TabLinks } from '@/shared/ui/tab-links';
import { documentsQuery, listDocuments } from './api/documents';
import { documentColumns } from './document-columns';
import { drawers, featureOf, isDrawer, statuses, type Drawer } from './drawers';
import { SignaturesTable } from './signatures-table';

const tabs = [...drawers, 'signatures'] as const;

/** Every paper of the business, by what it is. */
export function DocumentsPage() {
  const { t } = useLocale();
  const me = useMe();
  const { search } = useTableState();
  const open = tabs.filter((one) => me.has(featureOf(one)));
  const tab = open.find((one) => one === search.tab) ?? open[0];
  const body = !me.business ? (
    <NoBusiness />
  ) : !tab ? (
    <FeatureOff feature="signatures" />
  ) : (
    <>
      <TabLinks label={t('documents.title')} current={tab}>
        {open.map((one) => (
          <Link
            key={one}
            to="/documents"
            search={one === open[0] ? {} : { tab: one }}
            activeOptions={byWholeAddress}
            aria-current={one === tab ? 'page' : undefined}
          >
            {t(`documents.tab.${one}`)}
          </Link>
        ))}
      </TabLinks>
      {isDrawer(tab) ? <Papers key={tab} drawer={tab} /> : <SignaturesTable />}
    </>
  );
  return (
    <Page
      title={t('documents.title')}
      subtitle={t('documents.subtitle')}
      actions={tab && me.manages && <Manage />}
    >
      {body}
    </Page>
  );
}

/** What managers decide of papers. */
function Manage() {
  const { t } = useLocale();
  const me = useMe();
  return (
    <>
      {me.has('signatures') && (
        <LinkButton to="/documents/templates">
          <FileStack size={18} aria-hidden />
          {t('templates.title')}
        </LinkButton>
      )}
      <LinkButton to="/settings" search={{ section: 'documents' }}>
        <Settings2 size={18} aria-hidden />
        {t('settings.documents')}
      </LinkButton>
    </>
  );
}

function Papers({ drawer }: { drawer: Drawer }) {
  const locale = useLocale();
  const { t, timeZone } = locale;
  const state = useTableState();
  const { q, sort, status, from, to } = state.search;
  const asked = { q, sort, status, ...dayBounds({ from, to }, timeZone) };
  const query = useQuery(documentsQuery(drawer, { ...asked, page: state.page, limit: state.limit }));
  const columns = useMemo(() => documentColumns(locale), [locale]);
  return (
    <DataTable<DocumentRow>
      label={t(`documents.tab.${drawer}`)}
      columns={columns}
      state={state}
      query={query}
      rowId={(row) => row.id}
      filterNames={['status', 'from', 'to']}
      filters={
        <>
          <FilterSelect
            label={t('documents.status')}
            value={status}
            onChange={(next) => state.patch({ status: next })}
          >
            <option value="">
              {t('documents.status')}: {t('table.all')}
            </option>
            {statuses[drawer].map((one) => (
              <option key={one} value={one}>
                {t(`documents.status.${one}`)}
              </option>
            ))}
          </FilterSelect>
          <FilterDay label={t('table.from')} value={from} onChange={(next) => state.patch({ from: next })} />
          <FilterDay label={t('table.to')} value={to} onChange={(next) => state.patch({ to: next })} />
        </>
      }
      rowTone={(row) => (row.status === 'credited' || row.status === 'expired' ? 'quiet' : undefined)}
      exported={{
        name: drawer,
        fetchPage: (page, limit) => listDocuments(drawer, { ...asked, page, limit }),
      }}
      empty={{ icon: FileText, title: t('documents.empty'), text: t('documents.emptyText') }}
    />
  );
}

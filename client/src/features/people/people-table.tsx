import { useQuery } from '@tanstack/react-query';
import { UsersRound } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { Person } from '@/shared/api/types';
import { useLocale, type LocaleValue } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { DataTable } from '@/shared/table/data-table';
import type { Column } from '@/shared/table/types';
import { useTableState } from '@/shared/table/use-table-state';
import { Avatar } from '@/shared/ui/avatar';
import { Badge } from '@/shared/ui/badge';
import { Ago, Ltr, Said } from '@/shared/ui/text';
import { useRemoved } from '@/shared/ui/use-removal';
import { listPeople, peopleQuery } from './api/list-people';
import { LinkDialog } from './link-dialog';
import styles from './people.module.css';
import { PersonActions } from './person-actions';

export function PeopleTable({ action }: { action: ReactNode }) {
  const locale = useLocale();
  const { t } = locale;
  const me = useMe();
  const state = useTableState();
  const removed = useRemoved();
  const [link, setLink] = useState<string | null>(null);
  const { q, sort } = state.search;
  const asked = useQuery(peopleQuery({ q, sort, page: state.page, limit: state.limit }));
  const query = useMemo(() => {
    if (!asked.data) return asked;
    const results = asked.data.results.filter((one) => !removed.has(`person:${one.user_id}`));
    return { ...asked, data: { ...asked.data, results } } as typeof asked;
  }, [asked, removed]);
  const columns = useMemo(() => personColumns(locale, me.user.id, setLink), [locale, me.user.id]);
  return (
    <>
      <DataTable<Person>
        label={t('people.tab')}
        columns={columns}
        state={state}
        query={query}
        rowId={(row) => row.user_id}
        rowTone={(row) => (row.active ? undefined : 'quiet')}
        empty={{ icon: UsersRound, title: t('people.empty'), text: t('people.emptyText'), action }}
        exported={{ name: 'people', fetchPage: (page, limit) => listPeople({ q, sort, page, limit }) }}
      />
      <LinkDialog
        title={t('people.reset')}
        text={t('people.resetText')}
        link={link}
        onClose={() => setLink(null)}
      />
    </>
  );
}

function personColumns({ t }: LocaleValue, own: number, onLink: (link: string) => void): Column<Person>[] {
  return [
    {
      id: 'name',
      header: t('people.name'),
      sort: 'name',
      fixed: 'start',
      width: 'wide',
      card: 'title',
      cell: (row) => (
        <span className={styles.person}>
          <Avatar name={row.name} />
          <span className={styles.words}>
            <Said className={styles.name}>{row.name}</Said>
            {row.user_id === own && <Badge tone="accent">{t('people.you')}</Badge>}
          </span>
        </span>
      ),
      csv: (row) => row.name,
    },
    {
      id: 'email',
      header: t('people.email'),
      sort: 'email',
      cell: (row) => <Ltr>{row.email}</Ltr>,
      csv: (row) => row.email,
    },
    {
      id: 'role',
      header: t('people.role'),
      sort: 'role',
      cell: (row) => <Badge tone={row.role === 'manager' ? 'info' : 'quiet'}>{t(`role.${row.role}`)}</Badge>,
      csv: (row) => t(`role.${row.role}`),
    },
    {
      id: 'state',
      header: t('people.state'),
      sort: 'active',
      card: 'corner',
      cell: (row) => (
        <Badge tone={row.active ? 'good' : 'warn'} dot>
          {t(row.active ? 'people.active' : 'people.suspended')}
        </Badge>
      ),
      csv: (row) => t(row.active ? 'people.active' : 'people.suspended'),
    },
    {
      id: 'last_seen_at',
      header: t('people.seen'),
      sort: 'last_seen_at',
      cell: (row) =>
        row.last_seen_at ? (
          <Ago at={row.last_seen_at} />
        ) : (
          <span className={styles.quiet}>{t('people.never')}</span>
        ),
      csv: (row) => row.last_seen_at,
    },
    {
      id: 'actions',
      header: t('table.actions'),
      fixed: 'end',
      width: 'fit',
      cell: (row) => <PersonActions person={row} own={row.user_id === own} onLink={onLink} />,
    },
  ];
}

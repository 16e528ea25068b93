import { useQuery } from '@tanstack/react-query';
import { Mail } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import type { Invitation } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale, type LocaleValue } from '@/shared/i18n/use-locale';
import { DataTable } from '@/shared/table/data-table';
import type { Column } from '@/shared/table/types';
import { useTableState } from '@/shared/table/use-table-state';
import { Badge, type Tone } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { DateTime, Ltr, Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { invitationsQuery } from './api/list-invitations';
import { useRevokeInvitation } from './api/revoke-invitation';
import styles from './people.module.css';

const tones: Record<Invitation['state'], Tone> = {
  pending: 'info',
  accepted: 'good',
  expired: 'quiet',
  revoked: 'quiet',
};

export function InvitationsTable({ action }: { action: ReactNode }) {
  const locale = useLocale();
  const { t } = locale;
  const state = useTableState();
  const query = useQuery(invitationsQuery({ page: state.page, limit: state.limit }));
  const columns = useMemo(() => invitationColumns(locale), [locale]);
  return (
    <DataTable<Invitation>
      label={t('people.invitations')}
      columns={columns}
      state={state}
      query={query}
      searchable={false}
      rowId={(row) => row.id}
      rowTone={(row) => (row.state === 'pending' ? undefined : 'quiet')}
      empty={{ icon: Mail, title: t('people.noInvitations'), text: t('people.noInvitationsText'), action }}
    />
  );
}

function invitationColumns({ t }: LocaleValue): Column<Invitation>[] {
  return [
    {
      id: 'name',
      header: t('people.name'),
      fixed: 'start',
      width: 'wide',
      card: 'title',
      cell: (row) => <Said className={styles.name}>{row.name || row.email}</Said>,
    },
    { id: 'email', header: t('people.email'), cell: (row) => <Ltr>{row.email}</Ltr> },
    { id: 'role', header: t('people.role'), cell: (row) => t(`role.${row.role}`) },
    {
      id: 'state',
      header: t('people.state'),
      card: 'corner',
      cell: (row) => (
        <Badge tone={tones[row.state]} dot>
          {t(`invitation.${row.state}`)}
        </Badge>
      ),
    },
    {
      id: 'invited_by',
      header: t('people.invitedBy'),
      hidden: true,
      cell: (row) => row.invited_by && <Said>{row.invited_by}</Said>,
    },
    {
      id: 'created_at',
      header: t('people.sent'),
      hidden: true,
      cell: (row) => <DateTime at={row.created_at} />,
    },
    { id: 'expires_at', header: t('people.expires'), cell: (row) => <DateTime at={row.expires_at} /> },
    {
      id: 'actions',
      header: t('table.actions'),
      fixed: 'end',
      width: 'fit',
      cell: (row) => row.state === 'pending' && <Revoke invitation={row} />,
    },
  ];
}

function Revoke({ invitation }: { invitation: Invitation }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const revoke = useRevokeInvitation();
  const run = async () => {
    try {
      await revoke.mutateAsync(invitation.id);
      toast.show({ text: t('people.revoked', { name: invitation.name || invitation.email }) });
    } catch (error) {
      toast.show({ tone: 'bad', text: errorText(error) });
    }
  };
  return (
    <Button small look="quiet" busy={revoke.isPending} onClick={() => void run()}>
      {t('people.revoke')}
    </Button>
  );
}

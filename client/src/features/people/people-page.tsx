import { Link, useSearch } from '@tanstack/react-router';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { ApiError } from '@/shared/api/error';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Button } from '@/shared/ui/button';
import { Failure, NoBusiness } from '@/shared/ui/failure';
import { Page } from '@/shared/ui/page';
import { byWholeAddress, TabLinks } from '@/shared/ui/tab-links';
import { InvitationsTable } from './invitations-table';
import { InviteDialog } from './invite-dialog';
import { PeopleTable } from './people-table';

export function PeoplePage() {
  const { t } = useLocale();
  const me = useMe();
  const { tab } = useSearch({ from: '/frame/people' });
  const [inviting, setInviting] = useState(false);
  const title = t('people.title');
  if (!me.business)
    return (
      <Page title={title}>
        <NoBusiness />
      </Page>
    );
  if (!me.manages)
    return (
      <Page title={title}>
        <Failure error={new ApiError(403, { error: 'forbidden' })} />
      </Page>
    );

  const invite = (
    <Button look="primary" onClick={() => setInviting(true)}>
      <UserPlus size={18} aria-hidden />
      {t('people.invite')}
    </Button>
  );
  return (
    <Page title={title} subtitle={t('people.subtitle')} actions={invite}>
      <TabLinks label={title} current={tab ?? 'people'}>
        <Link to="/people" search={{}} activeOptions={byWholeAddress} aria-current={tab ? undefined : 'page'}>
          {t('people.tab')}
        </Link>
        <Link
          to="/people"
          search={{ tab: 'invitations' }}
          activeOptions={byWholeAddress}
          aria-current={tab ? 'page' : undefined}
        >
          {t('people.invitations')}
        </Link>
      </TabLinks>
      {tab === 'invitations' ? <InvitationsTable action={invite} /> : <PeopleTable action={invite} />}
      <InviteDialog open={inviting} onClose={() => setInviting(false)} />
    </Page>
  );
}

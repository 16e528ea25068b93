import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Page } from '@/shared/ui/page';
import { DetailsCard } from './details-card';
import { NotificationsCard } from './notifications-card';
import { PasswordCard } from './password-card';
import { PreferencesCard } from './preferences-card';
import { SessionsCard } from './sessions-card';
import { TokensCard } from './tokens-card';

export function ProfilePage() {
  const { t } = useLocale();
  const me = useMe();
  return (
    <Page title={t('profile.title')} subtitle={t('profile.subtitle')} narrow>
      <DetailsCard />
      <PreferencesCard />
      {me.has('crm') && <NotificationsCard />}
      <PasswordCard />
      <SessionsCard />
      <TokensCard />
    </Page>
  );
}

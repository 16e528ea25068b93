import { useLocale } from '@/shared/i18n/use-locale';
import { Page } from '@/shared/ui/page';
import { DetailsCard } from './details-card';
import { PasswordCard } from './password-card';
import { PreferencesCard } from './preferences-card';
import { SessionsCard } from './sessions-card';
import { TokensCard } from './tokens-card';

export function ProfilePage() {
  const { t } = useLocale();
  return (
    <Page title={t('profile.title')} subtitle={t('profile.subtitle')} narrow>
      <DetailsCard />
      <PreferencesCard />
      <PasswordCard />
      <SessionsCard />
      <TokensCard />
    </Page>
  );
}

import { useNavigate } from '@tanstack/react-router';
import { Keyboard, LogOut, UserRound } from 'lucide-react';
import { request } from '@/shared/api/request';
import type { Locale } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { useLogOut } from '@/shared/session/log-out';
import { useMe } from '@/shared/session/me';
import { setTheme, useTheme, type Theme } from '@/shared/theme/theme';
import { Avatar } from '@/shared/ui/avatar';
import { Menu, MenuChoice, MenuHeading, MenuItem, MenuLine } from '@/shared/ui/menu';
import { Ltr, Said } from '@/shared/ui/text';
import styles from './user-menu.module.css';

export function UserMenu({ onSheet }: { onSheet: () => void }) {
  const { t, locale, setLocale } = useLocale();
  const me = useMe();
  const theme = useTheme();
  const navigate = useNavigate();
  const logOut = useLogOut();

  const speak = (next: Locale) => {
    setLocale(next);
    // Kept with the person too, for the next browser; this one has it already.
    void request('PATCH', '/auth/me', { json: { locale: next } }).catch(() => undefined);
  };
  const leave = async () => {
    await logOut.mutateAsync().catch(() => undefined);
    await navigate({ to: '/login' });
  };

  return (
    <Menu
      trigger={
        <button type="button" className={styles.button} aria-label={t('user.menu')} title={me.user.name}>
          <Avatar name={me.user.name} size={36} />
        </button>
      }
    >
      <MenuHeading>
        <Said className={styles.name}>{me.user.name}</Said>
        <Ltr className={styles.email}>{me.user.email}</Ltr>
      </MenuHeading>
      <MenuLine />
      <MenuItem icon={<UserRound size={16} aria-hidden />} onSelect={() => void navigate({ to: '/profile' })}>
        {t('nav.profile')}
      </MenuItem>
      <MenuItem icon={<Keyboard size={16} aria-hidden />} onSelect={onSheet}>
        {t('keys.title')}
      </MenuItem>
      <MenuLine />
      <MenuChoice<Locale>
        label={t('language.label')}
        value={locale}
        options={[
          ['he', t('language.he')],
          ['en', t('language.en')],
        ]}
        onChange={speak}
      />
      <MenuChoice<Theme>
        label={t('theme.label')}
        value={theme}
        options={[
          ['system', t('theme.system')],
          ['light', t('theme.light')],
          ['dark', t('theme.dark')],
        ]}
        onChange={setTheme}
      />
      <MenuLine />
      <MenuItem icon={<LogOut size={16} aria-hidden className="mirror" />} onSelect={() => void leave()}>
        {t('action.logout')}
      </MenuItem>
    </Menu>
  );
}

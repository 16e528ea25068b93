import { Menu as MenuIcon, Search } from 'lucide-react';
import { LiveIndicator } from '@/features/calls/live-indicator';
import { Bell } from '@/features/tasks/bell';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { IconButton } from '@/shared/ui/button';
import { BusinessSwitcher } from './business-switcher';
import styles from './header.module.css';
import { UserMenu } from './user-menu';

interface Props {
  onMenu: () => void;
  onPalette: () => void;
  onSheet: () => void;
}

export function Header({ onMenu, onPalette, onSheet }: Props) {
  const { t } = useLocale();
  const me = useMe();
  return (
    <header className={styles.header} data-frame="">
      <IconButton label={t('nav.open')} className={styles.menu} onClick={onMenu}>
        <MenuIcon size={20} aria-hidden />
      </IconButton>
      <BusinessSwitcher />
      <span className={styles.space} />
      {me.has('calls') && <LiveIndicator />}
      {me.has('crm') && <Bell />}
      <button type="button" className={styles.search} onClick={onPalette} title={t('palette.open')}>
        <Search size={18} aria-hidden />
        <span>{t('palette.open')}</span>
        <kbd dir="ltr">{/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <UserMenu onSheet={onSheet} />
    </header>
  );
}

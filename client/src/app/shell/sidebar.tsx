import { Link } from '@tanstack/react-router';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Logo } from '@/shared/ui/logo';
import { openPlaces, type Place } from '../navigation';
import styles from './sidebar.module.css';

export function Sidebar({ onGo }: { onGo?: () => void }) {
  const { t } = useLocale();
  const me = useMe();
  const groups = grouped(openPlaces(me));
  return (
    <nav className={styles.nav} aria-label={t('nav.main')}>
      <Link to="/" className={styles.brand} {...(onGo && { onClick: onGo })}>
        <Logo />
        <bdi dir="ltr">{t('app.name')}</bdi>
      </Link>
      {[...groups].map(([group, items]) => (
        <div key={group} className={styles.group}>
          <p className={styles.heading} id={`nav-${group}`}>
            {t(group)}
          </p>
          <ul aria-labelledby={`nav-${group}`}>
            {items.map((place) => (
              <li key={place.to}>
                <Link to={place.to} className={styles.link} {...(onGo && { onClick: onGo })}>
                  <place.icon size={20} aria-hidden />
                  {t(place.label)}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function grouped(items: Place[]): Map<Place['group'], Place[]> {
  const groups = new Map<Place['group'], Place[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return groups;
}

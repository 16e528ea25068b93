import { useEffect, type ReactNode } from 'react';
import { useLocale } from '@/shared/i18n/use-locale';
import { LanguageSwitch } from '@/shared/ui/language-switch';
import { Logo } from '@/shared/ui/logo';
import { setTitle } from '@/shared/ui/title';
import styles from './signing.module.css';

/** Pages for people who have no account here: nothing around them but who we are and the language. */
export function PublicFrame({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useLocale();
  useEffect(() => {
    setTitle(`${title} · ${t('app.name')}`);
  }, [title, t]);
  return (
    <div className={styles.frame}>
      <header className={styles.top}>
        <span className={styles.brand}>
          <Logo />
          <bdi dir="ltr">{t('app.name')}</bdi>
        </span>
        <LanguageSwitch />
      </header>
      <main className={styles.main}>{children}</main>
    </div>
  );
}

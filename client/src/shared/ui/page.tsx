import { useEffect, type ReactNode } from 'react';
import { useLocale } from '../i18n/use-locale';
import styles from './page.module.css';
import { cx } from './cx';
import { setTitle } from './title';

interface Props {
  title: string;
  heading?: ReactNode;
  subtitle?: ReactNode;
  above?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  narrow?: boolean;
  /** The heading and its actions stay in sight while the page is scrolled. */
  sticky?: boolean;
}

/** A page's heading and the document's title, which are the same words. */
export function Page({ title, heading, subtitle, above, actions, children, narrow, sticky }: Props) {
  const { t } = useLocale();
  useEffect(() => {
    setTitle(`${title} · ${t('app.name')}`);
  }, [title, t]);
  return (
    <div className={cx(styles.page, narrow && styles.narrow)}>
      {above}
      <header className={cx(styles.header, sticky && styles.sticky)}>
        <div className={styles.titles}>
          <h1>{heading ?? title}</h1>
          {subtitle && <p className={styles.subtitle}>{subtitle}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

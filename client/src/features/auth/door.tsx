import { Check } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { useLocale } from '@/shared/i18n/use-locale';
import { LanguageSwitch } from '@/shared/ui/language-switch';
import { Logo } from '@/shared/ui/logo';
import { setTitle } from '@/shared/ui/title';
import styles from './door.module.css';

/** What all pages before the log-in share: who we are on one side, a form on the other. */
export function Door({ title, text, children }: { title: string; text?: ReactNode; children: ReactNode }) {
  const { t } = useLocale();
  useEffect(() => {
    setTitle(`${title} · ${t('app.name')}`);
  }, [title, t]);
  return (
    <div className={styles.door}>
      <main className={styles.main}>
        <div className={styles.top}>
          <span className={styles.brand}>
            <Logo />
            <bdi dir="ltr">{t('app.name')}</bdi>
          </span>
          <LanguageSwitch />
        </div>
        <div className={styles.form}>
          <header>
            <h1>{title}</h1>
            {text && <p className={styles.text}>{text}</p>}
          </header>
          {children}
        </div>
      </main>
      <aside className={styles.side}>
        <Wave />
        <p className={styles.tagline}>{t('app.tagline')}</p>
        <ul className={styles.points}>
          {(['login.side.1', 'login.side.2', 'login.side.3'] as const).map((key) => (
            <li key={key}>
              <Check size={18} aria-hidden />
              {t(key)}
            </li>
          ))}
        </ul>
      </aside>
    </div>
  );
}

/** A sentence as a waveform; its heights are a fixed, gentle curve. */
function Wave() {
  const bars = Array.from({ length: 44 }, (_, i) => {
    const swell = Math.sin((i / 43) * Math.PI);
    return 6 + swell * (26 + 34 * Math.abs(Math.sin(i * 0.9) * Math.cos(i * 0.37)));
  });
  return (
    <svg className={styles.wave} viewBox="0 0 352 140" aria-hidden>
      {bars.map((height, i) => (
        <rect key={i} x={i * 8 + 1} y={70 - height} width={4} height={height * 2} rx={2} />
      ))}
    </svg>
  );
}

import type { ReactNode } from 'react';
import styles from './card.module.css';
import { cx } from './cx';

interface Props {
  title?: ReactNode;
  text?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string | undefined;
}

/** A sheet of paper with an optional heading. */
export function Card({ title, text, actions, children, className }: Props) {
  return (
    <section className={cx(styles.card, className)}>
      {(title || actions) && (
        <header className={styles.header}>
          <div>
            {title && <h2>{title}</h2>}
            {text && <p className={styles.text}>{text}</p>}
          </div>
          {actions && <div className={styles.actions}>{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

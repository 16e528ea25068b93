import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './empty.module.css';

interface Props {
  icon: LucideIcon;
  title: ReactNode;
  text: ReactNode;
  action?: ReactNode;
}

/** Nothing here: what that means in one sentence, and what to do about it. */
export function Empty({ icon: Icon, title, text, action }: Props) {
  return (
    <div className={styles.empty}>
      <span className={styles.icon}>
        <Icon size={24} aria-hidden />
      </span>
      <h2>{title}</h2>
      <p>{text}</p>
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}

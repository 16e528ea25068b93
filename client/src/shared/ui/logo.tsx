import styles from './logo.module.css';

/** A voice, drawn as five strokes. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" className={styles.logo} aria-hidden>
      <rect width="32" height="32" rx="9" />
      <path d="M7.5 14v4M12 10.5v11M16.5 7v18M21 11.5v9M25 14.5v3" />
    </svg>
  );
}

import styles from './avatar.module.css';

/** The first letters of a name; decoration beside the name itself. */
export function Avatar({ name, size = 32 }: { name: string; size?: number }) {
  const letters = name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0])
    .join('');
  return (
    <span
      className={styles.avatar}
      aria-hidden
      style={{ inlineSize: size, blockSize: size, fontSize: size * 0.4 }}
    >
      {letters}
    </span>
  );
}

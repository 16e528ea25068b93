import styles from './skeleton.module.css';

/** Stands where something will be, at its size, so that nothing moves when it comes. */
export function Skeleton({
  width = '100%',
  height = 16,
  round = 6,
}: {
  width?: number | string;
  height?: number;
  round?: number;
}) {
  return (
    <span
      className={styles.bone}
      aria-hidden
      style={{ inlineSize: width, blockSize: height, borderRadius: round }}
    />
  );
}

export function SkeletonLines({ lines }: { lines: number }) {
  return (
    <div className={styles.lines}>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} width={index === lines - 1 ? '60%' : '100%'} />
      ))}
    </div>
  );
}

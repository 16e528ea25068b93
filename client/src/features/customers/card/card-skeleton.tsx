import { Card } from '@/shared/ui/card';
import { Skeleton, SkeletonLines } from '@/shared/ui/skeleton';
import styles from './card.module.css';

/** The card's own shape, so that nothing moves when it comes. */
export function CardSkeleton() {
  return (
    <>
      <Skeleton height={40} round={10} />
      <div className={styles.columns} aria-busy="true">
        <Card>
          <SkeletonLines lines={10} />
        </Card>
        <div className={styles.side}>
          <Card>
            <SkeletonLines lines={3} />
          </Card>
          <Card>
            <SkeletonLines lines={5} />
          </Card>
        </div>
      </div>
    </>
  );
}

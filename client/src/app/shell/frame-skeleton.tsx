import { Skeleton, SkeletonLines } from '@/shared/ui/skeleton';
import shell from './app-shell.module.css';
import header from './header.module.css';

/** The frame before we know who is here: the same measures, nothing to read. */
export function FrameSkeleton() {
  return (
    <div className={shell.frame} aria-busy>
      <aside className={shell.sidebar} />
      <div className={shell.column}>
        <header className={header.header}>
          <Skeleton width={180} height={32} />
        </header>
        <main className={shell.main}>
          <SkeletonLines lines={8} />
        </main>
      </div>
    </div>
  );
}

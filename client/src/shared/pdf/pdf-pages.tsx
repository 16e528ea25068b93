import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import { useEffect, useRef, useState } from 'react';
import { useErrorText } from '../api/use-error-text';
import { useLocale } from '../i18n/use-locale';
import { Banner } from '../ui/banner';
import { SkeletonLines } from '../ui/skeleton';
import type { OpenPdf } from './engine';
import styles from './pdf-pages.module.css';

interface Props {
  label: string;
  /** Another paper has another name. */
  name: readonly unknown[];
  load: (signal: AbortSignal) => Promise<Blob>;
}

/** A paper as it is printed, page by page, in the page itself: a phone's browser shows no PDF within one. */
export function PdfPages({ label, name, load }: Props) {
  const { t } = useLocale();
  const errorText = useErrorText();
  const file = useQuery({
    queryKey: ['pdf', ...name],
    queryFn: async ({ signal }) => new Uint8Array(await (await load(signal)).arrayBuffer()),
    staleTime: Infinity,
    gcTime: 60_000,
    // What was there stays to be read until the next is drawn.
    placeholderData: keepPreviousData,
  });
  const [paper, setPaper] = useState<PDFDocumentProxy | null>(null);
  const [failed, setFailed] = useState(false);
  const bytes = file.data;
  useEffect(() => {
    if (!bytes) return;
    let gone = false;
    let opened: OpenPdf | undefined;
    void import('./engine')
      // The reader takes what it is given: the cache keeps its own.
      .then(({ openPdf }) => openPdf(bytes.slice()))
      .then((made) => {
        opened = made;
        if (gone) made.close();
        else {
          setPaper(made.paper);
          setFailed(false);
        }
      })
      .catch(() => {
        if (!gone) setFailed(true);
      });
    return () => {
      gone = true;
      opened?.close();
    };
  }, [bytes]);
  if (file.isError || failed)
    return <Banner tone="bad">{file.error ? errorText(file.error) : t('documents.pdfFailed')}</Banner>;
  if (!paper)
    return (
      <div className={styles.paper}>
        <SkeletonLines lines={10} />
      </div>
    );
  return (
    <section className={styles.pages} aria-label={label}>
      {Array.from({ length: paper.numPages }, (_, index) => (
        <PdfPage key={index} paper={paper} number={index + 1} />
      ))}
    </section>
  );
}

function PdfPage({ paper, number }: { paper: PDFDocumentProxy; number: number }) {
  const { t } = useLocale();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [text, setText] = useState('');
  useEffect(() => {
    let gone = false;
    let drawing: ReturnType<PDFPageProxy['render']> | undefined;
    const draw = async () => {
      const page = await paper.getPage(number);
      const sheet = canvas.current;
      const context = sheet?.getContext('2d');
      if (gone || !sheet || !context) return;
      // At the width at which it stands, and finer than a plain screen: small Hebrew set on whole pixels falls apart.
      const { width } = page.getViewport({ scale: 1 });
      const scale =
        (Math.max(sheet.clientWidth, 320) / width) * Math.min(Math.max(window.devicePixelRatio, 2), 3);
      const viewport = page.getViewport({ scale });
      sheet.width = Math.floor(viewport.width);
      sheet.height = Math.floor(viewport.height);
      drawing = page.render({ canvasContext: context, viewport });
      await drawing.promise;
      const words = await page.getTextContent();
      if (!gone)
        setText(words.items.map((one) => ('str' in one ? one.str + (one.hasEOL ? '\n' : '') : '')).join(''));
    };
    draw().catch(() => undefined);
    return () => {
      gone = true;
      drawing?.cancel();
    };
  }, [paper, number]);
  return (
    <div className={styles.paper}>
      {/* A paper sets its own letters one by one: a canvas that reads from right to left would move each. */}
      <canvas ref={canvas} dir="ltr" className={styles.canvas} aria-hidden />
      <p className="hidden-visually">
        {t('documents.pageOf', { page: number, pages: paper.numPages })} <bdi dir="auto">{text}</bdi>
      </p>
    </div>
  );
}

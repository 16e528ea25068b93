import { useState } from 'react';
import type { Page } from '../api/types';
import { useErrorText } from '../api/use-error-text';
import { useToast } from '../ui/use-toast';
import { csv, download } from './csv';

const AT_ONCE = 100;
const MOST_PAGES = 500;

/** Every row of a list, page after page. */
export async function everyRow<T>(
  fetchPage: (page: number, limit: number) => Promise<Page<T>>,
): Promise<T[]> {
  const rows: T[] = [];
  for (let page = 1, pages = 1; page <= Math.min(pages, MOST_PAGES); page += 1) {
    const next = await fetchPage(page, AT_ONCE);
    rows.push(...next.results);
    pages = next.pages;
  }
  return rows;
}

export const csvFile = (...table: Parameters<typeof csv>) =>
  new Blob([csv(...table)], { type: 'text/csv;charset=utf-8' });

interface File {
  name: string;
  blob: Blob;
  /** What is said when it is there. */
  text?: string;
}

/** A file is made and saved; what goes wrong is told. */
export function useDownload(make: () => Promise<File>) {
  const toast = useToast();
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const { name, blob, text } = await make();
      download(name, blob);
      if (text) toast.show({ text });
    } catch (error) {
      toast.show({ tone: 'bad', text: errorText(error) });
    } finally {
      setBusy(false);
    }
  };
  return { busy, run: () => void run() };
}
